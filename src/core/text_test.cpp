#include "core/text.h"

#include <gtest/gtest.h>

namespace hearth::text {
namespace {

TEST(Text, ReplacesOneMalformedSubpartWithOneMark) {
  EXPECT_EQ(to_valid_utf8("a\xE2\x82z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(to_valid_utf8("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(to_valid_utf8("grüße €"), "grüße €");
}

TEST(Text, JudgesValidityAsUnicodeDoes) {
  EXPECT_TRUE(is_valid_utf8("\xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_valid_utf8("\xE2\x82"));
}

TEST(Text, TranslatesBetweenBytesAndCodePoints) {
  EXPECT_EQ(count_code_points("é€x"), 3U);
  EXPECT_EQ(byte_offset("é€x", 2), 5U);
  EXPECT_EQ(byte_offset("é€x", 9), 6U);
}

TEST(Text, DecodesWhatItAppends) {
  for (const char32_t c : {U'a', U'é', U'€', U'😀'}) {
    std::string out;
    append_utf8(out, c);
    EXPECT_EQ(decode(out, 0).code_point, c);
    EXPECT_EQ(decode(out, 0).length, out.size());
  }
}

TEST(Text, NeverCutsACodePoint) {
  EXPECT_EQ(shorten("ééé", 5), "é…");
  EXPECT_EQ(shorten("short", 10), "short");
  EXPECT_EQ(floor_boundary("é", 1), 0U);
}

TEST(Text, SqueezesAndTrims) {
  EXPECT_EQ(squeeze("  a \n\t b  "), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(split("a,,b", ',').size(), 3U);
  EXPECT_EQ(hex("\x0f\xa0"), "0fa0");
}

TEST(Text, LeavesNoEscapeSequenceWhole) {
  // A window's title, the clipboard (OSC 52), a cleared screen; then the same with an 8-bit CSI.
  EXPECT_EQ(harmless("a\x1b]0;pwned\x07z", Lines::Many), "a\uFFFD]0;pwned\uFFFDz");
  EXPECT_EQ(harmless("\x1b]52;c;cm0gLXJm\x1b\\", Lines::Many), "\uFFFD]52;c;cm0gLXJm\uFFFD\\");
  EXPECT_EQ(harmless("\u009b2J", Lines::Many), "\uFFFD2J");
  EXPECT_EQ(harmless("\x9b"
                     "2J",
                     Lines::Many),
            "\uFFFD2J");
}

TEST(Text, ShowsNothingThatControlsATerminal) {
  for (char32_t c = 0; c <= 0x2100; ++c) {
    std::string given;
    append_utf8(given, c);
    const bool shown = harmless(given, Lines::One) == given;
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool separator = c == 0x2028 || c == 0x2029;
    const bool reorders = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    EXPECT_EQ(shown, !control && !separator && !reorders) << "U+" << std::hex << unsigned{c};
  }
}

TEST(Text, KeepsLinesOnlyWhereLinesAreWanted) {
  EXPECT_EQ(harmless("one\r\n\ttwo\n", Lines::Many), "one\n\ttwo\n");
  EXPECT_EQ(harmless("over\rwritten", Lines::Many), "over\uFFFDwritten");
  EXPECT_EQ(harmless("name\nhearth: all is well\tnow", Lines::One),
            "name\uFFFDhearth: all is well now");
}

TEST(Text, LeavesEveryScriptAsItIs) {
  const std::string_view written = "Grüße, שלום, مرحبا, 你好, 👩‍👩‍👧 ";
  EXPECT_EQ(harmless(written, Lines::One), written);
}

}  // namespace
}  // namespace hearth::text
