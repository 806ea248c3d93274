#include "cli/command.h"
#include "cli/session.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

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
    rows.push_back({token["name"].string_or(""), human_time(token["created_ms"].int_or(0))});
  }
  session.terminal().table({"NAME", "CREATED"}, rows);
  return 0;
}

Result<int> run(Session& session, const Arguments& arguments) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  Terminal& terminal = session.terminal();
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
  TRY_ASSIGN(const Json token, core->post("/api/v1/tokens", Json::object({{"name", *name}})));
  if (session.json()) {
    terminal.json(token);
    return 0;
  }
  terminal.line(token["token"].view());
  terminal.note("Shown this once. The program sends it as: Authorization: Bearer TOKEN");
  return 0;
}

}  // namespace

Command token() {
  return {.name = "token",
          .help = "Give another program its own key to the core, list them, take one back",
          .details = "Example: export OPENAI_API_KEY=$(hearth token my-editor)",
          .positionals = {{.name = "NAME", .help = "The program's name", .required = false}},
          .options = {{.name = "revoke", .help = "Take this program's token back"}},
          .run = run,
          .order = 51};
}

}  // namespace hearth::cli
