/// Text that may go to a terminal. What comes from elsewhere becomes it only by being made
/// harmless; colour comes only from `Terminal::paint`.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/format.h"

namespace hearth::cli {

/// Holds nothing that drives a terminal but the colours that `Terminal` itself put there.
class Printable {
 public:
  Printable() = default;
  /// Any text, from anywhere, as one line: a line feed in a file's name is shown, not obeyed.
  /// Implicit, so that nothing is printed but on this way.
  template <class Foreign>
    requires std::convertible_to<const Foreign&, std::string_view>
  Printable(const Foreign& foreign) : Printable(one_line(foreign)) {}
  /// Any text, from anywhere, with its line feeds and tabs: an answer, a help text.
  [[nodiscard]] static Printable lines(std::string_view foreign);

  [[nodiscard]] const std::string& text() const { return text_; }
  Printable& operator+=(const Printable& more);
  [[nodiscard]] friend Printable operator+(Printable left, const Printable& right) {
    return left += right;
  }

  /// How `compose` shows an argument: as it is when it is printable or a number.
  template <class T>
  [[nodiscard]] static auto shown(const T& argument) {
    if constexpr (std::is_same_v<T, Printable>) {
      return std::string_view(argument.text_);
    } else if constexpr (std::is_arithmetic_v<T>) {
      return argument;
    } else {
      return Printable(argument).text_;
    }
  }

 private:
  friend class Terminal;
  template <class... Args>
  friend Printable compose(
      fmt::format_string<decltype(Printable::shown(std::declval<const Args&>()))...> pattern,
      const Args&... arguments);
  struct Trusted {};
  Printable(Trusted, std::string text) : text_(std::move(text)) {}
  [[nodiscard]] static Printable one_line(std::string_view foreign);

  std::string text_;
};

/// `format` for what is printed: the pattern is ours, each argument is made harmless by itself.
template <class... Args>
[[nodiscard]] Printable compose(
    fmt::format_string<decltype(Printable::shown(std::declval<const Args&>()))...> pattern,
    const Args&... arguments) {
  return {Printable::Trusted{}, fmt::format(pattern, Printable::shown(arguments)...)};
}

/// JSON as it can be printed: what drives a terminal is written as \uXXXX, which means the same.
[[nodiscard]] Printable printable_json(std::string_view json);

}  // namespace hearth::cli
