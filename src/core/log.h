/// Log lines for the operator: ids, counts and durations, never a person's text.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/format.h"

namespace hearth::log {

enum class Level { Debug, Info, Warn, Error };

/// Receives every line, already `text::harmless`. Called from any thread, one at a time.
using Receiver = std::function<void(Level, std::string_view)>;

/// Sets the receiver; lines before that, and after setting an empty one, are dropped. The program
/// that starts the process sets it once.
void set_receiver(Receiver receiver);
void write(Level level, std::string_view line);
[[nodiscard]] std::string_view name(Level level);

template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::Debug, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::Info, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::Warn, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::Error, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace hearth::log
