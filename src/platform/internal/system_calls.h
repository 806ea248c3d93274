/// The system calls that a confined process keeps.
#pragma once

#include "core/result.h"

namespace hearth::platform::internal {

/// What a confined process may still ask of the kernel beyond computing and using what it has open.
struct SystemCalls {
  bool open_for_reading = false;
  bool threads = false;
};

/// Installs the filter: everything not listed fails with EPERM, so a library that probes goes on
/// without. Needs no_new_privs.
[[nodiscard]] Result<void> filter_system_calls(const SystemCalls& keep);

}  // namespace hearth::platform::internal
