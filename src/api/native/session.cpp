#include "api/internal/errors.h"
#include "api/internal/route.h"
#include "core/format.h"
#include "net/target.h"

namespace hearth::api {
namespace {

constexpr std::string_view kAttributes = "HttpOnly; SameSite=Strict; Path=/";

Reply throttled(const Error& error) {
  Reply reply{.status = 429, .body = Json::object({{"error", error_json(error)}})};
  reply.headers.add("Retry-After", "60");
  return reply;
}

Result<Reply> post_session(const Context& context, const Incoming& incoming) {
  auto redeemed =
      context.gate.redeem(incoming.arguments.text_or("code", ""), incoming.request.peer);
  if (!redeemed && redeemed.error().code == Code::Busy) return throttled(redeemed.error());
  TRY_ASSIGN(const auto session, std::move(redeemed));
  Reply reply{.body = Json::object({{"signed_in", true}, {"key", session.key}})};
  reply.headers.add("Set-Cookie", format("{}={}; Max-Age={}; {}", Gate::kCookie, session.cookie,
                                         Gate::kSessionMs / 1000, kAttributes));
  return reply;
}

Result<Reply> delete_session(const Context& context, const Incoming& incoming) {
  TRY(context.gate.end_session(incoming.request));
  Reply reply{.body = Json::object({{"signed_in", false}})};
  reply.headers.add("Set-Cookie", format("{}=; Max-Age=0; {}", Gate::kCookie, kAttributes));
  return reply;
}

Result<Reply> delete_sessions(const Context& context, const Incoming&) {
  TRY(context.gate.end_all_sessions());
  return Reply{.body = Json::object({{"signed_in", false}})};
}

Result<Reply> post_code(const Context& context, const Incoming&) {
  const std::string code = context.gate.new_code();
  // Behind "#" the code is never sent to any server, nor written into a log.
  const std::string url = format("{}/#code={}", context.backend.state().address, code);
  return Reply{.body = Json::object({{"code", code}, {"url", url}})};
}

}  // namespace

std::vector<Route> session_routes() {
  return {
      {.method = "POST",
       .path = "/api/v1/session",
       .access = Access::Public,
       .help = "Signs a browser in with a one-time code; gives the session's cookie and its key.",
       .fields = {{.name = "code",
                   .need = Field::Need::Required,
                   .help = "From POST /api/v1/session/code.",
                   .max = 200}},
       .response = "SignedIn",
       .handler = post_session,
       .body_bytes_max = 4096},
      {.method = "DELETE",
       .path = "/api/v1/session",
       .access = Access::Session,
       .help = "Signs the browser out.",
       .response = "SignedOut",
       .handler = delete_session},
      {.method = "DELETE",
       .path = "/api/v1/sessions",
       .access = Access::Owner,
       .help = "Signs every browser out.",
       .response = "SignedOut",
       .handler = delete_sessions},
      {.method = "POST",
       .path = "/api/v1/session/code",
       .access = Access::Owner,
       .help = "A new one-time code, valid for two minutes, and the page's address with it.",
       .response = "SignInCode",
       .handler = post_code},
  };
}

}  // namespace hearth::api
