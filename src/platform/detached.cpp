#include "platform/detached.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/format.h"

namespace hearth::platform {
namespace {

// posix_spawn's tables, freed whatever happens.
struct Actions {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  Actions() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  }
  ~Actions() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
};

}  // namespace

Result<Detached> start_detached(const DetachedOptions& options) {
  TRY_ASSIGN(FdPair pipe, make_pipe());
  Actions actions;
  ::posix_spawn_file_actions_addopen(&actions.files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions.files, 1, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions.files, pipe.second.get(), 2);
  if (options.passed_fd >= 0) {
    ::posix_spawn_file_actions_adddup2(&actions.files, options.passed_fd, 3);
  }
  ::posix_spawn_file_actions_addclosefrom_np(&actions.files, options.passed_fd >= 0 ? 4 : 3);
  std::string program = options.program;
  std::vector<std::string> words = options.arguments;
  std::vector<char*> argv = {program.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  Detached started;
  const int error = ::posix_spawn(&started.pid, program.c_str(), &actions.files,
                                  &actions.attributes, argv.data(), environ);
  if (error != 0) {
    return fail(error == ENOENT ? Code::NotFound : Code::Io,
                format("cannot start {}: {}", program, std::strerror(error)));
  }
  started.errors = std::move(pipe.first);
  return started;
}

int exit_code_now(int pid) {
  int status = 0;
  if (::waitpid(pid, &status, WNOHANG) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace hearth::platform
