#include "search/internal/word_index.h"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace hearth::search {
namespace {

TEST(Postings, GiveBackWhatWasAdded) {
  std::mt19937 random(5);
  Postings list;
  std::vector<std::pair<Slot, std::uint32_t>> added;
  Slot slot = 0;
  for (int i = 0; i < 3'000; ++i) {
    slot += i % 100 == 0 ? 1'000'000 : static_cast<Slot>(1 + random() % 300);
    const auto count = static_cast<std::uint32_t>(random() % 3 == 0 ? 1 + random() % 300 : 1);
    list.add(slot, count);
    added.emplace_back(slot, std::min<std::uint32_t>(count, 255));
  }
  Postings moved = std::move(list);
  std::vector<std::pair<Slot, std::uint32_t>> read;
  moved.for_each([&read](Slot at, std::uint32_t count) { read.emplace_back(at, count); });
  EXPECT_EQ(read, added);
  EXPECT_EQ(moved.size(), added.size());
}

TEST(WordIndex, CountsAndScoresLikeAPlainMap) {
  std::mt19937 random(6);
  WordIndex index;
  std::map<TermKey, std::vector<Slot>> expected;
  for (Slot slot = 0; slot < 500; ++slot) {
    std::map<TermKey, std::uint32_t> terms;
    for (int i = 0; i < 20; ++i) ++terms[1 + random() % 3'000];
    std::vector<TermCount> counts;
    for (const auto& [key, count] : terms) {
      counts.push_back({key, count});
      expected[key].push_back(slot);
    }
    index.add(slot, counts, 20);
  }
  EXPECT_EQ(index.terms(), expected.size());
  for (const auto& [key, slots] : expected) {
    EXPECT_EQ(index.documents(key), slots.size());
    std::vector<Slot> read;
    index.for_each(key, [&read](Slot slot) { read.push_back(slot); });
    EXPECT_EQ(read, slots);
    std::vector<float> scores(500, 0.0F);
    index.accumulate(key, 1.0F, scores);
    for (Slot slot = 0; slot < 500; ++slot) {
      const bool holds = std::ranges::binary_search(slots, slot);
      EXPECT_EQ(scores[slot] > 0, holds);
    }
  }
  EXPECT_EQ(index.documents(999'999), 0U);
}

TEST(WordIndex, CountsARareTermForMoreAndALongTextForLess) {
  WordIndex index;
  for (Slot slot = 0; slot < 100; ++slot) {
    std::vector<TermCount> terms{{1, 1}};
    if (slot < 2) terms.push_back({2, 1});
    index.add(slot, terms, slot == 1 ? 900 : 50);
  }
  EXPECT_GT(index.rarity(index.documents(2)), index.rarity(index.documents(1)));
  EXPECT_GT(index.rarity(100), 0.0F);
  std::vector<float> scores(100, 0.0F);
  index.accumulate(2, 1.0F, scores);
  EXPECT_GT(scores[0], scores[1]);
  EXPECT_GT(scores[1], 0.0F);
}

}  // namespace
}  // namespace hearth::search
