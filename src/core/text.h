/// UTF-8 text: validity, offsets, cutting. Bytes in, bytes out; no locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::text {

/// A half-open range of bytes in a UTF-8 text.
struct Range {
  std::size_t start = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t size() const { return end - start; }
  friend bool operator==(const Range&, const Range&) = default;
};

[[nodiscard]] bool is_valid_utf8(std::string_view bytes);
/// Replaces every malformed sequence with U+FFFD (one per maximal subpart, as WHATWG does).
[[nodiscard]] std::string to_valid_utf8(std::string_view bytes);
/// The code point that starts at `offset` and its length in bytes. Malformed bytes decode as U+FFFD
/// of length 1, so a loop always advances. `offset` must be inside the text.
struct Decoded {
  char32_t code_point = 0;
  std::size_t length = 0;
};
[[nodiscard]] Decoded decode(std::string_view bytes, std::size_t offset);
void append_utf8(std::string& out, char32_t code_point);

/// The number of code points; a continuation byte never counts.
[[nodiscard]] std::size_t count_code_points(std::string_view utf8);
/// The byte offset of code point number `index`; the size of the text if there are fewer.
[[nodiscard]] std::size_t byte_offset(std::string_view utf8, std::size_t index);
/// The largest boundary at or before `offset` that does not cut a code point.
[[nodiscard]] std::size_t floor_boundary(std::string_view utf8, std::size_t offset);

/// At most `bytes_max` bytes, cut at a code point, with "…" when something was cut.
[[nodiscard]] std::string shorten(std::string_view utf8, std::size_t bytes_max);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string to_lower_ascii(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
/// Runs of white space become one space; ends are trimmed. For one-line display.
[[nodiscard]] std::string squeeze(std::string_view text);

/// What text of unknown origin may keep of its lines.
enum class Lines {
  One,   ///< Stays on one line (a path, a title, a log line): a tab becomes a space.
  Many,  ///< Keeps line feeds and tabs (a document's or a model's words).
};
/// True for what drives a terminal, or reorders what is read there, instead of being shown: C0 and
/// C1 controls, DEL, line and paragraph separators, bidirectional embeddings, overrides, isolates.
[[nodiscard]] bool drives_terminal(char32_t code_point);
/// Text of unknown origin as a terminal or a log may show it: each code point that
/// `drives_terminal`, and each malformed sequence, becomes U+FFFD. "\r\n" counts as a line feed.
[[nodiscard]] std::string harmless(std::string_view bytes, Lines lines);

/// Lower-case hex.
[[nodiscard]] std::string hex(std::string_view bytes);

}  // namespace hearth::text
