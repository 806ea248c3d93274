#include "cli/command.h"
#include "cli/session.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

std::string words(const Json& list) {
  std::string all;
  for (const Json& word : list.items()) {
    all += all.empty() ? "" : " ";
    all += word.view();
  }
  return all;
}

Result<int> print_all(Session& session, const CoreClient& core) {
  TRY_ASSIGN(const Json answer, core.get("/api/v1/tokens"));
  if (session.json()) {
    session.terminal().json(answer);
    return 0;
  }
  if (answer["tokens"].items().empty()) {
    session.terminal().line("No program has a token yet. Make one:  hearth token NAME");
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& token : answer["tokens"].items()) {
    rows.push_back({token["name"].string_or(""), human_time(token["created_ms"].int_or(0)),
                    words(token["scopes"])});
  }
  session.terminal().table({"NAME", "CREATED", "MAY"}, rows);
  return 0;
}

Result<int> sign_browsers_out(Session& session, const CoreClient& core) {
  TRY(core.remove("/api/v1/sessions"));
  if (session.json()) {
    session.terminal().json(Json::object({{"signed_in", false}}));
  } else {
    session.terminal().line("Every browser is signed out. Sign in again:  hearth open");
  }
  return 0;
}

/// The models alone, unless more was asked for. Who keeps conversations reads them too.
Json wanted_scopes(const Arguments& arguments) {
  Json scopes = Json::array({"model.use"});
  if (arguments.has("read") || arguments.has("write")) scopes.push("library.read");
  if (arguments.has("write")) scopes.push("library.write");
  return scopes;
}

Result<int> run(Session& session, const Arguments& arguments) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  Terminal& terminal = session.terminal();
  if (arguments.has("sign-out")) return sign_browsers_out(session, *core);
  const auto name = arguments.get("NAME");
  if (!name) return print_all(session, *core);
  if (arguments.has("revoke")) {
    TRY(core->remove("/api/v1/tokens/" + percent_encode(*name)));
    if (session.json()) {
      terminal.json(Json::object({{"revoked", *name}}));
    } else {
      terminal.line(format("Revoked the token of {}.", *name));
    }
    return 0;
  }
  TRY_ASSIGN(const Json token,
             core->post("/api/v1/tokens",
                        Json::object({{"name", *name}, {"scopes", wanted_scopes(arguments)}})));
  if (session.json()) {
    terminal.json(token);
    return 0;
  }
  terminal.line(token["token"].view());
  terminal.note("Shown this once. The program sends it as: Authorization: Bearer TOKEN");
  terminal.note("It may: " + words(token["scopes"]));
  return 0;
}

}  // namespace

Command token() {
  return {.name = "token",
          .help = "Give another program its own key to the core, list them, take one back",
          .details =
              "Example: export OPENAI_API_KEY=$(hearth token my-editor)\n"
              "A program may use the models, and nothing in your library unless you say so.",
          .positionals = {{.name = "NAME", .help = "The program's name", .required = false}},
          .options = {{.name = "read", .help = "It may also search, ask and read your library"},
                      {.name = "write", .help = "It may also keep conversations (and read)"},
                      {.name = "revoke", .help = "Take this program's token back"},
                      {.name = "sign-out", .help = "Sign every browser out of the page"}},
          .run = run,
          .order = 51};
}

}  // namespace hearth::cli
