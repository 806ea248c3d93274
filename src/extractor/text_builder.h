/// Builds a document's text block by block, with headings noted on the way.
#pragma once

#include <string>
#include <string_view>

#include "extractor/document.h"

namespace hearth::extractor {

/// White space inside a block collapses; blocks are set apart by one or two line ends, however many
/// elements asked for them.
class TextBuilder {
 public:
  explicit TextBuilder(Document& document, const Limits& limits)
      : document_(document), bytes_max_(limits.text_bytes_max) {}

  /// Flowing text.
  void words(std::string_view text);
  /// Text whose line ends and spaces count.
  void verbatim(std::string_view text);
  /// Ends the line; with 2, the next text begins a new paragraph.
  void line_ends(int count);
  /// A sign that belongs to the text after it ("- ", " | "): line ends asked for before `joined`
  /// marks, and between the mark and its text, do not count.
  enum class Joined { No, Yes };
  void mark(std::string_view sign, Joined joined);
  void begin_heading(int level);
  void end_heading();
  /// True once the limit of text is reached; everything further is dropped and the problem noted.
  [[nodiscard]] bool full() const { return full_; }
  /// Ends the text with a line end.
  void finish();

 private:
  void flush_breaks();
  void append(std::string_view text);

  Document& document_;
  std::size_t bytes_max_;
  int breaks_ = 0;
  bool space_ = false;
  bool marked_ = false;
  bool full_ = false;
  bool in_heading_ = false;
  bool heading_started_ = false;
  int heading_level_ = 1;
  std::size_t heading_start_ = 0;
};

/// Decodes to UTF-8: byte order mark, then `declared` (from the document), then as valid UTF-8,
/// then guessed. Bytes that make no sense become U+FFFD. Nothing when it looks like no text at all.
[[nodiscard]] std::optional<std::string> decode_text(std::string_view bytes,
                                                     std::string_view declared);
/// Loads the system's converters, so that a confined process need not open them.
void preload_converters();

}  // namespace hearth::extractor
