/// Characters as search sees them: case, accents and compatibility forms folded away.
#pragma once

#include <array>
#include <cstdint>

namespace hearth::text {

/// What a character is to a word. Marks join the letter before them and vanish; an ideograph (also
/// a letter of another script that is written without spaces) is a word by itself.
enum class Glyph : std::uint8_t { Separator, Letter, Digit, Mark, Ideograph };

/// A folded character: "É" is "e", "ß" is "ss", "Ａ" is "a". At most three code points; `size` is 0
/// for separators and marks.
struct Folded {
  Glyph glyph = Glyph::Separator;
  std::uint8_t size = 0;
  bool upper = false;  ///< It was an upper-case or title-case letter.
  std::array<char32_t, 3> text{};
};

/// Total: any value is accepted. Constant time for the common scripts.
[[nodiscard]] const Folded& fold(char32_t code_point, Folded& scratch);

}  // namespace hearth::text
