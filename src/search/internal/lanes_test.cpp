#include "search/internal/lanes.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace hearth::search {
namespace {

TEST(Lanes, DoesEveryPieceExactlyOnce) {
  Lanes lanes(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::atomic<int>> done(17);
    lanes.run(done.size(), [&](std::size_t i) { ++done[i]; });
    for (const std::atomic<int>& one : done) ASSERT_EQ(one, 1);
  }
}

TEST(Lanes, WorksWithoutHelpersAndWithoutPieces) {
  Lanes lanes(0);
  int done = 0;
  lanes.run(0, [&](std::size_t) { ++done; });
  EXPECT_EQ(done, 0);
  lanes.run(5, [&](std::size_t) { ++done; });
  EXPECT_EQ(done, 5);
}

TEST(Lanes, ServesTwoCallersAtOnce) {
  Lanes lanes(2);
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> callers;
    for (int c = 0; c < 4; ++c) {
      callers.emplace_back([&] {
        for (int round = 0; round < 50; ++round) lanes.run(8, [&](std::size_t) { ++done; });
      });
    }
  }
  EXPECT_EQ(done, 4 * 50 * 8);
}

}  // namespace
}  // namespace hearth::search
