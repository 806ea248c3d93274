/// Unicode's own properties and decomposition, where `text.h` only knows bytes and `fold.h` words.
#pragma once

#include <string>
#include <string_view>

namespace hearth::text {

/// Any of the "other" categories: control, format, surrogate, private, unassigned.
[[nodiscard]] bool is_other(char32_t code_point);
[[nodiscard]] bool is_punctuation(char32_t code_point);
[[nodiscard]] bool is_white_space(char32_t code_point);
/// A mark that takes no room of its own, such as an accent after its letter.
[[nodiscard]] bool is_nonspacing_mark(char32_t code_point);

/// Canonical decomposition: "é" becomes "e" and its accent. Malformed bytes become U+FFFD.
[[nodiscard]] std::string decompose(std::string_view utf8);
/// Lower case by each character's own mapping, without a language's rules.
void append_lower(std::string& out, char32_t code_point);

}  // namespace hearth::text
