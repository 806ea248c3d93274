/// Files whose loss would hurt: atomic replacement, private folders, locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace hearth::platform {

/// Who may read a file besides its owner.
enum class Access { Private, Shared };

/// The whole file. `Exhausted` when it has more than `size_max` bytes, `Invalid` when it is a pipe
/// or a device, `NotFound`, `Denied`, `Io`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t size_max);

/// Replaces `path` so that a reader, or this machine after a power cut, sees the old bytes or the
/// new ones and never a mixture. `Exhausted` when the disk is full: the old bytes are still there.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path,
                                                 std::string_view bytes, Access access);
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path,
                                                 std::span<const std::byte> bytes, Access access);

/// Makes an empty file; false when there is something at `path` already, which stays as it is.
[[nodiscard]] Result<bool> create_if_absent(const std::filesystem::path& path, Access access);

/// Puts `from` in the place of `to` and makes that last.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& from,
                                        const std::filesystem::path& to);
/// Waits until the file's bytes, or a folder's entries, are on the disk.
[[nodiscard]] Result<void> sync_to_disk(const std::filesystem::path& path);
/// Deletes a file; absence is success.
[[nodiscard]] Result<void> remove_file(const std::filesystem::path& path);

/// Creates the folder (and those above it) readable by its owner alone, or takes that from everyone
/// else when it exists. `Denied` when it belongs to another user, `Conflict` when a file is there.
[[nodiscard]] Result<void> ensure_private_folder(const std::filesystem::path& path);
/// True when nobody but the owner may read or write the file. `NotFound` when absent.
[[nodiscard]] Result<bool> is_private(const std::filesystem::path& path);
/// Takes reading and writing from everyone but the owner.
[[nodiscard]] Result<void> make_private(const std::filesystem::path& path);

/// What this user may still write on the disk that holds `path`.
[[nodiscard]] Result<std::uint64_t> free_bytes(const std::filesystem::path& path);

/// The error of a failed system call in our words: code by `error_number`, message naming `path`.
[[nodiscard]] Error file_error(int error_number, std::string_view doing,
                               const std::filesystem::path& path);

/// A new file that is written front to back; it disappears unless `finish` succeeds.
///
/// Threads: one. Errors: Conflict (there is one already), Exhausted (disk full), Denied, Io.
class FileWriter {
 public:
  [[nodiscard]] static Result<FileWriter> create(const std::filesystem::path& path, Access access);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  [[nodiscard]] Result<void> write(std::span<const std::byte> bytes);
  /// Waits until the bytes are on the disk.
  [[nodiscard]] Result<void> finish();

 private:
  FileWriter(std::filesystem::path path, int descriptor);
  std::filesystem::path path_;
  int descriptor_;  ///< -1 when finished or moved from.
};

/// A regular file that is read front to back. Opening never waits, whatever lies there.
///
/// Threads: one. Errors: NotFound, Denied, Invalid (a pipe or a device), Io.
class FileReader {
 public:
  [[nodiscard]] static Result<FileReader> open(const std::filesystem::path& path);
  FileReader(FileReader&& other) noexcept;
  FileReader& operator=(FileReader&&) = delete;
  ~FileReader();

  /// Fills `bytes`; fewer only at the end of the file, then 0.
  [[nodiscard]] Result<std::size_t> read(std::span<std::byte> bytes);

 private:
  FileReader(std::filesystem::path path, int descriptor);
  std::filesystem::path path_;
  int descriptor_;
};

/// A folder that only one process may use at a time. The lock ends with the process however it
/// dies; the file stays and holds the last owner's process id.
///
/// Threads: one. Errors: Busy (the message names the process that holds it), Denied, Io.
class LockFile {
 public:
  [[nodiscard]] static Result<LockFile> acquire(const std::filesystem::path& path);
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace hearth::platform
