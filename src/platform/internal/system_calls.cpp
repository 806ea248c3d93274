#include "platform/internal/system_calls.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "core/format.h"

namespace hearth::platform::internal {
namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

/// Memory, time, signals to itself, and reading and writing descriptors already open. By name, for
/// the header of an older kernel does not know them all; a name unknown to this machine is skipped.
constexpr const char* kAlways[] = {"read",
                                   "readv",
                                   "pread64",
                                   "preadv",
                                   "preadv2",
                                   "write",
                                   "writev",
                                   "close",
                                   "close_range",
                                   "lseek",
                                   "fstat",
                                   "fadvise64",
                                   "dup",
                                   "poll",
                                   "ppoll",
                                   "select",
                                   "pselect6",
                                   "epoll_wait",
                                   "pipe",
                                   "pipe2",
                                   "epoll_pwait",
                                   "epoll_pwait2",
                                   "epoll_ctl",
                                   "epoll_create1",
                                   "eventfd2",
                                   "mmap",
                                   "munmap",
                                   "mremap",
                                   "mprotect",
                                   "madvise",
                                   "mincore",
                                   "brk",
                                   "msync",
                                   "membarrier",
                                   "mlock",
                                   "mlock2",
                                   "munlock",
                                   "futex",
                                   "futex_waitv",
                                   "set_robust_list",
                                   "get_robust_list",
                                   "rseq",
                                   "set_tid_address",
                                   "arch_prctl",
                                   "sched_yield",
                                   "sched_getaffinity",
                                   "sched_getscheduler",
                                   "sched_get_priority_max",
                                   "sched_get_priority_min",
                                   "getpriority",
                                   "getcpu",
                                   "get_mempolicy",
                                   "clock_gettime",
                                   "clock_getres",
                                   "clock_nanosleep",
                                   "nanosleep",
                                   "gettimeofday",
                                   "time",
                                   "times",
                                   "timer_create",
                                   "timer_settime",
                                   "timer_delete",
                                   "setitimer",
                                   "alarm",
                                   "rt_sigaction",
                                   "rt_sigprocmask",
                                   "rt_sigreturn",
                                   "rt_sigtimedwait",
                                   "sigaltstack",
                                   "restart_syscall",
                                   "exit",
                                   "exit_group",
                                   "getpid",
                                   "getppid",
                                   "gettid",
                                   "getuid",
                                   "geteuid",
                                   "getgid",
                                   "getegid",
                                   "getpgrp",
                                   "uname",
                                   "sysinfo",
                                   "getrandom",
                                   "getrlimit",
                                   "getrusage",
                                   "getcwd"};

/// Looking at files by name; Landlock does not cover metadata, so these go with opening.
constexpr const char* kWithReading[] = {
    "stat",     "lstat",      "newfstatat", "statx",    "access", "faccessat", "faccessat2",
    "readlink", "readlinkat", "getdents64", "getdents", "statfs", "fstatfs"};

/// The flags of `open` that do more than read.
constexpr scmp_datum_t kMoreThanRead = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_TMPFILE;
/// O_TMPFILE holds O_DIRECTORY, which reading a folder needs.
constexpr scmp_datum_t kWriteFlags = kMoreThanRead & ~scmp_datum_t{O_DIRECTORY};

class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  void allow(const char* name) { add(SCMP_ACT_ALLOW, name, {}); }
  void allow(const char* name, scmp_arg_cmp one) { add(SCMP_ACT_ALLOW, name, {one}); }
  void allow(const char* name, scmp_arg_cmp one, scmp_arg_cmp two) {
    add(SCMP_ACT_ALLOW, name, {one, two});
  }
  void refuse_with(int error, const char* name) {
    add(SCMP_ACT_ERRNO(static_cast<unsigned>(error)), name, {});
  }
  [[nodiscard]] int error() const { return error_; }

 private:
  void add(std::uint32_t action, const char* name, std::initializer_list<scmp_arg_cmp> arguments) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR || number < 0) return;
    const int result = seccomp_rule_add_array(
        filter_, action, number, static_cast<unsigned>(arguments.size()), arguments.begin());
    if (result != 0 && error_ == 0) error_ = -result;
  }

  scmp_filter_ctx filter_;
  int error_ = 0;
};

scmp_arg_cmp argument_is(unsigned index, scmp_datum_t value) {
  return {index, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp no_bits_of(unsigned index, scmp_datum_t mask) {
  return {index, SCMP_CMP_MASKED_EQ, mask, 0};
}
scmp_arg_cmp all_bits_of(unsigned index, scmp_datum_t mask) {
  return {index, SCMP_CMP_MASKED_EQ, mask, mask};
}

void allow_threads(Rules& rules) {
  rules.allow("clone", all_bits_of(0, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND));
  // Its flags lie in memory, where a filter cannot see them; without it libc uses `clone`.
  rules.refuse_with(ENOSYS, "clone3");
}

void allow_reading(Rules& rules) {
  for (const char* name : kWithReading) rules.allow(name);
  rules.allow("open", no_bits_of(1, kWriteFlags));
  rules.allow("openat", no_bits_of(2, kWriteFlags));
  rules.refuse_with(ENOSYS, "openat2");
}

void allow_parts(Rules& rules) {
  const auto self = static_cast<scmp_datum_t>(::getpid());
  // abort() and its kind: signals to this process only.
  rules.allow("tgkill", argument_is(0, self));
  rules.allow("prlimit64", argument_is(0, 0));
  // 0 is the calling thread. Any other number could be another process of this user.
  rules.allow("setpriority", argument_is(0, PRIO_PROCESS), argument_is(1, 0));
  rules.allow("sched_setaffinity", argument_is(0, 0));
  rules.allow("sched_getparam", argument_is(0, 0));
  rules.allow("prctl", argument_is(0, PR_SET_NAME));
  rules.allow("prctl", argument_is(0, PR_GET_NAME));
  rules.allow("prctl", argument_is(0, 0x53564d41));  // PR_SET_VMA: malloc names its mappings.
  for (const int command : {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC}) {
    rules.allow("fcntl", argument_is(1, static_cast<scmp_datum_t>(command)));
  }
  // Bytes over a connected socket that is already open; never to an address.
  rules.allow("sendto", argument_is(4, 0));
  rules.allow("recvfrom", argument_is(4, 0));
  // fstat(), as libc spells it on newer versions: an empty path on an open descriptor.
  rules.allow("newfstatat", all_bits_of(3, AT_EMPTY_PATH));
}

}  // namespace

Result<void> filter_system_calls(const SystemCalls& keep) {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release);
  if (!filter) return fail(Code::Io, "seccomp: no memory for the filter");
  Rules rules(filter.get());
  for (const char* name : kAlways) rules.allow(name);
  allow_parts(rules);
  if (keep.threads) allow_threads(rules);
  if (keep.open_for_reading) allow_reading(rules);
  int error = rules.error();
  if (error == 0) error = -seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (error == 0) error = -seccomp_load(filter.get());
  if (error != 0) return fail(Code::Io, format("seccomp: {}", std::strerror(error)));
  return {};
}

}  // namespace hearth::platform::internal
