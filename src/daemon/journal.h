/// Where the core's log lines go.
#pragma once

#include <filesystem>

#include "core/result.h"
#include "platform/clock.h"

namespace hearth::daemon {

/// Sends log lines to standard error, with time and level.
void log_to_terminal(const platform::Clock& clock);

/// Sends log lines to `file` (readable by the owner alone; the former one is kept as `file`.1 once
/// it is larger than 4 MB). Errors: Io.
[[nodiscard]] Result<void> log_to_file(const std::filesystem::path& file,
                                       const platform::Clock& clock);

/// Points standard error at `file` as well. For a client that waits at its other end, this is the
/// sign that the core is ready.
[[nodiscard]] Result<void> redirect_standard_error(const std::filesystem::path& file);

}  // namespace hearth::daemon
