#include "net/error_response.h"

#include "core/json.h"

namespace hearth::net {

Response error_response(int status, std::string_view code, std::string_view message,
                        bool retryable) {
  Response response{.status = status};
  response.headers.add("Content-Type", "application/json; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  const Json error = Json::object({{"code", code}, {"message", message}, {"retryable", retryable}});
  response.body = Json::object({{"error", error}}).dump();
  return response;
}

Response error_response(const Error& error) {
  const CodeInfo& info = describe(error.code);
  return error_response(info.http_status, info.name, error.message, info.retryable);
}

}  // namespace hearth::net
