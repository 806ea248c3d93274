/// A process gives up, for good, what it does not need.
///
/// Three layers that do not depend on each other: Landlock (which files), seccomp (which system
/// calls) and resource limits; and, where the system permits it, a user and network namespace of
/// its own. None of them needs root. A layer that the kernel does not have is never silently
/// skipped: the report says so, and the program that starts the process decides whether that is
/// enough.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/result.h"

namespace hearth::platform {

/// What a process keeps. Always gone, whatever is said here: making sockets, connecting, binding,
/// running programs, tracing, changing files, mounting, new privileges, core dumps.
struct SandboxProfile {
  /// Files and folders (with all below) that may still be opened for reading. Empty: nothing can be
  /// opened at all. Paths that do not exist are skipped.
  std::vector<std::string> readable;
  /// May start threads. New processes are never allowed.
  bool threads = false;
  /// `leave_network` was called before, here or in the parent.
  bool network_left = false;
  std::optional<std::uint64_t> address_space_bytes;  ///< Ignored in sanitizer builds.
  std::optional<std::uint64_t> cpu_seconds;          ///< Of the whole process, from its start.

  /// For model workers: threads, descriptors already open, nothing else.
  [[nodiscard]] static SandboxProfile worker();
  /// For document extractors: as `worker`, with no threads and with limits for time and memory.
  [[nodiscard]] static SandboxProfile extractor(std::vector<std::string> readable);
};

/// What the kernel really enforces from now on.
struct SandboxReport {
  bool no_new_privileges = false;
  bool system_calls_filtered = false;  ///< seccomp: sockets, exec, ptrace and writing opens fail.
  /// 0: this kernel has no Landlock. `files_confined` is then true only if opening is off
  /// altogether.
  int landlock_abi = 0;
  bool files_confined = false;
  bool own_network_namespace = false;
  bool memory_limited = false;
  bool cpu_limited = false;
  /// One plain sentence for each layer that is absent; empty when all stand.
  std::vector<std::string> gaps;

  /// Whether nothing can leave the process and no file outside the profile can be read: the promise
  /// made to people. A missing namespace does not break it, for seccomp stands.
  [[nodiscard]] bool holds() const {
    return no_new_privileges && system_calls_filtered && files_confined;
  }
  [[nodiscard]] Json to_json() const;
  [[nodiscard]] static SandboxReport from_json(const Json& json);
};

/// Confines the calling process. Call it after the libraries are loaded and before the first thread
/// starts and the first foreign byte is read. Cannot be undone.
///
/// Threads: refused (Conflict) once the process has more than one. Errors: Conflict, and Io when a
/// layer that the kernel claims to have cannot be set up.
[[nodiscard]] Result<SandboxReport> confine(const SandboxProfile& profile);

/// Moves the calling process, and those it starts from now on, into a network of its own with
/// nothing in it. False where the system forbids that. Before the first thread starts.
[[nodiscard]] bool leave_network();

/// What this machine would enforce, without confining anything: for `hearth doctor`.
[[nodiscard]] SandboxReport sandbox_support();

}  // namespace hearth::platform
