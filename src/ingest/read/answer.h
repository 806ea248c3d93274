/// Reads what the helper's pipe delivered; none of it is trusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "ingest/extracted.h"

namespace hearth::ingest {

/// `stream` is everything up to the trailer. Nothing: not a text document. Errors: Corrupt,
/// Exhausted, TimedOut as the helper said, or Internal when the stream itself is malformed.
[[nodiscard]] Result<std::optional<Extracted>> parse_answer(std::string_view stream,
                                                            std::string_view media_type);

}  // namespace hearth::ingest
