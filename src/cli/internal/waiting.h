/// Waiting for the index, with progress.
#pragma once

#include "cli/session.h"

namespace hearth::cli::internal {

/// Returns when everything in the library is findable by meaning; by keyword when no embedding
/// model is installed (and says so).
Result<void> wait_until_findable(Session& session, const CoreClient& core);

}  // namespace hearth::cli::internal
