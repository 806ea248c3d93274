#include <algorithm>

#include "api/internal/route.h"
#include "core/format.h"
#include "core/text.h"

namespace hearth::api {
namespace {

Json scope_list(std::string_view scopes) {
  Json all = Json::array();
  for (const std::string_view scope : text::split(scopes, ' ')) all.push(scope);
  return all;
}

Result<Reply> get_tokens(const Context& context, const Incoming&) {
  Json tokens = Json::array();
  for (const StoredToken& token : context.gate.tokens()) {
    tokens.push(Json::object({{"name", token.name},
                              {"created_ms", token.created_ms},
                              {"scopes", scope_list(token.scopes)}}));
  }
  return Reply{.body = Json::object({{"tokens", std::move(tokens)}})};
}

Result<std::string> read_scopes(const Json& wanted) {
  // What most programs come for: nothing of the library is read with it.
  if (wanted.is_null()) return std::string(kScopeModel);
  std::string scopes;
  for (const Json& scope : wanted.items()) {
    if (scope.view() != kScopeRead && scope.view() != kScopeWrite && scope.view() != kScopeModel) {
      return fail(Code::Invalid,
                  format("there is no scope {}; there are {}, {} and {}",
                         text::shorten(scope.view(), 40), kScopeRead, kScopeWrite, kScopeModel));
    }
    scopes += scopes.empty() ? "" : " ";
    scopes += scope.view();
  }
  return scopes;
}

/// A name has to fit into the path that takes the token back, and into a line of a terminal.
Result<std::string> read_name(std::string_view given) {
  const std::string_view name = text::trim(given);
  constexpr std::string_view kAlso = " ._@-";
  const bool fits = std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kAlso.contains(c);
  });
  if (!fits || name.empty() || name == "." || name == "..") {
    return fail(
        Code::Invalid,
        "\"name\" may hold letters a to z, digits, spaces and . _ @ - (and not be . or ..)");
  }
  return std::string(name);
}

Result<Reply> post_token(const Context& context, const Incoming& incoming) {
  TRY_ASSIGN(const std::string name, read_name(incoming.arguments.text_or("name", "")));
  TRY_ASSIGN(const std::string scopes, read_scopes(incoming.arguments["scopes"]));
  TRY_ASSIGN(const std::string token, context.gate.add_token(name, scopes));
  return Reply{
      .status = 201,
      .body = Json::object({{"name", name}, {"token", token}, {"scopes", scope_list(scopes)}})};
}

Result<Reply> delete_token(const Context& context, const Incoming& incoming) {
  const std::string_view name = incoming.arguments.text_or("name", "");
  TRY(context.gate.remove_token(name));
  return Reply{.body = Json::object({{"removed", name}})};
}

}  // namespace

std::vector<Route> token_routes() {
  return {
      {.method = "GET",
       .path = "/api/v1/tokens",
       .access = Access::Owner,
       .help = "The client tokens, without their secrets.",
       .response = "Tokens",
       .handler = get_tokens},
      {.method = "POST",
       .path = "/api/v1/tokens",
       .access = Access::Owner,
       .help = "A new token for another program. It is shown once.",
       .fields = {{.name = "name",
                   .need = Field::Need::Required,
                   .help = "What you call the program.",
                   .max = 100},
                  {.name = "scopes",
                   .type = Field::Type::TextList,
                   .help = "model.use: the models, through OpenAI's surface; library.read: "
                           "search, ask and read everything in the library; library.write: keep "
                           "conversations. model.use alone when absent.",
                   .min = 1,
                   .max = 3}},
       .response = "NewToken",
       .handler = post_token},
      {.method = "DELETE",
       .path = "/api/v1/tokens/{name}",
       .access = Access::Owner,
       .help = "The token stops working at once.",
       .fields = {{.name = "name", .in = Field::In::Path, .help = "The token's name.", .max = 400}},
       .response = "Removed",
       .handler = delete_token},
  };
}

}  // namespace hearth::api
