#include "models/internal/files.h"

#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "core/format.h"
#include "crypto/hash.h"
#include "platform/file.h"

namespace hearth::models::internal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 1U << 20;
constexpr std::uint64_t kTellEvery = 16U << 20;
/// Left free beside a copy, so that the vault can go on writing.
constexpr std::uint64_t kSpare = 256U << 20;

/// Hands the file's bytes to `take`, block by block.
template <class Take>
Result<void> read_all(const Call& call, const fs::path& path, const OnBytes& on_bytes, Take take) {
  TRY_ASSIGN(auto reader, platform::FileReader::open(path));
  std::vector<std::byte> buffer(kBlock);
  std::uint64_t done = 0;
  for (;;) {
    TRY(call.check_stop());
    TRY_ASSIGN(const std::size_t got, reader.read(buffer));
    if (got == 0) return {};
    TRY(take(std::span<const std::byte>(buffer.data(), got)));
    const std::uint64_t before = done;
    done += got;
    if (on_bytes && done / kTellEvery != before / kTellEvery) on_bytes(done);
  }
}

Result<void> copy(const Call& call, const fs::path& from, const fs::path& to,
                  const OnBytes& on_bytes) {
  TRY_ASSIGN(const Stamp stamp, stamp_of(from));
  const auto needed = static_cast<std::uint64_t>(stamp.bytes) + kSpare;
  TRY_ASSIGN(const std::uint64_t free, platform::free_bytes(to.parent_path()));
  if (free < needed) {
    return fail(
        Code::Exhausted,
        format("the disk is too full to copy {}: it needs {:.1f} GB, and {:.1f} GB are free",
               from.filename().string(), static_cast<double>(needed) / 1e9,
               static_cast<double>(free) / 1e9));
  }
  TRY_ASSIGN(auto writer, platform::FileWriter::create(to, platform::Access::Private));
  TRY(read_all(call, from, on_bytes,
               [&](std::span<const std::byte> bytes) { return writer.write(bytes); }));
  return writer.finish();
}

}  // namespace

Result<Stamp> stamp_of(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    return std::unexpected(platform::file_error(errno, "look at", path));
  }
  if (!S_ISREG(info.st_mode)) return fail(Code::Invalid, path.string() + " is not a regular file");
  return Stamp{info.st_size, static_cast<std::int64_t>(info.st_ino),
               std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

Result<std::string> sha256_of(const Call& call, const fs::path& path, const OnBytes& on_bytes) {
  crypto::Sha256 hash;
  TRY(read_all(call, path, on_bytes, [&](std::span<const std::byte> bytes) -> Result<void> {
    hash.update(bytes);
    return {};
  }));
  return crypto::hex(hash.finish());
}

Result<void> link_or_copy(const Call& call, const fs::path& from, const fs::path& to,
                          const OnBytes& on_bytes) {
  std::error_code error;
  const fs::path real = fs::canonical(from, error);
  if (!error) fs::create_hard_link(real, to, error);
  if (!error) return {};
  return copy(call, from, to, on_bytes);
}

}  // namespace hearth::models::internal
