/// Proof from inside: a confined worker tries what it must not be able to do.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"

namespace hearth::worker {

/// Tries to reach the network, to read `paths` and the system's own files, to write, to run a
/// program and to trace. The result has `all_refused` and, for each attempt, the error it met. Call
/// it after `confine`.
[[nodiscard]] Json try_to_escape(const std::vector<std::string>& paths);

}  // namespace hearth::worker
