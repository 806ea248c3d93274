#include "cli/command.h"
#include "cli/internal/asking.h"
#include "cli/session.h"

namespace hearth::cli {
namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  Json question = Json::object({{"question", arguments.joined("QUESTION")}});
  for (const char* name : {"collection", "since", "mode"}) {
    if (const auto value = arguments.get(name)) question.set(name, *value);
  }
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(const Json answer, internal::ask(session, *core, question));
  if (session.json()) session.terminal().json(answer);
  return answer["found"].bool_or(false) ? 0 : 1;
}

}  // namespace

Command ask() {
  return {.name = "ask",
          .help = "Ask a question and get an answer from your files, with citations",
          .details =
              "Example: hearth ask How much is the rent?\n"
              "Exit code 1: your files hold no answer.",
          .positionals = {{.name = "QUESTION", .help = "In your own words", .many = true}},
          .options = {{.name = "collection",
                       .letter = 'c',
                       .value = "NAME",
                       .help = "Only from this collection"},
                      {.name = "since", .value = "DATE", .help = "Only from YYYY-MM-DD on"},
                      {.name = "mode",
                       .value = "MODE",
                       .help = "Insist on a model's words or on quotes",
                       .choices = {"auto", "generated", "extractive"}}},
          .run = run,
          .order = 31};
}

}  // namespace hearth::cli
