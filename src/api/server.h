/// The API: routes, authentication and the page, served over `net::Server`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "api/backend.h"
#include "api/gate.h"
#include "api/token_store.h"
#include "core/json.h"
#include "core/result.h"
#include "net/server.h"
#include "platform/clock.h"

namespace hearth::api {

/// Serves docs/api.md, OpenAI's dialect and the page until it is stopped.
///
/// Threads: any. Errors: those of `net::Server::start` and of the token store.
class ApiServer {
 public:
  struct Options {
    net::Server::Options net;
    Gate::Options gate;
  };

  /// Everything referenced must outlive the server. It answers before this returns.
  [[nodiscard]] static Result<std::unique_ptr<ApiServer>> start(const Options& options,
                                                                Backend& backend, TokenStore& store,
                                                                const platform::Clock& clock);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  /// The loopback port; 0 when there is none.
  [[nodiscard]] std::uint16_t port() const;
  /// Ends event streams, lets requests in progress finish for at most `patience`, then stops them.
  void stop(std::chrono::milliseconds patience);

 private:
  struct State;
  explicit ApiServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The token in `path`, made (mode 0600) when there is none. The file is replaced when others could
/// read it.
[[nodiscard]] Result<std::string> ensure_owner_token(const std::filesystem::path& path);

/// The OpenAPI document, for tools that run without a core.
[[nodiscard]] Json describe_api();

}  // namespace hearth::api
