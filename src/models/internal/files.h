/// Large files: hashing them, and putting one in a second place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/call.h"
#include "core/result.h"

namespace hearth::models::internal {

/// What tells that a file is the one that was hashed.
struct Stamp {
  std::int64_t bytes = 0;
  std::int64_t inode = 0;
  std::int64_t changed_ns = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

/// Called about every 16 MiB with the bytes done so far.
using OnBytes = std::function<void(std::uint64_t)>;

/// `Invalid` for what is not a regular file.
[[nodiscard]] Result<Stamp> stamp_of(const std::filesystem::path& path);
[[nodiscard]] Result<std::string> sha256_of(const Call& call, const std::filesystem::path& path,
                                            const OnBytes& on_bytes = {});
/// A hard link where both places are on one disk, else a copy. `Exhausted` says before the first
/// byte how much room is missing; a half-written copy is removed.
[[nodiscard]] Result<void> link_or_copy(const Call& call, const std::filesystem::path& from,
                                        const std::filesystem::path& to, const OnBytes& on_bytes);

}  // namespace hearth::models::internal
