#include "api/server.h"

#include "api/internal/assets.h"
#include "api/internal/errors.h"
#include "api/internal/json_forms.h"
#include "api/internal/live_progress.h"
#include "api/internal/openapi.h"
#include "api/internal/places.h"
#include "api/internal/route.h"
#include "api/internal/router.h"
#include "core/format.h"
#include "core/text.h"
#include "net/sse.h"
#include "platform/file.h"
#include "platform/random.h"

namespace hearth::api {
namespace {

constexpr std::size_t kTokenBytes = 32;

bool is_api(const net::Request& request) {
  const std::string& first = request.path.front();
  return first == "api" || first == "v1" || first == "openapi.json";
}

Surface surface_of(const net::Request& request) {
  return request.path.front() == "v1" ? Surface::OpenAi : Surface::Native;
}

bool is_json(const net::Request& request) {
  const std::string_view type = request.headers.find("Content-Type").value_or("");
  return net::equal_ignoring_case(text::trim(type.substr(0, type.find(';'))), "application/json");
}

net::Response refusal_reply(Surface surface, Gate::Refusal refusal) {
  switch (refusal) {
    case Gate::Refusal::WrongUser:
      return error_reply(surface, 403, "denied", "this socket belongs to another user");
    case Gate::Refusal::TooManyFailures: {
      auto response = error_reply(surface, 429, "busy", "too many failures; wait a minute", true);
      response.headers.add("Retry-After", "60");
      return response;
    }
    case Gate::Refusal::WrongCredential:
    case Gate::Refusal::NoCredential:
    case Gate::Refusal::None:
      break;
  }
  const bool wrong = refusal == Gate::Refusal::WrongCredential;
  const std::string_view code = surface == Surface::OpenAi ? "invalid_api_key" : "unauthenticated";
  auto response = error_reply(
      surface, 401, code,
      wrong ? "this token is not known here" : "sign in first: a bearer token or `hearth open`");
  response.headers.add("WWW-Authenticate", "Bearer");
  return response;
}

net::Response crowded_reply(Surface surface) {
  auto response = error_reply(surface, 429, "busy",
                              "too many requests of other programs are in progress", true);
  response.headers.add("Retry-After", "5");
  return response;
}

}  // namespace

struct ApiServer::State {
  State(Backend& backend_in, const platform::Clock& clock_in, unsigned long_threads)
      : backend(backend_in),
        clock(clock_in),
        routes(all_routes()),
        router(routes),
        broadcaster([this] { return picture(); }),
        places(Places::limits_for(long_threads)) {}

  std::vector<std::string> picture();
  net::Admission admit(const net::Request& head);
  net::Admission admit_route(const net::Request& head, Match match);
  /// Why `caller` may not use the route; nothing when it may.
  std::optional<net::Response> check_caller(const Route& route,
                                            const Gate::Identity& identity) const;
  void run(const Route& route, const net::Query& captures, const Caller& caller,
           net::Exchange exchange);

