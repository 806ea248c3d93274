#include "platform/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <map>

#include <gmock/gmock.h>

#include "platform/unique_fd.h"

namespace hearth::platform {
namespace {

/// 0 when the attempt worked, else its errno.
int outcome(long result) { return result < 0 ? errno : 0; }

int try_open(const char* path, int flags) {
  const int fd = ::open(path, flags, 0600);
  const int result = outcome(fd);
  if (fd >= 0) ::close(fd);
  return result;
}

constexpr id_t kNobodyHere = 0x7ffffffe;

void* idle(void*) { return nullptr; }

/// Everything that a stolen process would try next.
std::map<std::string, std::function<int()>> attempts() {
  static const std::string scratch = testing::TempDir() + "sandbox_test_file";
  return {
      {"inet socket", [] { return outcome(::socket(AF_INET, SOCK_STREAM, 0)); }},
      {"udp socket", [] { return outcome(::socket(AF_INET6, SOCK_DGRAM, 0)); }},
      {"unix socket", [] { return outcome(::socket(AF_UNIX, SOCK_STREAM, 0)); }},
      {"read passwd", [] { return try_open("/etc/passwd", O_RDONLY); }},
      {"read folder", [] { return try_open("/etc", O_RDONLY | O_DIRECTORY); }},
      {"create file", [] { return try_open(scratch.c_str(), O_WRONLY | O_CREAT); }},
      {"write file", [] { return try_open("/dev/null", O_RDWR); }},
      {"unlink", [] { return outcome(::unlink(scratch.c_str())); }},
      {"exec",
       [] {
         std::array<char*, 2> arguments = {const_cast<char*>("true"), nullptr};
         return outcome(::execv("/bin/true", arguments.data()));
       }},
      {"fork", [] { return outcome(::fork()); }},
      {"ptrace", [] { return outcome(::ptrace(PTRACE_ATTACH, ::getppid(), 0, 0)); }},
      {"kill", [] { return outcome(::kill(::getppid(), 0)); }},
      // What would change nothing is asked for, so that a hole here harms nobody.
      {"renice parent",
       [] {
         const int nice = ::getpriority(PRIO_PROCESS, 0);
         return outcome(::setpriority(PRIO_PROCESS, static_cast<id_t>(::getppid()), nice));
       }},
      {"renice user", [] { return outcome(::setpriority(PRIO_USER, kNobodyHere, 0)); }},
      {"bind parent",
       [] {
         cpu_set_t cores;
         if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return errno;
         return outcome(::sched_setaffinity(::getppid(), sizeof cores, &cores));
       }},
      {"ask of parent",
       [] {
         sched_param parameters{};
         return outcome(::sched_getparam(::getppid(), &parameters));
       }},
      {"renice itself",
       [] { return outcome(::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0))); }},
      {"bind itself",
       [] {
         cpu_set_t cores;
         if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return errno;
         return outcome(::sched_setaffinity(0, sizeof cores, &cores));
       }},
      {"io_uring", [] { return outcome(::syscall(SYS_io_uring_setup, 1, nullptr)); }},
      {"thread",
       [] {
         pthread_t thread{};
         const int result = ::pthread_create(&thread, nullptr, idle, nullptr);
         if (result == 0) ::pthread_join(thread, nullptr);
         return result;
       }},
  };
}

struct Seen {
  SandboxReport report;
  std::map<std::string, int> errors;
};

/// Confines a child with `profile` and tells what its attempts came to.
Seen inside(const SandboxProfile& profile) {
  auto pipe = make_pipe();
  const pid_t child = ::fork();
  if (child == 0) {
    Json json = Json::object();
    const auto report = confine(profile);
    json.set("report", report ? report->to_json() : Json(report.error().message));
    Json errors = Json::object();
    for (const auto& [name, attempt] : attempts()) errors.set(name, attempt());
    json.set("errors", std::move(errors));
    const std::string text = json.dump();
    const auto written = ::write(pipe->second.get(), text.data(), text.size());
    ::_exit(written > 0 ? 0 : 1);
  }
  pipe->second.reset();
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(pipe->first.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  const auto json = Json::parse(text);
  EXPECT_TRUE(json) << text;
  Seen seen;
  EXPECT_TRUE((*json)["report"].is_object()) << (*json)["report"].string_or("");
  seen.report = SandboxReport::from_json((*json)["report"]);
  for (const auto& [name, value] : (*json)["errors"].members()) {
    seen.errors[name] = static_cast<int>(value.int_or(-1));
  }
  return seen;
}

TEST(Sandbox, RefusesAWorkerEverythingButThreads) {
  const Seen seen = inside(SandboxProfile::worker());
  EXPECT_TRUE(seen.report.holds());
  EXPECT_EQ(seen.errors.size(), attempts().size());
  for (const auto& [name, error] : seen.errors) {
    if (name == "thread" || name.ends_with("itself")) {
      EXPECT_EQ(error, 0) << name << ": " << std::strerror(error);
    } else {
      EXPECT_THAT(error, testing::AnyOf(EPERM, EACCES)) << name;
    }
  }
}

TEST(Sandbox, LetsAnExtractorReadOnlyWhatItIsTold) {
  const Seen seen = inside(SandboxProfile::extractor({"/etc/passwd", "/no/such/folder"}));
  EXPECT_TRUE(seen.report.system_calls_filtered);
  for (const auto& [name, error] : seen.errors) {
    if (name == "read passwd" || name.ends_with("itself")) {
      EXPECT_EQ(error, 0) << name << ": " << std::strerror(error);
    } else if (name == "read folder" && seen.report.landlock_abi == 0) {
      EXPECT_FALSE(seen.report.files_confined);  // Said, not hidden.
    } else {
      EXPECT_NE(error, 0) << name;
    }
  }
}

TEST(Sandbox, WorksForAnUnprivilegedUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "Not root: the other tests show it.";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(9);
    const auto report = confine(SandboxProfile::worker());
    if (!report || !report->holds()) ::_exit(8);
    ::_exit(::socket(AF_INET, SOCK_STREAM, 0) < 0 ? 0 : 7);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Sandbox, RefusesAProcessThatAlreadyRunsThreads) {
  const pid_t child = ::fork();
  if (child == 0) {
    pthread_t thread{};
    ::pthread_create(&thread, nullptr, [](void*) -> void* { return ::pause(), nullptr; }, nullptr);
    const auto report = confine(SandboxProfile::worker());
    ::_exit(!report && report.error().code == Code::Conflict ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(SandboxReport, SurvivesTheWayThroughJson) {
  SandboxReport report;
  report.no_new_privileges = report.files_confined = report.cpu_limited = true;
  report.landlock_abi = 7;
  report.gaps = {"Memory is not limited."};
  const auto back = SandboxReport::from_json(report.to_json());
  EXPECT_EQ(back.to_json(), report.to_json());
  EXPECT_FALSE(back.holds());
}

}  // namespace
}  // namespace hearth::platform
