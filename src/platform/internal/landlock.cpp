#include "platform/internal/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/format.h"
#include "platform/unique_fd.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

namespace hearth::platform::internal {
namespace {

struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;  ///< Since ABI 4.
  std::uint64_t scoped = 0;              ///< Since ABI 6.
};

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed_access = 0;
  std::int32_t parent_fd = -1;
};

constexpr std::uint32_t kAskVersion = 1;
constexpr int kRulePathBeneath = 1;

constexpr std::uint64_t kReadFile = 1U << 2;
constexpr std::uint64_t kReadFolder = 1U << 3;

/// Every right about files that this version knows.
std::uint64_t all_file_rights(int abi) {
  std::uint64_t rights = (1U << 13) - 1;  // ABI 1: execute … make symbolic links.
  if (abi >= 2) rights |= 1U << 13;       // Link or rename across folders.
  if (abi >= 3) rights |= 1U << 14;       // Truncate.
  if (abi >= 5) rights |= 1U << 15;       // ioctl on devices.
  return rights;
}

RulesetAttributes deny_everything(int abi) {
  RulesetAttributes attributes;
  attributes.handled_access_fs = all_file_rights(abi);
  if (abi >= 4) attributes.handled_access_net = 0b11;  // Bind and connect, TCP.
  if (abi >= 6) attributes.scoped = 0b11;              // Abstract sockets and signals outside.
  return attributes;
}

std::size_t size_known_to(int abi) {
  if (abi >= 6) return sizeof(RulesetAttributes);
  return abi >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

std::unexpected<Error> failed(const std::string& what) {
  return fail(Code::Io, format("landlock: {}: {}", what, std::strerror(errno)));
}

Result<void> allow_reading(int ruleset, const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR || errno == EACCES) return {};
    return failed(path);
  }
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return failed(path);
  PathBeneath rule;
  rule.allowed_access = S_ISDIR(info.st_mode) ? kReadFile | kReadFolder : kReadFile;
  rule.parent_fd = fd.get();
  if (::syscall(SYS_landlock_add_rule, ruleset, kRulePathBeneath, &rule, 0) != 0) {
    return failed(path);
  }
  return {};
}

}  // namespace

int landlock_abi() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  return version > 0 ? static_cast<int>(version) : 0;
}

Result<void> landlock_confine(int abi, std::span<const std::string> readable) {
  const RulesetAttributes attributes = deny_everything(abi);
  const UniqueFd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size_known_to(abi), 0)));
  if (!ruleset) return failed("no rule set");
  for (const std::string& path : readable) TRY(allow_reading(ruleset.get(), path));
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return failed("not applied");
  return {};
}

}  // namespace hearth::platform::internal
