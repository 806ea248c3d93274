/// Responses of the API: JSON, errors in the form of each surface, and the headers all of them
/// bear.
#pragma once

#include <string_view>

#include "api/internal/route.h"
#include "core/json.h"
#include "core/result.h"
#include "net/http.h"

namespace hearth::api {

/// No sniffing, no framing, no storing, no referrer.
[[nodiscard]] net::Headers safe_headers();
[[nodiscard]] net::Response json_response(int status, const Json& body);
/// `{code, message, retryable}`: the inside of the native form.
[[nodiscard]] Json error_json(const Error& error);
[[nodiscard]] net::Response error_reply(Surface surface, const Error& error);
/// For statuses without a `Code` of their own. `code` is a word for programs.
[[nodiscard]] net::Response error_reply(Surface surface, int status, std::string_view code,
                                        std::string_view message, bool retryable = false);
/// OpenAI's form with the parameter that is wrong; `param` may be empty.
[[nodiscard]] net::Response openai_error(int status, std::string_view code,
                                         std::string_view message, std::string_view param);

}  // namespace hearth::api
