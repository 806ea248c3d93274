#include "cli/command.h"
#include "cli/session.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

std::string exam(const Json& model) {
  const auto score = model["exam_score"].as_double();
  if (!score) return "–";
  return format("{:.0f} %{}", *score * 100, model["passed_exam"].bool_or(false) ? "" : " (failed)");
}

Result<int> run(Session& session, const Arguments&) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(const Json answer, core->get("/api/v1/models"));
  Terminal& terminal = session.terminal();
  if (session.json()) {
    terminal.json(answer);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& model : answer["models"].items()) {
    rows.push_back({model["name"].string_or(""), model["role"].string_or(""),
                    model["state"].string_or(""),
                    human_bytes(model["size_bytes"].double_or(0)), exam(model),
                    model["note"].string_or("")});
  }
  terminal.table({"NAME", "ROLE", "STATE", "SIZE", "EXAM", "NOTE"}, rows);
  return 0;
}

}  // namespace

Command models() {
  return {.name = "models",
          .help = "List the models: what is installed, what is running, what suits this machine",
          .run = run,
          .order = 50};
}

}  // namespace hearth::cli
