/// Errors as a client reads them, in the one JSON form of the native API.
#pragma once

#include <string_view>

#include "core/result.h"
#include "net/http.h"

namespace hearth::net {

/// `{"error": {"code", "message", "retryable"}}` with the status that `describe(error.code)` names.
[[nodiscard]] Response error_response(const Error& error);
/// The same with a status that has no `Code` of its own (408, 429, 431, 501).
[[nodiscard]] Response error_response(int status, std::string_view code, std::string_view message,
                                      bool retryable);

}  // namespace hearth::net
