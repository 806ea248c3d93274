#include "core/unicode.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/result.h"
#include "core/text.h"

namespace hearth::text {
namespace {

UChar32 icu(char32_t code_point) { return static_cast<UChar32>(code_point); }

}  // namespace

bool is_other(char32_t code_point) { return (U_GET_GC_MASK(icu(code_point)) & U_GC_C_MASK) != 0; }

bool is_punctuation(char32_t code_point) { return u_ispunct(icu(code_point)) != 0; }

bool is_white_space(char32_t code_point) { return u_isUWhiteSpace(icu(code_point)) != 0; }

bool is_nonspacing_mark(char32_t code_point) {
  return u_charType(icu(code_point)) == U_NON_SPACING_MARK;
}

std::string decompose(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFDInstance(status);
  CHECK(U_SUCCESS(status));
  const icu::UnicodeString source = icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  const icu::UnicodeString result = form->normalize(source, status);
  CHECK(U_SUCCESS(status));
  std::string out;
  result.toUTF8String(out);
  return out;
}

void append_lower(std::string& out, char32_t code_point) {
  // The one character whose lower-case form is two: I with a dot above.
  if (code_point == 0x130) {
    out += "i\xCC\x87";
    return;
  }
  append_utf8(out, static_cast<char32_t>(u_tolower(icu(code_point))));
}

}  // namespace hearth::text
