/// Calls a function on a thread of its own when the process receives one of some signals.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>

#include "core/result.h"

namespace hearth::platform {

/// While it lives, the named signals no longer end the process but call `handler` with their
/// number. Blocking system calls are interrupted (EINTR), so a line editor notices at once. The
/// earlier handlers come back when it is destroyed.
///
/// Threads: one watch per process at a time; the handler runs on the watch's thread and may block.
/// Errors: Io, Conflict (there is one already).
class SignalWatch {
 public:
  [[nodiscard]] static Result<SignalWatch> install(std::initializer_list<int> signals,
                                                   std::function<void(int)> handler);
  SignalWatch(SignalWatch&&) noexcept;
  SignalWatch& operator=(SignalWatch&&) = delete;
  ~SignalWatch();

 private:
  struct State;
  explicit SignalWatch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hearth::platform
