#include "core/unicode.h"

#include <gtest/gtest.h>

namespace hearth::text {
namespace {

TEST(Unicode, DecomposesLettersIntoBaseAndAccent) {
  EXPECT_EQ(decompose("caf\xC3\xA9"), "cafe\xCC\x81");
  EXPECT_EQ(decompose("plain"), "plain");
  EXPECT_EQ(decompose("\xEA\xB0\x80"), "\xE1\x84\x80\xE1\x85\xA1");  // A Hangul syllable.
}

TEST(Unicode, KnowsWhatACharacterIs) {
  EXPECT_TRUE(is_nonspacing_mark(0x301));
  EXPECT_FALSE(is_nonspacing_mark('e'));
  EXPECT_TRUE(is_punctuation(0x2014));
  EXPECT_FALSE(is_punctuation('$'));
  EXPECT_TRUE(is_white_space(0xA0));
  EXPECT_TRUE(is_other(0x200B));
  EXPECT_TRUE(is_other(0x07));
  EXPECT_FALSE(is_other('a'));
}

TEST(Unicode, LowersEachCharacterByItself) {
  std::string out;
  for (const char32_t c : {U'A', U'\u00C9', U'\u0130', U'\u03A3', U'7'}) append_lower(out, c);
  EXPECT_EQ(out,
            "a\xC3\xA9i\xCC\x87\xCF\x83"
            "7");
}

}  // namespace
}  // namespace hearth::text
