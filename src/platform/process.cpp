#include "platform/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "core/format.h"
#include "platform/internal/sanitizer.h"

namespace hearth::platform {
namespace {

using std::chrono::milliseconds;

/// Everything the child needs, made before the fork: after it only async-signal-safe calls are
/// allowed.
struct Prepared {
  const char* program = nullptr;
  const char* directory = nullptr;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::vector<std::string> environment_text;
  std::vector<ChildFd> fds;  ///< `parent` is above every `child` number.
  std::vector<UniqueFd> moved;
  ProcessLimits limits;
  int highest_child = 2;
  int report = -1;
  int parent_pid = 0;
  bool dies_with_thread = false;
};

/// A step that failed in the child, told to the parent through a pipe that closes on exec.
struct Failure {
  int error = 0;
  int step = 0;  ///< 0 descriptors, 1 limits, 2 directory, 3 exec.
};

[[noreturn]] void give_up(const Prepared& it, int step) {
  const Failure failure{errno, step};
  [[maybe_unused]] const auto written = ::write(it.report, &failure, sizeof failure);
  ::_exit(127);
}

bool set_limit(__rlimit_resource_t which, const std::optional<std::uint64_t>& value) {
  if (!value) return true;
  const rlimit limit{*value, *value};
  return ::setrlimit(which, &limit) == 0;
}

bool set_limits(const ProcessLimits& limits) {
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return false;
  if (!internal::kSanitized && !set_limit(RLIMIT_AS, limits.address_space_bytes)) return false;
  if (!set_limit(RLIMIT_CPU, limits.cpu_seconds)) return false;
  return set_limit(RLIMIT_FSIZE, limits.file_size_bytes) &&
         set_limit(RLIMIT_NOFILE, limits.open_files);
}

void close_from(int first, int keep) {
  const auto close_range = [](int from, int to) {
    if (from > to) return;
    if (::syscall(SYS_close_range, from, to, 0) == 0) return;
    for (int fd = from; fd <= std::min(to, 4096); ++fd) ::close(fd);
  };
  close_range(first, keep - 1);
  close_range(keep + 1, INT_MAX);
}

/// Runs in the child between fork and exec.
[[noreturn]] void become(const Prepared& it) {
  ::setpgid(0, 0);
  if (it.dies_with_thread) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != it.parent_pid) ::_exit(127);
  }
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  const int null = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2; ++fd) {
    if (null >= 0 && null != fd) ::dup2(null, fd);
  }
  for (const ChildFd& fd : it.fds) {
    if (::dup2(fd.parent, fd.child) < 0) give_up(it, 0);
  }
  close_from(it.highest_child + 1, it.report);
  // Numbers between the given ones may hold descriptors of ours.
  for (int fd = 3; fd <= it.highest_child; ++fd) {
    const bool given = std::any_of(it.fds.begin(), it.fds.end(),
                                   [fd](const ChildFd& one) { return one.child == fd; });
    if (!given) ::close(fd);
  }
  if (!set_limits(it.limits)) give_up(it, 1);
  if (::chdir(it.directory) != 0) give_up(it, 2);
  ::execve(it.program, it.arguments.data(), it.environment.data());
  give_up(it, 3);
}

Result<Prepared> prepare(const SpawnOptions& options, int report) {
  Prepared it;
  it.program = options.program.c_str();
  it.directory = options.directory.c_str();
  it.limits = options.limits;
  it.dies_with_thread = options.dies_with_thread;
  it.parent_pid = ::getpid();
  it.arguments.push_back(const_cast<char*>(options.program.c_str()));
  for (const std::string& one : options.arguments) {
    it.arguments.push_back(const_cast<char*>(one.c_str()));
  }
  it.arguments.push_back(nullptr);
  for (const auto& [name, value] : options.environment) {
    it.environment_text.push_back(name + "=" + value);
  }
  for (std::string& one : it.environment_text) it.environment.push_back(one.data());
  it.environment.push_back(nullptr);
  for (const ChildFd& fd : options.fds) it.highest_child = std::max(it.highest_child, fd.child);
  // Copies above every number the child uses, so that no dup2 overwrites one still needed.
  const int floor = it.highest_child + 1;
  for (const ChildFd& fd : options.fds) {
    UniqueFd copy(::fcntl(fd.parent, F_DUPFD_CLOEXEC, floor));
    if (!copy) return fail(Code::Io, format("descriptor {}: {}", fd.parent, std::strerror(errno)));
    it.fds.push_back({copy.get(), fd.child});
    it.moved.push_back(std::move(copy));
  }
  UniqueFd high(::fcntl(report, F_DUPFD_CLOEXEC, floor));
  if (!high) return fail(Code::Io, format("cannot start a program: {}", std::strerror(errno)));
  it.report = high.get();
  it.moved.push_back(std::move(high));
  return it;
}

