#include "engine/llama/piece_stream.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace hearth::engine {
namespace {

std::string all(PieceStream& stream, std::string_view bytes, std::size_t step) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::string piece = stream.push(bytes.substr(at, step));
    EXPECT_TRUE(text::is_valid_utf8(piece));
    out += piece;
  }
  return out + stream.finish();
}

TEST(PieceStream, NeverCutsACharacter) {
  for (const std::size_t step : {1U, 2U, 3U, 5U}) {
    PieceStream stream({});
    EXPECT_EQ(all(stream, "né 日本 😀 end", step), "né 日本 😀 end");
  }
}

TEST(PieceStream, EndsBeforeAStopTextHoweverItArrives) {
  for (const std::size_t step : {1U, 2U, 4U, 100U}) {
    PieceStream stream({"\nUser:", "STOP"});
    EXPECT_EQ(all(stream, "one\nUs two STO three\nUser: four STOP", step), "one\nUs two STO three");
    EXPECT_TRUE(stream.stopped());
    EXPECT_EQ(stream.push("more"), "");
  }
}

TEST(PieceStream, ShowsWhatCouldHaveBeenAStopTextAtTheEnd) {
  PieceStream stream({"STOP"});
  EXPECT_EQ(stream.push("a STO"), "a ");
  EXPECT_EQ(stream.finish(), "STO");
  EXPECT_FALSE(stream.stopped());
}

TEST(PieceStream, ReplacesBytesThatAreNoText) {
  PieceStream stream({});
  EXPECT_EQ(stream.push("a\xFF"
                        "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(stream.push("\xE6\x97"), "");
  EXPECT_EQ(stream.finish(), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace hearth::engine
