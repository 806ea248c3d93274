#include "core/fold.h"

#include <string>

#include <gtest/gtest.h>

namespace hearth::text {
namespace {

std::u32string folded(char32_t c) {
  Folded scratch;
  const Folded& result = fold(c, scratch);
  return {result.text.data(), result.size};
}

Glyph glyph(char32_t c) {
  Folded scratch;
  return fold(c, scratch).glyph;
}

TEST(Fold, DropsCaseAndAccents) {
  EXPECT_EQ(folded(U'A'), U"a");
  EXPECT_EQ(folded(U'É'), U"e");
  EXPECT_EQ(folded(U'ß'), U"ss");
  EXPECT_EQ(folded(U'Ω'), U"ω");
  EXPECT_EQ(folded(U'Ё'), U"е");
}

TEST(Fold, MapsWideAndLigatureFormsToPlainOnes) {
  EXPECT_EQ(folded(U'Ａ'), U"a");
  EXPECT_EQ(folded(U'ﬁ'), U"fi");
  EXPECT_EQ(folded(U'²'), U"2");
}

TEST(Fold, TellsWordsFromWhatSeparatesThem) {
  EXPECT_EQ(glyph(U' '), Glyph::Separator);
  EXPECT_EQ(glyph(U'-'), Glyph::Separator);
  EXPECT_EQ(glyph(U'7'), Glyph::Digit);
  EXPECT_EQ(glyph(0x301), Glyph::Mark);
  EXPECT_EQ(glyph(U'東'), Glyph::Ideograph);
  EXPECT_EQ(glyph(U'한'), Glyph::Ideograph);
  EXPECT_EQ(glyph(U'ー'), Glyph::Ideograph);
  EXPECT_EQ(glyph(U'я'), Glyph::Letter);
  EXPECT_EQ(glyph(0x110000), Glyph::Separator);
  EXPECT_EQ(glyph(0xFFFFFFFF), Glyph::Separator);
}

}  // namespace
}  // namespace hearth::text
