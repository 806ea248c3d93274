#include "core/log.h"

#include <mutex>

#include "core/text.h"

namespace hearth::log {
namespace {

// The one piece of global state in the house: a log line must be possible from anywhere.
struct State {
  std::mutex mutex;
  Receiver receiver;
};

State& state() {
  static State instance;
  return instance;
}

}  // namespace

void set_receiver(Receiver receiver) {
  State& shared = state();
  const std::scoped_lock lock(shared.mutex);
  shared.receiver = std::move(receiver);
}

void write(Level level, std::string_view line) {
  State& shared = state();
  const std::scoped_lock lock(shared.mutex);
  // File names and other programs' words get into lines; a log is read in a terminal, line by line.
  if (shared.receiver) shared.receiver(level, text::harmless(line, text::Lines::One));
}

std::string_view name(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warn:
      return "warn";
    case Level::Error:
      return "error";
  }
  return "?";
}

}  // namespace hearth::log
