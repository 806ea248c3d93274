/// Unpredictable bytes from the operating system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hearth::platform {

/// Fills `bytes` from the kernel's generator. It cannot fail on a system that has started.
/// Threads: any.
void fill_random(std::span<std::byte> bytes);
[[nodiscard]] std::uint64_t random_u64();
/// `bytes` random bytes as lower-case hex: names of temporary files, ids, tokens.
[[nodiscard]] std::string random_hex(std::size_t bytes);

}  // namespace hearth::platform
