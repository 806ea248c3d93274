#include "cli/command.h"
#include "cli/session.h"

namespace hearth::cli {
namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  TRY_ASSIGN(const auto port, arguments.number("port", 1, 65535));
  TRY_ASSIGN(const auto passphrase_fd, arguments.number("passphrase-fd", 0, 1023));
  ServeOptions options;
  options.home = session.home();
  options.port = static_cast<int>(port.value_or(0));
  options.passphrase_fd = static_cast<int>(passphrase_fd.value_or(-1));
  options.background = arguments.has("background");
  options.create_passphrase = arguments.has("passphrase");
  return session.programs().serve(options);
}

}  // namespace

Command serve() {
  return {.name = "serve",
          .help = "Run the core in this terminal",
          .details =
              "The core holds the vault and answers the other commands, the page and other\n"
              "programs. They start one by themselves; this is for services and for looking.",
          .options = {{.name = "port", .value = "N", .help = "Port on 127.0.0.1 (default 4527)"},
                      {.name = "passphrase",
                       .help = "Lock a new vault with a passphrase instead of the keychain"},
                      {.name = "passphrase-fd",
                       .value = "FD",
                       .help = "Read the vault's passphrase from this file descriptor"},
                      {.name = "background", .help = "Log to run/serve.log in the vault's folder"}},
          .run = run,
          .order = 70};
}

}  // namespace hearth::cli
