/// `hearth serve`: runs the core until a signal or a client ends it.
#pragma once

#include "cli/session.h"

namespace hearth::daemon {

/// Returns the process's exit code. What goes wrong before the core is up is said on standard
/// error.
[[nodiscard]] int serve(const cli::ServeOptions& options);

/// `hearth worker`: becomes the helper program.
[[nodiscard]] int run_worker(const std::vector<std::string>& arguments);

}  // namespace hearth::daemon