/// Reads the child's word: nothing when the program runs.
std::optional<Failure> read_failure(int fd) {
  Failure failure;
  ssize_t got = 0;
  do {
    got = ::read(fd, &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof failure)) return std::nullopt;
  return failure;
}

std::unexpected<Error> explain(const SpawnOptions& options, const Failure& failure) {
  static constexpr std::array<const char*, 4> kSteps = {"pass descriptors to", "limit",
                                                        "enter the folder of", "run"};
  const Code code = failure.step == 3 && failure.error == ENOENT ? Code::NotFound : Code::Io;
  return fail(code, format("cannot {} {}: {}", kSteps.at(static_cast<std::size_t>(failure.step)),
                           options.program, std::strerror(failure.error)));
}

ExitStatus decode(int status) {
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

}  // namespace

std::string ExitStatus::text() const {
  if (signal != 0) return format("signal {} ({})", signal, ::strsignal(signal));
  return format("exit code {}", code);
}

Process::Process(int pid) : pid_(pid) {
  pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      ended_(std::exchange(other.ended_, std::nullopt)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  Process old(std::move(*this));
  pid_ = std::exchange(other.pid_, -1);
  pidfd_ = std::move(other.pidfd_);
  ended_ = std::exchange(other.ended_, std::nullopt);
  return *this;
}

Process::~Process() {
  if (pid_ < 0 || ended_) return;
  kill_group();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<Process> Process::spawn(const SpawnOptions& options) {
  TRY_ASSIGN(FdPair report, make_pipe());
  TRY_ASSIGN(Prepared it, prepare(options, report.second.get()));
  const pid_t pid = ::fork();
  if (pid < 0) return fail(Code::Io, format("cannot start a process: {}", std::strerror(errno)));
  if (pid == 0) become(it);
  ::setpgid(pid, pid);  // Also here, so that the group exists whichever of the two runs first.
  Process process(pid);
  it.moved.clear();
  report.second.reset();
  if (const auto failure = read_failure(report.first.get())) return explain(options, *failure);
  return process;
}

std::optional<ExitStatus> Process::wait(milliseconds timeout) {
  if (ended_ || pid_ < 0) return ended_;
  if (!has_ended(timeout)) return std::nullopt;
  // Before the child is reaped its number cannot be anybody else's.
  ::kill(-pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  return ended_ = decode(status);
}

bool Process::has_ended(milliseconds timeout) const {
  if (pidfd_) {
    pollfd waiting{pidfd_.get(), POLLIN, 0};
    const auto bounded = std::clamp<std::int64_t>(timeout.count(), 0, INT_MAX);
    return ::poll(&waiting, 1, static_cast<int>(bounded)) > 0;
  }
  // A kernel without pidfd: ask again and again, not too often.
  for (milliseconds waited{0};; waited += milliseconds(5)) {
    siginfo_t info{};
    const int asked = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    if (asked == 0 && info.si_pid == pid_) return true;
    if (waited >= timeout) return false;
    ::poll(nullptr, 0, 5);
  }
}

ExitStatus Process::stop(milliseconds grace) {
  if (!ended_) ::kill(-pid_, SIGTERM);
  if (wait(grace)) return *ended_;
  kill_group();
  while (!wait(milliseconds(1000))) {
  }
  return *ended_;
}

void Process::kill_group() const {
  if (pid_ > 1 && !ended_) ::kill(-pid_, SIGKILL);
}

Result<std::string> program_folder() {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t size = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (size <= 0) return fail(Code::Io, format("cannot find the program: {}", std::strerror(errno)));
  const std::string path(buffer.data(), static_cast<std::size_t>(size));
  return path.substr(0, path.rfind('/'));
}

}  // namespace hearth::platform
