/// The time, as something that is handed in: nothing outside this room asks the operating system.
#pragma once

#include <chrono>
#include <cstdint>

namespace hearth::platform {

/// A source of time. Threads: any. Errors: none.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970 UTC; may jump when the machine's clock is set.
  [[nodiscard]] virtual std::int64_t wall_ms() const = 0;
  /// For durations and deadlines; never goes back.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
};

/// The machine's clock.
[[nodiscard]] const Clock& system_clock();

}  // namespace hearth::platform
