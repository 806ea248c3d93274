/// Brings a schema up to date, one step a transaction.
#pragma once

#include <span>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "storage/database.h"
#include "storage/migration.h"

namespace hearth::storage::internal {

/// The steps of `known` that this file has not had, in order. `TooNew` when it has had one that is
/// not known; `Conflict` when one was different from ours. Only reads.
[[nodiscard]] Result<std::vector<Migration>> pending(Connection& connection,
                                                     std::span<const Migration> known);
/// Runs `steps`. A step that fails leaves the schema as the step before made it.
[[nodiscard]] Result<void> migrate(Connection& writer, std::span<const Migration> steps);
/// SQLite's check of every page, index and reference.
[[nodiscard]] Result<void> check_integrity(Connection& connection);

}  // namespace hearth::storage::internal
