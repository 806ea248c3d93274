/// Starting and awaiting the core from a client command.
#pragma once

#include <filesystem>
#include <stop_token>

#include "cli/terminal.h"
#include "core/result.h"

namespace hearth::cli::internal {

/// Starts `hearth serve --background` of this very program and waits until it answers. When the
/// vault wants a passphrase, asks for it on the terminal. Unavailable with the core's own last
/// words when it does not start.
Result<void> start_core(const std::filesystem::path& home, Terminal& terminal,
                        const std::stop_token& stop);

/// Waits until no core has the vault open any more; TimedOut after thirty seconds.
Result<void> wait_until_gone(const std::filesystem::path& home);

}  // namespace hearth::cli::internal
