#include "platform/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "core/format.h"
#include "core/text.h"
#include "platform/random.h"

namespace hearth::platform {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

/// An open file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0)
      : value_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }
  [[nodiscard]] bool is_open() const { return value_ >= 0; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

Code code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
      return Code::NotFound;
    case ENOTDIR:
    case EEXIST:
      return Code::Conflict;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::Denied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return Code::Exhausted;
    case ENAMETOOLONG:
    case ELOOP:
      return Code::Invalid;
    default:
      return Code::Io;
  }
}

std::unexpected<Error> failed(std::string_view doing, const fs::path& path) {
  return std::unexpected(file_error(errno, doing, path));
}

std::unexpected<Error> not_regular(const fs::path& path) {
  return fail(Code::Invalid, path.string() + " is not a regular file");
}

bool write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return true;
}

mode_t mode_of(Access access) { return access == Access::Private ? 0600 : 0644; }

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

Error file_error(int error_number, std::string_view doing, const fs::path& path) {
  return {.code = code_of(error_number),
          .message = format("cannot {} {}: {}", doing, path.string(),
                            std::generic_category().message(error_number))};
}

Result<std::string> read_file(const fs::path& path, std::size_t size_max) {
  TRY_ASSIGN(auto file, FileReader::open(path));
  std::string bytes;
  std::array<std::byte, 65536> buffer;
  for (;;) {
    TRY_ASSIGN(const std::size_t got, file.read(buffer));
    if (bytes.size() + got > size_max) {
      return fail(Code::Exhausted, format("{} has more than {} bytes", path.string(), size_max));
    }
    bytes.append(reinterpret_cast<const char*>(buffer.data()), got);
    if (got < buffer.size()) return bytes;
  }
}

Result<void> write_file_atomically(const fs::path& path, std::span<const std::byte> bytes,
                                   Access access) {
  fs::path temporary = path;
  temporary += format(".{}.tmp", random_hex(6));
  TRY_ASSIGN(auto file, FileWriter::create(temporary, access));
  TRY(file.write(bytes));
  TRY(file.finish());
  auto done = replace_file(temporary, path);
  if (!done) ::unlink(temporary.c_str());
  return done;
}

Result<void> write_file_atomically(const fs::path& path, std::string_view bytes, Access access) {
  return write_file_atomically(path, std::as_bytes(std::span(bytes)), access);
}

Result<bool> create_if_absent(const fs::path& path, Access access) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL, mode_of(access));
  if (file.is_open()) return true;
  if (errno == EEXIST) return false;
  return failed("create", path);
}

Result<void> replace_file(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed("replace", to);
  return sync_to_disk(folder_of(to));
}

Result<void> sync_to_disk(const fs::path& path) {
  Descriptor file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file.is_open()) return failed("open", path);
  // Some file systems cannot synchronise a folder and say EINVAL; there is nothing more to ask.
  if (::fsync(file.get()) != 0 && errno != EINVAL) return failed("write", path);
  return {};
}

Result<void> remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("delete", path);
  return {};
}

Result<void> ensure_private_folder(const fs::path& path) {
  std::error_code error;
  if (const fs::path above = path.parent_path();
      !above.empty() && !fs::is_directory(above, error)) {
    fs::create_directories(above, error);
    if (error) return std::unexpected(file_error(error.value(), "create", above));
  }
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return failed("create", path);
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return failed("look at", path);
  if (!S_ISDIR(info.st_mode)) {
    return fail(Code::Conflict, format("{} is a file, not a folder", path.string()));
  }
  if (info.st_uid != ::geteuid()) {
    return fail(Code::Denied, format("{} belongs to another user", path.string()));
  }
  if ((info.st_mode & kOthers) != 0) return make_private(path);
  return {};
}

Result<bool> is_private(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return failed("look at", path);
  return (info.st_mode & kOthers) == 0;
}

Result<void> make_private(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return failed("look at", path);
  if (::chmod(path.c_str(), info.st_mode & 07777U & ~kOthers) != 0) {
    return failed("make private", path);
  }
  return {};
}

Result<std::uint64_t> free_bytes(const fs::path& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0) return failed("look at the disk of", path);
  return std::uint64_t{info.f_bavail} * info.f_frsize;
}

FileWriter::FileWriter(fs::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FileWriter::~FileWriter() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(path_.c_str());
}

Result<FileWriter> FileWriter::create(const fs::path& path, Access access) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL, mode_of(access));
  if (!file.is_open()) return failed("create", path);
  return FileWriter(path, file.release());
}

Result<void> FileWriter::write(std::span<const std::byte> bytes) {
  if (!write_all(descriptor_, bytes)) return failed("write", path_);
  return {};
}

Result<void> FileWriter::finish() {
  if (::fsync(descriptor_) != 0) return failed("write", path_);
  // Closing reports the errors of delayed writes (network folders, quotas).
  if (::close(std::exchange(descriptor_, -1)) == 0) return {};
  const Error error = file_error(errno, "write", path_);
  ::unlink(path_.c_str());
  return std::unexpected(error);
}

FileReader::FileReader(fs::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

FileReader::FileReader(FileReader&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FileReader::~FileReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<FileReader> FileReader::open(const fs::path& path) {
  // O_NONBLOCK: a pipe in the place of the file must not hang us.
  Descriptor file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file.is_open() && errno == ENXIO) return not_regular(path);
  if (!file.is_open()) return failed("open", path);
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return failed("look at", path);
  if (S_ISDIR(info.st_mode)) return std::unexpected(file_error(EISDIR, "read", path));
  if (!S_ISREG(info.st_mode)) return not_regular(path);
  return FileReader(path, file.release());
}

Result<std::size_t> FileReader::read(std::span<std::byte> bytes) {
  std::size_t total = 0;
  while (total < bytes.size()) {
    const ssize_t got = ::read(descriptor_, bytes.data() + total, bytes.size() - total);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path_);
    if (got == 0) break;
    total += static_cast<std::size_t>(got);
  }
  return total;
}

Result<LockFile> LockFile::acquire(const fs::path& path) {
  Descriptor file(path, O_RDWR | O_CREAT, 0600);
  if (!file.is_open()) return failed("open the lock", path);
  std::array<char, 32> owner{};
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return failed("lock", path);
    const ssize_t got = ::pread(file.get(), owner.data(), owner.size() - 1, 0);
    const std::string_view pid =
        text::trim(std::string_view(owner.data(), got > 0 ? static_cast<std::size_t>(got) : 0));
    return fail(Code::Busy, format("{} is in use by process {}", folder_of(path).string(),
                                   pid.empty() ? std::string_view("(unknown)") : pid));
  }
  const std::string pid = format("{}\n", ::getpid());
  if (::ftruncate(file.get(), 0) != 0 || !write_all(file.get(), std::as_bytes(std::span(pid)))) {
    return failed("write", path);
  }
  return LockFile(file.release());
}

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace hearth::platform
