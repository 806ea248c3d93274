#include "cli/command.h"
#include "cli/internal/start_core.h"
#include "cli/session.h"

namespace hearth::cli {
namespace {

Result<int> run(Session& session, const Arguments&) {
  Terminal& terminal = session.terminal();
  auto core = session.running_core();
  const bool running = core.has_value();
  if (running) {
    TRY((*core)->post("/api/v1/shutdown", Json::object()));
    TRY(internal::wait_until_gone(session.home()));
  } else if (core.error().code != Code::Unavailable) {
    return std::unexpected(core.error());
  }
  if (session.json()) {
    terminal.json(Json::object({{"stopped", running}}));
  } else {
    terminal.line(running ? "The core has stopped." : "The core was not running.");
  }
  return 0;
}

}  // namespace

Command shutdown() {
  return {.name = "shutdown", .help = "Stop the core", .run = run, .order = 71};
}

}  // namespace hearth::cli
