#include "api/internal/route.h"
#include "core/format.h"
#include "net/target.h"

namespace hearth::api {
namespace {

constexpr std::string_view kAttributes = "HttpOnly; SameSite=Strict; Path=/";

Result<Reply> post_session(const Context& context, const Incoming& incoming) {
  TRY_ASSIGN(const std::string secret, context.gate.redeem(incoming.arguments.text_or("code", "")));
  Reply reply{.body = Json::object({{"signed_in", true}})};
  reply.headers.add("Set-Cookie", format("{}={}; Max-Age={}; {}", Gate::kCookie, secret,
                                         Gate::kSessionMs / 1000, kAttributes));
  return reply;
}

Result<Reply> delete_session(const Context& context, const Incoming& incoming) {
  TRY(context.gate.end_session(incoming.request));
  Reply reply{.body = Json::object({{"signed_in", false}})};
  reply.headers.add("Set-Cookie", format("{}=; Max-Age=0; {}", Gate::kCookie, kAttributes));
  return reply;
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
       .help = "Signs a browser in with a one-time code; gives the session cookie.",
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
       .response = "SignedIn",
       .handler = delete_session},
      {.method = "POST",
       .path = "/api/v1/session/code",
       .access = Access::Owner,
       .help = "A new one-time code, valid for two minutes, and the page's address with it.",
       .response = "SignInCode",
       .handler = post_code},
  };
}

}  // namespace hearth::api
