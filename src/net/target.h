/// Request targets: "/a/b%20c?x=1" taken apart and decoded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "net/http.h"

namespace hearth::net {

struct Target {
  std::vector<std::string> path;
  Query query;
};

/// Decodes %XX. `Invalid` for a bad or cut-off escape, and for bytes that are not UTF-8 or are
/// control characters once decoded. `plus_is_space` follows forms: true in queries.
enum class Plus { Literal, Space };
[[nodiscard]] Result<std::string> percent_decode(std::string_view text, Plus plus = Plus::Literal);

/// Escapes everything but unreserved characters: safe in a path segment and in a query.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// "a=1&b=x%20y&flag" → pairs; a name without "=" has an empty value.
[[nodiscard]] Result<Query> parse_query(std::string_view text);

/// Splits first and decodes afterwards, so an escaped slash stays inside its segment. `Invalid` for
/// a target that does not start with "/" and for segments "." and "..", escaped or not.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

}  // namespace hearth::net
