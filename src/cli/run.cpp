#include "cli/run.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "cli/parser.h"
#include "platform/paths.h"
#include "platform/signal_watch.h"

namespace hearth::cli {
namespace {

int report(Session& session, const Error& error) {
  session.terminal().end_progress();
  if (session.json()) {
    const CodeInfo& info = describe(error.code);
    session.terminal().json(Json::object(
        {{"error",
          Json::object(
              {{"code", info.name}, {"message", error.message}, {"retryable", info.retryable}})}}));
  } else if (error.code == Code::Cancelled) {
    session.terminal().note("Stopped.");
  } else {
    session.terminal().error(error.message);
  }
  return describe(error.code).exit_code;
}

}  // namespace

int run(int argc, const char* const* argv, const Programs& programs) {
  std::vector<Command> commands = all_commands();
  std::ranges::stable_sort(commands, {}, &Command::order);
  const Parsed parsed = parse(commands, argc, argv);
  if (!parsed.command) {
    const Terminal terminal;
    if (parsed.exit_code == 0) {
      terminal.print(Printable::lines(parsed.text));
    } else {
      const auto end = parsed.text.find_last_not_of('\n') + 1;
      terminal.note(Printable::lines(std::string_view(parsed.text).substr(0, end)));
    }
    return parsed.exit_code;
  }
  const auto home = platform::hearth_home(platform::process_environment());
  Session session(programs, home ? *home : std::filesystem::path(), parsed.json);
  if (!home) return report(session, home.error());
  // The core watches signals itself; every other command is a client that Ctrl-C stops.
  std::optional<platform::SignalWatch> watch;
  if (parsed.command->name != "serve" && parsed.command->name != "worker") {
    auto installed =
        platform::SignalWatch::install({SIGINT, SIGTERM}, [&session](int) { session.interrupt(); });
    if (installed) watch.emplace(std::move(*installed));
  }
  std::signal(SIGPIPE, SIG_IGN);
  const Result<int> result = parsed.command->run(session, parsed.arguments);
  session.terminal().end_progress();
  return result ? *result : report(session, result.error());
}

}  // namespace hearth::cli
