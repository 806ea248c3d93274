/// One question and its streamed answer, in the terminal.
#pragma once

#include "cli/session.h"

namespace hearth::cli::internal {

/// Streams the answer to the terminal (unless `session.json()`) and returns the complete answer.
/// Cancelled when Ctrl-C stopped it.
Result<Json> ask(Session& session, const CoreClient& core, const Json& question);

}  // namespace hearth::cli::internal
