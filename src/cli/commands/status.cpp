#include "cli/command.h"
#include "cli/session.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

std::string model_line(const Json& model) {
  if (model["name"].view().empty()) return "none";
  std::string out = format("{} ({})", model["name"].view(), model["state"].view());
  if (model["weak"].bool_or(false)) out += ", weak";
  if (const auto score = model["exam_score"].as_double()) {
    out += format(", exam {:.0f} %{}", *score * 100,
                  model["passed_exam"].bool_or(false) ? "" : " (not passed)");
  }
  return out;
}

int say_not_running(Session& session) {
  Terminal& terminal = session.terminal();
  if (session.json()) {
    terminal.json(Json::object({{"running", false}, {"home", session.home().string()}}));
  } else {
    terminal.line("The core is not running. Any command that needs it starts it; or: hearth serve");
  }
  return 1;
}

void print(const Terminal& terminal, const Json& status) {
  const auto row = [&](std::string_view name, const Printable& value) {
    terminal.line(compose("{} {}", terminal.paint(Style::Dim, format("{:<11}", name)), value));
  };
  row("Hearth", format("{}, up {}", status["version"].view(),
                       human_duration(status["uptime_ms"].double_or(0) / 1000)));
  row("Vault", format("{} (key: {})", status["home"].view(), status["key"].view()));
  row("Page", status["address"].string_or("not listening"));
  row("Library",
      format("{} documents, {} passages in {} sources, {} problems",
             human_count(status["documents"].int_or(0)), human_count(status["chunks"].int_or(0)),
             human_count(status["sources"].int_or(0)), human_count(status["problems"].int_or(0))));
  row("Index", describe_progress(status));
  row("Embedder", model_line(status["models"]["embedder"]));
  row("Chat", model_line(status["models"]["chat"]));
  for (const Json& note : status["notes"].items()) {
    row("Note", terminal.paint(Style::Yellow, note.view()));
  }
}

Result<int> run(Session& session, const Arguments& arguments) {
  auto core = arguments.has("no-start") ? session.running_core() : session.core();
  if (!core && core.error().code == Code::Unavailable && arguments.has("no-start")) {
    return say_not_running(session);
  }
  TRY(core);
  TRY_ASSIGN(Json status, (*core)->get("/api/v1/status"));
  if (session.json()) {
    status.set("running", true);
    session.terminal().json(status);
  } else {
    print(session.terminal(), status);
  }
  return 0;
}

}  // namespace

Command status() {
  return {.name = "status",
          .help = "What the core is doing",
          .options = {{.name = "no-start",
                       .help = "Do not start a core to ask; exit code 1 when none is running"}},
          .run = run,
          .order = 60};
}

}  // namespace hearth::cli
