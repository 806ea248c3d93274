/// The fields that narrow a search, shared by search and ask.
#pragma once

#include <optional>
#include <string_view>

#include "api/internal/arguments.h"
#include "core/result.h"
#include "search/types.h"

namespace hearth::api {

/// "2026-03-01" as the first millisecond of that day, UTC.
[[nodiscard]] Result<std::int64_t> parse_date(std::string_view text);

/// Reads collection, source, type, since and until, as far as they are given. `until` includes its
/// day.
[[nodiscard]] Result<search::Filter> read_filter(const Arguments& arguments);

}  // namespace hearth::api
