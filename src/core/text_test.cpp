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

}  // namespace
}  // namespace hearth::text
