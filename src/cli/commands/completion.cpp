#include <algorithm>

#include "cli/command.h"
#include "cli/parser.h"
#include "cli/session.h"

namespace hearth::cli {
namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  std::vector<Command> commands = all_commands();
  std::ranges::stable_sort(commands, {}, &Command::order);
  TRY_ASSIGN(const std::string script,
             completion_script(commands, arguments.get("SHELL").value_or("")));
  if (session.json()) {
    session.terminal().json(Json::object({{"script", script}}));
  } else {
    session.terminal().print(Printable::lines(script));
  }
  return 0;
}

}  // namespace

Command completion() {
  return {.name = "completion",
          .help = "Print the completion script for bash, zsh or fish",
          .details =
              "Example: hearth completion bash > "
              "~/.local/share/bash-completion/completions/hearth",
          .positionals = {{.name = "SHELL", .help = "bash, zsh or fish"}},
          .run = run,
          .order = 90};
}

}  // namespace hearth::cli
