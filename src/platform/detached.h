/// Starts a program that outlives the one that starts it.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "platform/unique_fd.h"

namespace hearth::platform {

struct DetachedOptions {
  std::string program;                 ///< A path; never looked up in PATH.
  std::vector<std::string> arguments;  ///< Without the program's name.
  int passed_fd = -1;                  ///< Becomes descriptor 3 of the program; -1: none.
};

/// A program in a session of its own, with this process's environment and nothing of its terminal.
struct Detached {
  int pid = -1;
  /// Its standard error. It ends when the program closes or redirects it: for a core, when it is
  /// ready, or when it has failed and said why.
  UniqueFd errors;
};

/// Errors: NotFound (no such program), Io.
[[nodiscard]] Result<Detached> start_detached(const DetachedOptions& options);

/// The exit code if `pid` (a child of ours) has ended, 128 + N when a signal ended it; -1 while it
/// runs.
[[nodiscard]] int exit_code_now(int pid);

}  // namespace hearth::platform