  Backend& backend;
  const platform::Clock& clock;
  const std::vector<Route> routes;
  const Router router;
  std::unique_ptr<Gate> gate;
  Broadcaster broadcaster;
  Places places;
  std::unique_ptr<net::Server> server;
};

std::vector<std::string> ApiServer::State::picture() {
  const auto all = backend.sources(Call{});
  // Without the list there is nothing true to say; the next change asks again.
  if (!all) return {};
  return {net::to_sse("progress", live_progress(backend, *all).dump()),
          net::to_sse("sources", Json::object({{"sources", list(*all)}}).dump())};
}

net::Admission ApiServer::State::admit(const net::Request& head) {
  const Surface surface = surface_of(head);
  if (const auto fine = gate->check_address(head); !fine) return error_reply(surface, fine.error());
  if (!is_api(head)) {
    if (head.method == "GET" || head.method == "HEAD") {
      return serve_asset(embedded_assets(), head);
    }
    return error_reply(surface, 405, "invalid", "only GET and HEAD are for the page");
  }
  Match match = router.match(head.method, head.path);
  if (match.route) return admit_route(head, std::move(match));
  if (match.allowed.empty()) {
    return error_reply(surface, 404, "not_found",
                       format("there is no {}", head.target.substr(0, 200)));
  }
  auto response = error_reply(surface, 405, "invalid", format("this path takes {}", match.allowed));
  response.headers.add("Allow", match.allowed);
  return response;
}

std::optional<net::Response> ApiServer::State::check_caller(const Route& route,
                                                            const Gate::Identity& identity) const {
  const Caller& caller = identity.caller;
  const bool by_cookie = caller.kind == Caller::Kind::Session;
  if (route.access == Access::Public) return std::nullopt;
  if (caller.kind == Caller::Kind::Nobody) return refusal_reply(route.surface, identity.refusal);
  // A page's cookie must not open the surface that other programs use.
  if (by_cookie && route.surface == Surface::OpenAi) {
    return refusal_reply(route.surface, Gate::Refusal::NoCredential);
  }
  const bool client = caller.kind == Caller::Kind::Client;
  if (client && (route.access == Access::Owner || !caller.may(route.scope))) {
    const std::string why = route.access == Access::Owner
                                ? std::string("only the owner may do this")
                                : format("this token lacks the scope {}", route.scope);
    return error_reply(route.surface, 403, "denied", why);
  }
  return std::nullopt;
}

net::Admission ApiServer::State::admit_route(const net::Request& head, Match match) {
  const Route& route = *match.route;
  Gate::Identity identity = gate->identify(head);
  if (auto refused = check_caller(route, identity)) return std::move(*refused);
  auto place = places.take(identity.caller, route.lane);
  if (!place) return crowded_reply(route.surface);
  return net::Accept{.lane = route.lane,
                     .body_bytes_max = route.body_bytes_max,
                     .run = [this, &route, captures = std::move(match.captures),
                             caller = std::move(identity.caller),
                             place = std::move(place)](net::Exchange exchange) {
                       run(route, captures, caller, std::move(exchange));
                     }};
}

void ApiServer::State::run(const Route& route, const net::Query& captures, const Caller& caller,
                           net::Exchange exchange) {
  // The handlers' view; the exchange itself may travel on.
  const net::Request request = std::move(exchange.request());
  exchange.request().stop = request.stop;
  if (!request.body.empty() && !is_json(request)) {
    return exchange.respond(
        error_reply(route.surface, 415, "invalid", "the body must be application/json"));
  }
  auto arguments = read_arguments(route.fields, captures, request.query, request.body);
  if (!arguments) return exchange.respond(error_reply(route.surface, arguments.error()));
  const Context context{backend, *gate, broadcaster, clock, routes};
  const Incoming incoming{{.principal = caller.principal(),
                           .stop = request.stop,
                           .deadline = std::nullopt,
                           .trace_id = platform::random_hex(8)},
                          caller,
                          std::move(*arguments),
                          request};
  if (const auto* streams = std::get_if<StreamAnswer>(&route.handler)) {
    return (*streams)(context, incoming, std::move(exchange));
  }
  auto reply = std::get<Answer>(route.handler)(context, incoming);
  if (!reply) return exchange.respond(error_reply(route.surface, reply.error()));
  net::Response response = json_response(reply->status, reply->body);
  for (const auto& [name, value] : reply->headers) response.headers.add(name, value);
  exchange.respond(std::move(response));
}

Result<std::unique_ptr<ApiServer>> ApiServer::start(const Options& options, Backend& backend,
                                                    TokenStore& store,
                                                    const platform::Clock& clock) {
  auto state = std::make_unique<State>(backend, clock, options.net.long_threads);
  TRY_ASSIGN(state->gate, Gate::open(options.gate, store, clock));
  State* const self = state.get();
  backend.on_change([self] { self->broadcaster.notify(); });
  TRY_ASSIGN(
      state->server,
      net::Server::start(
          options.net, [self](const net::Request& head) { return self->admit(head); }, clock));
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(state)));
}

ApiServer::ApiServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

ApiServer::~ApiServer() { stop(std::chrono::milliseconds(0)); }

std::uint16_t ApiServer::port() const { return state_->server->port(); }

void ApiServer::stop(std::chrono::milliseconds patience) {
  state_->backend.on_change([] {});
  state_->broadcaster.close();
  state_->server->stop(patience);
}

Result<std::string> ensure_owner_token(const std::filesystem::path& path) {
  const auto is_private = platform::is_private(path);
  if (is_private && *is_private) {
    TRY_ASSIGN(const std::string kept, platform::read_file(path, 4096));
    const std::string_view token = text::trim(kept);
    if (token.size() >= 2 * kTokenBytes) return std::string(token);
  }
  const std::string token = platform::random_hex(kTokenBytes);
  TRY(platform::write_file_atomically(path, token + "\n", platform::Access::Private));
  return token;
}

Json describe_api() {
  const std::vector<Route> routes = all_routes();
  return openapi(routes);
}

}  // namespace hearth::api
