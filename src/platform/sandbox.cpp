#include "platform/sandbox.h"

#include <dirent.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "core/format.h"
#include "platform/internal/landlock.h"
#include "platform/internal/sanitizer.h"
#include "platform/internal/system_calls.h"

namespace hearth::platform {
namespace {

constexpr std::uint64_t kMiB = 1U << 20;

std::size_t thread_count() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/task"), &::closedir);
  if (!folder) return 1;
  std::size_t count = 0;
  while (const dirent* entry = ::readdir(folder.get())) {
    if (entry->d_name[0] != '.') ++count;
  }
  return count;
}

bool limit(__rlimit_resource_t which, std::uint64_t value) {
  rlimit now{};
  if (::getrlimit(which, &now) != 0) return false;
  const rlimit wanted{std::min<rlim_t>(value, now.rlim_max), std::min<rlim_t>(value, now.rlim_max)};
  return ::setrlimit(which, &wanted) == 0;
}

void limit_resources(const SandboxProfile& profile, SandboxReport& report) {
  limit(RLIMIT_CORE, 0);
  if (profile.address_space_bytes) {
    report.memory_limited = !internal::kSanitized && limit(RLIMIT_AS, *profile.address_space_bytes);
    if (!report.memory_limited) report.gaps.emplace_back("Memory is not limited.");
  }
  if (profile.cpu_seconds) {
    report.cpu_limited = limit(RLIMIT_CPU, *profile.cpu_seconds);
    if (!report.cpu_limited) report.gaps.emplace_back("Processor time is not limited.");
  }
}

/// Many containers forbid a network namespace; seccomp alone already refuses every socket, so it is
/// a second wall, not the only one.
void wall_off_network(const SandboxProfile& profile, SandboxReport& report) {
  report.own_network_namespace = profile.network_left || leave_network();
  if (!report.own_network_namespace) {
    report.gaps.push_back(
        format("No network namespace of its own ({}); sockets are refused all the same.",
               std::strerror(errno)));
  }
}

Result<void> confine_files(const SandboxProfile& profile, SandboxReport& report) {
  report.landlock_abi = internal::landlock_abi();
  report.files_confined = report.landlock_abi > 0 || profile.readable.empty();
  if (report.landlock_abi == 0) {
    report.gaps.emplace_back(
        profile.readable.empty()
            ? "This kernel has no Landlock; opening files is refused all the same."
            : "This kernel has no Landlock: reading files is not confined.");
    return {};
  }
  return internal::landlock_confine(report.landlock_abi, profile.readable);
}

}  // namespace

SandboxProfile SandboxProfile::worker() {
  SandboxProfile profile;
  profile.threads = true;
  return profile;
}

SandboxProfile SandboxProfile::extractor(std::vector<std::string> readable) {
  SandboxProfile profile;
  profile.readable = std::move(readable);
  profile.address_space_bytes = 1024 * kMiB;
  profile.cpu_seconds = 300;
  return profile;
}

bool leave_network() {
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0 ||
         ::unshare(CLONE_NEWNET) == 0;
}

Result<SandboxReport> confine(const SandboxProfile& profile) {
  if (const std::size_t threads = thread_count(); threads > 1 + internal::kSanitizerThreads) {
    return fail(Code::Conflict, format("cannot confine a process with {} threads", threads));
  }
  SandboxReport report;
  limit_resources(profile, report);
  wall_off_network(profile, report);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail(Code::Io, format("no_new_privs: {}", std::strerror(errno)));
  }
  report.no_new_privileges = true;
  TRY(confine_files(profile, report));
  TRY(internal::filter_system_calls(
      {.open_for_reading = !profile.readable.empty(), .threads = profile.threads}));
  report.system_calls_filtered = true;
  return report;
}

SandboxReport sandbox_support() {
  SandboxReport report;
  report.no_new_privileges = ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0;
  report.system_calls_filtered = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
  report.landlock_abi = internal::landlock_abi();
  report.files_confined = report.landlock_abi > 0;
  if (!report.system_calls_filtered) report.gaps.emplace_back("This kernel has no seccomp.");
  if (!report.files_confined) report.gaps.emplace_back("This kernel has no Landlock.");
  return report;
}

Json SandboxReport::to_json() const {
  Json gaps_json = Json::array();
  for (const std::string& gap : gaps) gaps_json.push(gap);
  return Json::object({{"holds", holds()},
                       {"no_new_privileges", no_new_privileges},
                       {"system_calls_filtered", system_calls_filtered},
                       {"landlock_abi", landlock_abi},
                       {"files_confined", files_confined},
                       {"own_network_namespace", own_network_namespace},
                       {"memory_limited", memory_limited},
                       {"cpu_limited", cpu_limited},
                       {"gaps", gaps_json}});
}

SandboxReport SandboxReport::from_json(const Json& json) {
  SandboxReport report;
  report.no_new_privileges = json["no_new_privileges"].bool_or(false);
  report.system_calls_filtered = json["system_calls_filtered"].bool_or(false);
  report.landlock_abi = static_cast<int>(json["landlock_abi"].int_or(0));
  report.files_confined = json["files_confined"].bool_or(false);
  report.own_network_namespace = json["own_network_namespace"].bool_or(false);
  report.memory_limited = json["memory_limited"].bool_or(false);
  report.cpu_limited = json["cpu_limited"].bool_or(false);
  for (const Json& gap : json["gaps"].items()) report.gaps.emplace_back(gap.string_or(""));
  return report;
}

}  // namespace hearth::platform
