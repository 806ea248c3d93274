/// Reads lines with editing and history on a terminal, plainly otherwise.
#pragma once

#include <memory>
#include <string>

namespace hearth::cli::internal {

struct Line {
  enum class Kind { Text, Interrupted, End };
  Kind kind = Kind::End;
  std::string text;
};

/// History lives as long as the editor: what a person typed is not written to a file outside the
/// vault. Threads: one.
class LineEditor {
 public:
  explicit LineEditor(std::string prompt);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;
  /// `Interrupted` when Ctrl-C was pressed; the typed line is dropped.
  [[nodiscard]] Line read();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Asks for a secret without showing it; empty when there is no terminal.
[[nodiscard]] std::string read_secret(const std::string& prompt);

}  // namespace hearth::cli::internal
