#include "cli/core_client.h"

#include "core/format.h"
#include "net/client.h"
#include "net/target.h"

namespace hearth::cli {
namespace {

// The core's own error with its own message; a body that is none is reported by its status.
Error error_of(const net::ClientResponse& response) {
  const auto body = Json::parse(response.body);
  if (body && (*body)["error"].is_object()) {
    const Json& error = (*body)["error"];
    return Error{code_named(error["code"].view()), error["message"].string_or("it failed")};
  }
  return Error{Code::Internal, format("the core answered with status {}", response.status)};
}

net::ClientRequest make_request(std::string_view method, std::string_view path, const Json* body) {
  net::ClientRequest request;
  request.method = std::string(method);
  request.target = std::string(path);
  if (body) {
    request.headers.add("Content-Type", "application/json");
    request.body = body->dump();
  }
  return request;
}

}  // namespace

struct CoreClient::State {
  net::Client client;

  Result<Json> send(std::string_view method, std::string_view path, const Json* body) {
    TRY_ASSIGN(const net::ClientResponse response,
               client.send(Call{}, make_request(method, path, body)));
    if (response.status >= 400) return std::unexpected(error_of(response));
    if (response.body.empty()) return Json();
    return Json::parse(response.body);
  }
};

CoreClient::CoreClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
CoreClient::CoreClient(CoreClient&&) noexcept = default;
CoreClient& CoreClient::operator=(CoreClient&&) noexcept = default;
CoreClient::~CoreClient() = default;

Result<CoreClient> CoreClient::connect(const std::filesystem::path& home) {
  auto state = std::make_unique<State>(
      State{.client = net::Client::over_socket(home / "run" / "hearth.sock")});
  auto answer = state->send("GET", "/api/v1/status", nullptr);
  if (!answer && answer.error().code == Code::Unavailable) {
    return fail(Code::Unavailable, "no core is running");
  }
  TRY(answer);
  return CoreClient(std::move(state));
}

Result<Json> CoreClient::get(std::string_view path) const {
  return state_->send("GET", path, nullptr);
}
Result<Json> CoreClient::post(std::string_view path, const Json& body) const {
  return state_->send("POST", path, &body);
}
Result<Json> CoreClient::remove(std::string_view path) const {
  return state_->send("DELETE", path, nullptr);
}

Result<void> CoreClient::stream(std::string_view path, const Json& body, std::stop_token stop,
                                const OnEvent& on_event) const {
  net::ClientRequest request = make_request("POST", path, &body);
  request.headers.add("Accept", "text/event-stream");
  Call call;
  call.stop = std::move(stop);
  const auto sink = [&](const net::Event& event) {
    const auto data = Json::parse(event.data);
    return data ? on_event(event.name, *data) : Flow::Continue;
  };
  TRY_ASSIGN(const net::ClientResponse response, state_->client.stream(call, request, sink));
  if (response.status >= 400) return std::unexpected(error_of(response));
  return {};
}

std::string percent_encode(std::string_view text) { return net::percent_encode(text); }

}  // namespace hearth::cli
