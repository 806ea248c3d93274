#include "core/fold.h"

#include <memory>
#include <span>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

namespace hearth::text {
namespace {

constexpr char32_t kTableEnd = 0x3000;

bool is_written_without_spaces(UChar32 c) {
  // Signs that several scripts share, such as the one that makes a vowel long.
  if (uscript_hasScript(c, USCRIPT_KATAKANA) != 0 || uscript_hasScript(c, USCRIPT_HAN) != 0) {
    return true;
  }
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_KATAKANA_OR_HIRAGANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

Glyph glyph_of(UChar32 c) {
  switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_COMBINING_SPACING_MARK:
      return Glyph::Mark;
    case U_DECIMAL_DIGIT_NUMBER:
    case U_LETTER_NUMBER:
    case U_OTHER_NUMBER:
      return Glyph::Digit;
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
    case U_PRIVATE_USE_CHAR:
      return is_written_without_spaces(c) ? Glyph::Ideograph : Glyph::Letter;
    default:
      return Glyph::Separator;
  }
}

// NFKC case folding, then canonical decomposition without its marks.
void fold_letters(UChar32 c, Folded& out) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* casefold = unorm2_getNFKCCasefoldInstance(&status);
  const UNormalizer2* decompose = unorm2_getNFDInstance(&status);
  std::array<UChar, 2> source{};
  int32_t source_size = 0;
  U16_APPEND_UNSAFE(source.data(), source_size, c);
  std::array<UChar, 40> folded{};
  std::array<UChar, 80> plain{};
  const int32_t folded_size = unorm2_normalize(casefold, source.data(), source_size, folded.data(),
                                               static_cast<int32_t>(folded.size()), &status);
  const int32_t plain_size =
      U_SUCCESS(status) ? unorm2_normalize(decompose, folded.data(), folded_size, plain.data(),
                                           static_cast<int32_t>(plain.size()), &status)
                        : 0;
  if (U_FAILURE(status)) return;
  for (int32_t i = 0; i < plain_size && out.size < out.text.size();) {
    const auto unit = [&plain](int32_t at) {
      return static_cast<UChar32>(plain.at(static_cast<std::size_t>(at)));
    };
    UChar32 next = unit(i++);
    const bool leads = next >= 0xD800 && next < 0xDC00 && i < plain_size;
    if (leads) next = 0x10000 + (next - 0xD800) * 0x400 + (unit(i++) - 0xDC00);
    const Glyph glyph = glyph_of(next);
    if (glyph == Glyph::Mark || glyph == Glyph::Separator) continue;
    out.text[out.size++] = static_cast<char32_t>(next);
  }
}

Folded compute(char32_t code_point) {
  Folded out;
  if (code_point > 0x10FFFF) return out;
  const auto c = static_cast<UChar32>(code_point);
  out.glyph = glyph_of(c);
  if (out.glyph == Glyph::Separator || out.glyph == Glyph::Mark) return out;
  out.upper = u_isUUppercase(c) != 0 || u_istitle(c) != 0;
  // A Hangul syllable would fall apart into its letters; it stays whole, as ideographs do.
  if (code_point >= 0xAC00 && code_point <= 0xD7A3) {
    out.size = 1;
    out.text[0] = code_point;
    return out;
  }
  fold_letters(c, out);
  if (out.size == 0) out.glyph = Glyph::Mark;
  return out;
}

std::unique_ptr<std::array<Folded, kTableEnd>> make_table() {
  auto table = std::make_unique<std::array<Folded, kTableEnd>>();
  for (char32_t c = 0; c < kTableEnd; ++c) (*table)[c] = compute(c);
  return table;
}

}  // namespace

const Folded& fold(char32_t code_point, Folded& scratch) {
  // Immutable once made; shared by all threads.
  static const std::unique_ptr<const std::array<Folded, kTableEnd>> table = make_table();
  if (code_point < kTableEnd) return (*table)[code_point];
  scratch = compute(code_point);
  return scratch;
}

}  // namespace hearth::text
