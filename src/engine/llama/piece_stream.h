/// Between the tokens of a model and the text a person sees.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hearth::engine {

/// Turns pieces of bytes into pieces of whole characters, and ends before a stop text.
///
/// A token may hold half a character, and a stop text may come in several pieces; whatever could
/// still become one of these is held back until it is known.
///
/// Threads: one. Errors: none; malformed bytes become U+FFFD at the latest when the stream ends.
class PieceStream {
 public:
  explicit PieceStream(std::vector<std::string> stops);

  /// What can be shown now that `bytes` have come; may be empty.
  [[nodiscard]] std::string push(std::string_view bytes);
  /// What was held back. Call once, when no more comes.
  [[nodiscard]] std::string finish();
  /// Whether a stop text was met: nothing after it is ever shown.
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  [[nodiscard]] std::size_t held_for_stops() const;

  std::vector<std::string> stops_;
  std::string held_;
  bool stopped_ = false;
};

}  // namespace hearth::engine
