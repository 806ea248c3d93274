/// Printing for people: colour where it helps, progress that stays on one line, tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/printable.h"
#include "core/json.h"

namespace hearth::cli {

enum class Style { Plain, Bold, Dim, Red, Green, Yellow, Cyan };

/// Standard output and standard error of the program. Colour and moving progress lines appear only
/// on a terminal (and never with NO_COLOR set); piped output is plain text. Whatever is printed is
/// harmless: `Printable` sees to that, also where the output is a pipe that leads to a terminal.
///
/// Threads: one.
class Terminal {
 public:
  /// What is at the other end.
  struct Ends {
    bool out_is_terminal = false;
    bool error_is_terminal = false;
    bool colour = false;
  };
  Terminal();
  explicit Terminal(const Ends& ends) : ends_(ends) {}
  [[nodiscard]] bool is_terminal() const { return ends_.out_is_terminal; }
  [[nodiscard]] std::size_t width() const;

  void print(const Printable& text) const;
  void line(const Printable& text = {}) const;
  /// Escapes what a terminal would obey; programs read the same values.
  void json(const Json& value) const;
  /// To standard error: notes and warnings that must not mix with output that is read by programs.
  void note(const Printable& text) const;
  void error(std::string_view text) const;
  [[nodiscard]] Printable paint(Style style, const Printable& text) const;

  /// Shows one line that the next call replaces. Off a terminal it is printed rarely, as whole
  /// lines.
  void progress(std::string_view text);
  /// Clears the line; call before printing anything else.
  void end_progress();

  /// Columns are as wide as their widest cell; the last one is cut at the edge of the terminal.
  void table(const std::vector<std::string>& head,
             const std::vector<std::vector<std::string>>& rows) const;

 private:
  Ends ends_;
  bool progress_shown_ = false;
  std::string last_progress_;
};

/// "1.2 MB", "3 min 20 s", "12,345", "2026-11-20 14:05" (local time).
[[nodiscard]] std::string human_bytes(double bytes);
[[nodiscard]] std::string human_duration(double seconds);
[[nodiscard]] std::string human_count(std::int64_t count);
[[nodiscard]] std::string human_time(std::int64_t ms);
/// A bar of `width` cells, filled to `share` in [0, 1].
[[nodiscard]] std::string bar(double share, std::size_t width);
/// The progress object of the API as one line of text.
[[nodiscard]] std::string describe_progress(const Json& status);

/// Turns Markdown that arrives in pieces into terminal text: bold, code and citation marks get a
/// style. Pieces may cut a mark in two.
class MarkdownPainter {
 public:
  explicit MarkdownPainter(const Terminal& terminal) : terminal_(terminal) {}
  [[nodiscard]] Printable feed(std::string_view piece);
  /// What is still held back.
  [[nodiscard]] Printable finish();

 private:
  [[nodiscard]] Printable emit(std::string_view text) const;
  const Terminal& terminal_;
  std::string held_;
  bool bold_ = false;
  bool code_ = false;
};

}  // namespace hearth::cli
