#include "cli/command.h"
#include "cli/internal/start_core.h"
#include "cli/session.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

// What can be said when no core answers: why it does not start is the finding.
Json check_start(const Error& error, const std::filesystem::path& home) {
  Json check = Json::object({{"name", "core"}, {"ok", false}, {"level", "error"}});
  check.set("message", error.message);
  check.set("mend", format("See the end of {}", (home / "run" / "serve.log").string()));
  return Json::object({{"checks", Json::array({check})}});
}

Result<int> run(Session& session, const Arguments&) {
  Terminal& terminal = session.terminal();
  Json answer;
  auto core = session.core();
  if (core) {
    TRY_ASSIGN(answer, (*core)->get("/api/v1/doctor"));
  } else {
    answer = check_start(core.error(), session.home());
  }
  bool well = true;
  for (const Json& check : answer["checks"].items()) {
    const std::string_view level = check["level"].view();
    if (level == "error") well = false;
    if (session.json()) continue;
    const Style style = level == "error"  ? Style::Red
                        : level == "warn" ? Style::Yellow
                                          : Style::Green;
    terminal.line(compose("{} {:<12} {}", terminal.paint(style, format("{:<5}", level)),
                          check["name"].view(), check["message"].view()));
    if (level != "ok" && !check["mend"].view().empty()) {
      terminal.line(
          compose("      {:<12} {}", "", terminal.paint(Style::Bold, check["mend"].view())));
    }
  }
  if (session.json()) terminal.json(answer);
  return well ? 0 : 1;
}

}  // namespace

Command doctor() {
  return {.name = "doctor",
          .help = "Check everything: what is wrong and how to mend it",
          .details = "Exit code 1 when something is broken; warnings alone are 0.",
          .run = run,
          .order = 61};
}

}  // namespace hearth::cli
