/// Routes as data: what is declared here is checked, documented and served from one place.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "api/backend.h"
#include "api/gate.h"
#include "api/internal/arguments.h"
#include "api/internal/broadcaster.h"
#include "core/json.h"
#include "net/server.h"
#include "platform/clock.h"

namespace hearth::api {

/// Which form errors take and which credentials count: OpenAI's clients bring a bearer token.
enum class Surface { Native, OpenAi };

struct Route;

/// What handlers work with. Threads: any.
struct Context {
  Backend& backend;
  Gate& gate;
  Broadcaster& broadcaster;
  const platform::Clock& clock;
  std::span<const Route> routes;
};

/// One admitted and validated request.
struct Incoming {
  Call call;
  Caller caller;
  Arguments arguments;
  const net::Request& request;
};

struct Reply {
  int status = 200;
  Json body;
  net::Headers headers;
};

using Answer = Result<Reply> (*)(const Context&, const Incoming&);
/// Answers by itself, whole or streamed. `exchange` holds the request that `incoming` refers to.
using StreamAnswer = void (*)(const Context&, const Incoming&, net::Exchange exchange);

struct Route {
  std::string_view method;
  std::string_view path;  ///< "/api/v1/sources/{id}"
  Access access = Access::Owner;
  std::string_view scope;  ///< What a client token needs for it; empty when not for clients.
  std::string_view help;
  std::vector<Field> fields;
  std::string_view response;  ///< A schema's name, or empty.
  std::variant<Answer, StreamAnswer> handler;
  Surface surface = Surface::Native;
  net::Lane lane = net::Lane::Quick;
  std::size_t body_bytes_max = std::size_t{1} << 20U;
  std::string_view streams;  ///< What the event stream carries; empty when there is none.
};

// One group of endpoints per file.
[[nodiscard]] std::vector<Route> status_routes();
[[nodiscard]] std::vector<Route> model_routes();
[[nodiscard]] std::vector<Route> session_routes();
[[nodiscard]] std::vector<Route> token_routes();
[[nodiscard]] std::vector<Route> source_routes();
[[nodiscard]] std::vector<Route> search_routes();
[[nodiscard]] std::vector<Route> ask_routes();
[[nodiscard]] std::vector<Route> conversation_routes();
[[nodiscard]] std::vector<Route> event_routes();
[[nodiscard]] std::vector<Route> openai_routes();
/// All of them.
[[nodiscard]] std::vector<Route> all_routes();

}  // namespace hearth::api
