/// Keeps what the core holds in memory (the key, the owner's token, people's text) in memory.
#pragma once

#include "core/result.h"

namespace hearth::daemon {

/// No core dump of this process or of those it starts, and no other program of this user may attach
/// to it or read its memory. Call it before the first secret is there. Errors: Io.
[[nodiscard]] Result<void> keep_memory_private();

/// Whether that holds now.
[[nodiscard]] bool is_memory_private();

}  // namespace hearth::daemon
