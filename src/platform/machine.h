/// What this machine has to offer a model.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hearth::platform {

struct Machine {
  std::uint64_t memory_bytes = 0;  ///< In all; what a container allows, if that is less.
  std::size_t cores = 1;           ///< That this process may use, at most the physical ones.
};

[[nodiscard]] Machine this_machine();

}  // namespace hearth::platform
