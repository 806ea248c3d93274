#include "platform/dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "platform/file.h"

namespace hearth::platform {
namespace {

EntryKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return EntryKind::File;
  if (S_ISDIR(mode)) return EntryKind::Folder;
  return S_ISLNK(mode) ? EntryKind::Link : EntryKind::Other;
}

FileStat from(const struct stat& raw) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kBlock = 512;
  return {.kind = kind_of(raw.st_mode),
          .size_bytes = raw.st_size,
          .stored_bytes = raw.st_blocks * kBlock,
          .modified_ns = raw.st_mtim.tv_sec * kSecond + raw.st_mtim.tv_nsec,
          .inode = static_cast<std::int64_t>(raw.st_ino),
          .device = static_cast<std::int64_t>(raw.st_dev)};
}

}  // namespace

bool is_sparse(const FileStat& stat) {
  constexpr std::int64_t kLooked = 1 << 20;
  constexpr std::int64_t kRatio = 16;
  return stat.size_bytes > kLooked && stat.stored_bytes * kRatio < stat.size_bytes;
}

Result<FileStat> stat_path(const std::filesystem::path& path) {
  struct stat raw{};
  if (::lstat(path.c_str(), &raw) != 0) {
    return std::unexpected(file_error(errno, "look at", path));
  }
  return from(raw);
}

Result<FileStat> stat_open(int fd) {
  struct stat raw{};
  if (::fstat(fd, &raw) != 0) return std::unexpected(file_error(errno, "look at", "an open file"));
  return from(raw);
}

Result<std::vector<DirEntry>> list_folder(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return std::unexpected(file_error(errno, "list", path));
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::fdopendir(fd.get()), &::closedir);
  if (!folder) return std::unexpected(file_error(errno, "list", path));
  const int folder_fd = fd.release();
  std::vector<DirEntry> entries;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) {
      if (errno != 0) return std::unexpected(file_error(errno, "list", path));
      break;
    }
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat raw{};
    if (::fstatat(folder_fd, entry->d_name, &raw, AT_SYMLINK_NOFOLLOW) != 0) continue;
    entries.push_back({std::string(name), from(raw)});
  }
  std::ranges::sort(entries, {}, &DirEntry::name);
  return entries;
}

Result<UniqueFd> open_regular(const std::filesystem::path& path) {
  // O_NONBLOCK: a pipe that takes the file's place between listing and opening must not hang us.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!fd) {
    if (errno == ELOOP || errno == ENXIO) {
      return fail(Code::Invalid, path.string() + " is not a regular file");
    }
    return std::unexpected(file_error(errno, "open", path));
  }
  TRY_ASSIGN(const FileStat stat, stat_open(fd.get()));
  if (stat.kind != EntryKind::File) {
    return fail(Code::Invalid, path.string() + " is not a regular file");
  }
  return fd;
}

Result<std::size_t> read_at(int fd, std::span<char> into, std::int64_t offset) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t n = ::pread(fd, into.data() + done, into.size() - done,
                              offset + static_cast<std::int64_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Code::Io, std::string("read: ") + std::strerror(errno));
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

Result<std::filesystem::path> resolve(const std::filesystem::path& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), &std::free);
  if (real) return std::filesystem::path(real.get());
  if (errno == ELOOP)
    return fail(Code::Invalid, path.string() + " is a link that leads in a circle");
  return std::unexpected(file_error(errno, "find", path));
}

}  // namespace hearth::platform
