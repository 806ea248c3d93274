#include <cstdlib>

#include "cli/command.h"
#include "cli/session.h"
#include "core/format.h"
#include "platform/detached.h"

namespace hearth::cli {
namespace {

// A browser can be opened only where there is a screen to open it on.
bool has_display() {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY"}) {
    const char* value = std::getenv(name);
    if (value && *value) return true;
  }
  return false;
}

bool open_browser(const std::string& url) {
  return platform::start_detached(
             {.program = "/usr/bin/xdg-open", .arguments = {url}, .passed_fd = -1})
      .has_value();
}

Result<int> run(Session& session, const Arguments& arguments) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(const Json code, core->post("/api/v1/session/code", Json::object()));
  Terminal& terminal = session.terminal();
  if (session.json()) {
    terminal.json(code);
    return 0;
  }
  const std::string url = code["url"].string_or("");
  if (!arguments.has("print") && has_display() && open_browser(url)) {
    terminal.line("Opened the page in your browser.");
    return 0;
  }
  terminal.line(url);
  if (!arguments.has("print")) {
    terminal.note(
        "Open this address in a browser on this machine within 2 minutes; it works once.");
  }
  return 0;
}

}  // namespace

Command open() {
  return {.name = "open",
          .help = "Open the page in your browser, signed in",
          .options = {{.name = "print", .help = "Print the address instead of opening it"}},
          .run = run,
          .order = 40};
}

}  // namespace hearth::cli
