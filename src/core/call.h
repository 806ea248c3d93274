/// Who asks, until when, and how to stop it: the first parameter of everything that can block.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "core/result.h"

namespace hearth {

/// Whoever stands behind a call.
struct Principal {
  enum class Kind { System, Owner, Client };
  Kind kind = Kind::System;
  std::string name;  ///< A client token's name; empty for the owner and the core itself.
};

/// The context of one request. A value: copy it freely, narrow it with `with_deadline`.
struct Call {
  using Clock = std::chrono::steady_clock;

  Principal principal;
  std::stop_token stop;
  std::optional<Clock::time_point> deadline;
  std::string trace_id;

  /// `Cancelled` when stop was requested, `TimedOut` when the deadline is before `now`.
  [[nodiscard]] Result<void> check(Clock::time_point now) const;
  /// `Cancelled` when stop was requested. Cheap: long loops call it once per batch.
  [[nodiscard]] Result<void> check_stop() const;
};

}  // namespace hearth
