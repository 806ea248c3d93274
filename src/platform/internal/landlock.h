/// The kernel's Landlock interface. Debian 12's header stops at ABI 2; these numbers are the
/// kernel's own and never change.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/result.h"

namespace hearth::platform::internal {

/// The version the running kernel offers; 0 when it has none or it is switched off.
[[nodiscard]] int landlock_abi();

/// From now on this thread, and those it starts, can open for reading only what lies below
/// `readable`, and nothing for any other purpose. `abi` is what `landlock_abi` said, above 0.
[[nodiscard]] Result<void> landlock_confine(int abi, std::span<const std::string> readable);

}  // namespace hearth::platform::internal
