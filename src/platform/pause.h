/// Waiting for something that announces itself to nobody.
#pragma once

#include <chrono>
#include <stop_token>

namespace hearth::platform {

/// Returns after `duration`, or at once when `stop` is requested. For looking again at what another
/// process holds; within this process wait for the condition itself.
void pause(const std::stop_token& stop, std::chrono::milliseconds duration);

}  // namespace hearth::platform
