#include "net/sse.h"

#include <gtest/gtest.h>

namespace hearth::net {
namespace {

std::vector<Event> read_in_pieces(std::string_view bytes, std::size_t piece) {
  EventReader reader;
  std::vector<Event> all;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    auto events = reader.push(bytes.substr(i, piece));
    EXPECT_TRUE(events.has_value());
    all.insert(all.end(), events->begin(), events->end());
  }
  return all;
}

TEST(Sse, ReadsBackWhatItWritesWhereverItIsCut) {
  const std::string bytes = to_sse("text", "{\"a\":1}") + ": still here\n\n" +
                            to_sse("", "two\nlines\r\nand\rthree") + to_sse("done", "");
  const std::vector<Event> expected = {
      {"text", "{\"a\":1}"}, {"message", "two\nlines\nand\nthree"}, {"done", ""}};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    EXPECT_EQ(read_in_pieces(bytes, piece), expected) << piece;
  }
}

TEST(Sse, AcceptsEveryLineEndAndAByteOrderMark) {
  EXPECT_EQ(read_in_pieces("\xEF\xBB\xBF"
                           "data:x\r\n\r\ndata: y\r\rid: 7\ndata\n\n",
                           1),
            (std::vector<Event>{{"message", "x"}, {"message", "y"}, {"message", ""}}));
}

TEST(Sse, KeepsAnEventThatHasNotEnded) {
  EventReader reader;
  EXPECT_TRUE(reader.push("data: half")->empty());
  EXPECT_EQ(reader.push("\n\n")->front().data, "half");
}

TEST(Sse, RefusesAnEndlessEvent) {
  EventReader reader(100);
  const auto events = reader.push("data: " + std::string(200, 'x'));
  ASSERT_FALSE(events.has_value());
  EXPECT_EQ(events.error().code, Code::Exhausted);
}

}  // namespace
}  // namespace hearth::net
