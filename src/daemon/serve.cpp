#include "daemon/serve.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "core/format.h"
#include "core/log.h"
#include "daemon/core.h"
#include "daemon/journal.h"
#include "daemon/memory.h"
#include "platform/process.h"
#include "platform/signal_watch.h"

namespace hearth::daemon {
namespace {

int complain(const Error& error) {
  std::fputs(format("hearth: {}\n", error.message).c_str(), stderr);
  return describe(error.code).exit_code;
}

bool switched_off(const char* variable) {
  const char* setting = std::getenv(variable);
  return setting && std::string_view(setting) == "off";
}

// A core that runs for weeks must not hold the disk of the folder it happened to be started in.
// The environment's paths are read later and were meant from there.
Result<void> leave_working_folder() {
  for (const char* variable : {"HEARTH_PASSPHRASE_FILE", "HEARTH_CACHE", "XDG_CACHE_HOME"}) {
    const char* value = std::getenv(variable);
    if (!value || *value == '\0' || *value == '/') continue;
    std::error_code error;
    const auto absolute = std::filesystem::absolute(value, error);
    if (!error) ::setenv(variable, absolute.c_str(), 1);
  }
  if (::chdir("/") == 0) return {};
  return fail(Code::Io, format("leave the working folder: {}", std::strerror(errno)));
}

Result<void> run(const cli::ServeOptions& options) {
  const platform::Clock& clock = platform::system_clock();
  const std::filesystem::path log_file = options.home / "run" / "serve.log";
  TRY_ASSIGN(const std::string programs, platform::program_folder());
  CoreOptions core_options{
      .home = options.home,
      .programs = programs,
      .port = options.port,
      .use_keychain = !switched_off("HEARTH_KEYCHAIN") && !options.create_passphrase,
      .sit_exam = !switched_off("HEARTH_EXAM"),
      .passphrase = passphrase_source(options.passphrase_fd, !options.background)};
  if (!options.background) log_to_terminal(clock);
  TRY_ASSIGN(const std::unique_ptr<Core> core, Core::start(core_options, clock));
  TRY_ASSIGN(const auto watch, platform::SignalWatch::install({SIGINT, SIGTERM, SIGHUP}, [&](int) {
               core->request_shutdown();
             }));
  if (options.background) {
    TRY(log_to_file(log_file, clock));
    TRY(redirect_standard_error(log_file));
  }
  log::info("the core is up: {}", core->address());
  core->wait();
  log::info("the core stops");
  return {};
}

}  // namespace

int serve(const cli::ServeOptions& options) {
  Result<void> done = keep_memory_private();
  if (done) done = leave_working_folder();
  if (done) done = run(options);
  log::set_receiver({});
  return done ? 0 : complain(done.error());
}

int run_worker(const std::vector<std::string>& arguments) {
  const auto folder = platform::program_folder();
  if (!folder) return complain(folder.error());
  std::string program = *folder + "/hearth-worker";
  std::vector<std::string> words = arguments;
  std::vector<char*> argv = {program.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  return complain({Code::NotFound, format("cannot run {}", program)});
}

}  // namespace hearth::daemon
