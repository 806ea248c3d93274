/// Folders and files as they are found: listing, opening and reading without surprises.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "platform/unique_fd.h"

namespace hearth::platform {

enum class EntryKind { File, Folder, Link, Other };  ///< Other: sockets, pipes, devices.

/// What the system says about one path, without following a link.
struct FileStat {
  EntryKind kind = EntryKind::Other;
  std::int64_t size_bytes = 0;
  std::int64_t stored_bytes = 0;  ///< On the disk; far less than the size for a sparse file.
  std::int64_t modified_ns = 0;
  std::int64_t inode = 0;
  std::int64_t device = 0;
};

/// True for a file of which hardly anything was ever written: it says a size and costs its maker
/// nothing, and who reads it reads for ever.
[[nodiscard]] bool is_sparse(const FileStat& stat);

struct DirEntry {
  std::string name;  ///< Bytes as the file system holds them; not always UTF-8.
  FileStat stat;
};

/// NotFound, Denied or Io.
[[nodiscard]] Result<FileStat> stat_path(const std::filesystem::path& path);
[[nodiscard]] Result<FileStat> stat_open(int fd);

/// The entries of one folder by name. Entries that vanish meanwhile are left out. A link in the
/// place of the folder is refused.
[[nodiscard]] Result<std::vector<DirEntry>> list_folder(const std::filesystem::path& path);

/// Opens a regular file for reading. Anything else (a link, a pipe that would block) is Invalid.
[[nodiscard]] Result<UniqueFd> open_regular(const std::filesystem::path& path);

/// Reads at `offset` until `into` is full or the file ends; returns how much there was.
[[nodiscard]] Result<std::size_t> read_at(int fd, std::span<char> into, std::int64_t offset);

/// The path with all links resolved. NotFound for a link that leads nowhere, Invalid for a circle.
[[nodiscard]] Result<std::filesystem::path> resolve(const std::filesystem::path& path);

}  // namespace hearth::platform
