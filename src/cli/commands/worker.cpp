#include "cli/command.h"
#include "cli/session.h"

namespace hearth::cli {
namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  std::vector<std::string> words;
  if (const auto found = arguments.values.find("ARGUMENT"); found != arguments.values.end()) {
    words = found->second;
  }
  return session.programs().worker(words);
}

}  // namespace

Command worker() {
  return {.name = "worker",
          .help = "Run a model (started by the core)",
          .positionals =
              {{.name = "ARGUMENT", .help = "As the core says", .required = false, .many = true}},
          .run = run,
          .order = 99,
          .hidden = true};
}

}  // namespace hearth::cli
