/// How much of an embedding model's window a text takes, estimated without the model.
#pragma once

#include <cstddef>
#include <string_view>

namespace hearth::ingest {

/// Hundredths of a token that a byte stands for: words are about four letters to a token, digits
/// and signs are dearer, and scripts of three bytes a character cost about one token a character.
[[nodiscard]] constexpr unsigned token_hundredths(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return 34;
  if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) return 25;
  if (byte >= '0' && byte <= '9') return 45;
  return byte <= ' ' ? 2 : 100;
}

[[nodiscard]] constexpr std::size_t estimate_tokens(std::string_view text) {
  std::size_t hundredths = 0;
  for (const char c : text) hundredths += token_hundredths(c);
  return (hundredths + 99) / 100;
}

/// The largest end in (start, stop] such that the text before it takes at most `tokens_max`.
[[nodiscard]] constexpr std::size_t fitting_end(std::string_view text, std::size_t start,
                                                std::size_t stop, std::size_t tokens_max) {
  std::size_t hundredths = 0;
  std::size_t at = start;
  const std::size_t end = stop < text.size() ? stop : text.size();
  while (at < end) {
    hundredths += token_hundredths(text[at]);
    if (hundredths > tokens_max * 100 && at > start) break;
    ++at;
  }
  return at;
}

}  // namespace hearth::ingest
