/// Child processes: started with nothing but what they are given, ended together with their
/// children.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "platform/unique_fd.h"

namespace hearth::platform {

/// One descriptor the child gets, under a number of its own.
struct ChildFd {
  int parent = -1;  ///< Borrowed: stays open in the parent.
  int child = -1;
};

/// Hard ceilings set before the program starts; nothing means the system's own.
struct ProcessLimits {
  std::optional<std::uint64_t> address_space_bytes;  ///< Ignored in sanitizer builds.
  std::optional<std::uint64_t> cpu_seconds;
  std::optional<std::uint64_t> file_size_bytes;
  std::optional<std::uint64_t> open_files;
};

/// What to start. The environment is exactly `environment`; standard streams that `fds` does not
/// name are /dev/null; every other descriptor is closed.
struct SpawnOptions {
  std::string program;                 ///< A path; never looked up in PATH.
  std::vector<std::string> arguments;  ///< Without the program's name.
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<ChildFd> fds;
  std::string directory = "/";
  ProcessLimits limits;
  /// SIGKILL for the child when the *thread* that spawns it ends (the kernel counts threads, not
  /// processes): spawn from a lane that lives as long as the child.
  bool dies_with_thread = false;
};

/// How a process ended.
struct ExitStatus {
  int code = 0;    ///< The exit code; 0 when a signal ended it.
  int signal = 0;  ///< The signal, or 0.
  [[nodiscard]] bool ok() const { return code == 0 && signal == 0; }
  /// "exit code 3", "signal 11 (Segmentation fault)".
  [[nodiscard]] std::string text() const;
};

/// A child and its process group. Destruction kills the whole group and reaps the child.
///
/// Threads: one at a time.
/// Errors: NotFound (no such program), Io.
class Process {
 public:
  static Result<Process> spawn(const SpawnOptions& options);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  [[nodiscard]] int pid() const { return pid_; }
  /// Waits at most `timeout`; nothing when the child still runs then. When it has ended, what is
  /// left of its group is killed. Repeats its answer afterwards.
  [[nodiscard]] std::optional<ExitStatus> wait(std::chrono::milliseconds timeout);
  /// SIGTERM to the group, `grace` to leave, then SIGKILL.
  ExitStatus stop(std::chrono::milliseconds grace);
  /// SIGKILL to the group. Harmless when it is gone.
  void kill_group() const;

 private:
  explicit Process(int pid);
  [[nodiscard]] bool has_ended(std::chrono::milliseconds timeout) const;

  int pid_ = -1;
  UniqueFd pidfd_;
  std::optional<ExitStatus> ended_;
};

/// The folder of the running program: helpers lie beside it.
[[nodiscard]] Result<std::string> program_folder();

}  // namespace hearth::platform
