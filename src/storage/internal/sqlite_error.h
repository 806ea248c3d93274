/// SQLite's result codes in our words.
#pragma once

#include <string_view>

#include "core/call.h"
#include "core/result.h"

struct sqlite3;

namespace hearth::storage::internal {

/// The error behind `result` on `database` (which may be null). `call` tells a requested stop from
/// a deadline when a statement was interrupted; it may be null.
[[nodiscard]] Error sqlite_error(sqlite3* database, int result, std::string_view doing,
                                 const Call* call);

}  // namespace hearth::storage::internal
