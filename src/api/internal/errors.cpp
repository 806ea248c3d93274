#include "api/internal/errors.h"

namespace hearth::api {

net::Headers safe_headers() {
  return {{"Cache-Control", "no-store"},
          {"X-Content-Type-Options", "nosniff"},
          {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Referrer-Policy", "no-referrer"}};
}

net::Response json_response(int status, const Json& body) {
  net::Response response{.status = status, .headers = safe_headers(), .body = body.dump()};
  response.headers.add("Content-Type", "application/json; charset=utf-8");
  return response;
}

Json error_json(const Error& error) {
  const CodeInfo& info = describe(error.code);
  return Json::object(
      {{"code", info.name}, {"message", error.message}, {"retryable", info.retryable}});
}

net::Response openai_error(int status, std::string_view code, std::string_view message,
                           std::string_view param) {
  const std::string_view type = status == 401   ? "authentication_error"
                                : status == 403 ? "permission_error"
                                : status == 429 ? "rate_limit_error"
                                : status < 500  ? "invalid_request_error"
                                                : "server_error";
  const Json error = Json::object({{"message", message},
                                   {"type", type},
                                   {"param", param.empty() ? Json(nullptr) : Json(param)},
                                   {"code", code}});
  return json_response(status, Json::object({{"error", error}}));
}

net::Response error_reply(Surface surface, int status, std::string_view code,
                          std::string_view message, bool retryable) {
  if (surface == Surface::OpenAi) return openai_error(status, code, message, "");
  const Json error = Json::object({{"code", code}, {"message", message}, {"retryable", retryable}});
  return json_response(status, Json::object({{"error", error}}));
}

net::Response error_reply(Surface surface, const Error& error) {
  const CodeInfo& info = describe(error.code);
  return error_reply(surface, info.http_status, info.name, error.message, info.retryable);
}

}  // namespace hearth::api
