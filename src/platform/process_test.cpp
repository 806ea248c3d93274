#include "platform/process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

#include <gmock/gmock.h>

namespace hearth::platform {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string read_all(int fd) {
  std::string all;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// What a shell script writes on its standard output.
std::string output_of(const std::string& script, SpawnOptions options = {}) {
  auto pipe = make_pipe();
  options.program = "/bin/sh";
  options.arguments = {"-c", script};
  options.fds.push_back({pipe->second.get(), 1});
  auto process = Process::spawn(options);
  EXPECT_TRUE(process) << process.error().message;
  pipe->second.reset();
  std::string text = read_all(pipe->first.get());
  EXPECT_TRUE(process->wait(10s));
  return text;
}

TEST(Process, TellsHowAProgramEnded) {
  auto process = Process::spawn({.program = "/bin/sh", .arguments = {"-c", "exit 7"}});
  ASSERT_TRUE(process);
  const auto status = process->wait(10s);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 7);
  EXPECT_EQ(status->text(), "exit code 7");
  EXPECT_EQ(process->wait(0ms)->code, 7);
}

TEST(Process, TellsWhichSignalEndedIt) {
  auto process = Process::spawn({.program = "/bin/sh", .arguments = {"-c", "kill -SEGV $$"}});
  ASSERT_TRUE(process);
  const auto status = process->wait(10s);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGSEGV);
  EXPECT_THAT(status->text(), HasSubstr("signal 11"));
}

TEST(Process, SaysWhenThereIsNoSuchProgram) {
  const auto process = Process::spawn({.program = "/no/such/program"});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().code, Code::NotFound);
  EXPECT_THAT(process.error().message, HasSubstr("/no/such/program"));
}

TEST(Process, GivesTheChildOnlyTheEnvironmentItIsHanded) {
  EXPECT_EQ(output_of("/usr/bin/env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD=",
                      {.environment = {{"ONLY", "this"}}}),
            "ONLY=this\n");
}

TEST(Process, GivesTheChildOnlyTheDescriptorsItIsHanded) {
  const UniqueFd leaked(::open("/dev/null", O_RDONLY));  // Without O_CLOEXEC on purpose.
  auto extra = make_pipe();
  // The shell's own listing needs one more, closed again when the loop looks.
  const std::string listed =
      output_of("for fd in /proc/$$/fd/*; do test -e $fd && echo ${fd##*/}; done",
                {.fds = {{extra->first.get(), 5}}});
  EXPECT_EQ(listed, "0\n1\n2\n5\n");
}

TEST(Process, PassesDescriptorsEvenWhenTheirNumbersCross) {
  auto a = make_pipe();
  auto b = make_pipe();
  const int one = a->second.get();
  const int two = b->second.get();
  auto process =
      Process::spawn({.program = "/bin/sh",
                      .arguments = {"-c", "echo said > /proc/self/fd/" + std::to_string(one)},
                      .fds = {{one, two}, {two, one}}});
  ASSERT_TRUE(process);
  ASSERT_TRUE(process->wait(10s));
  a->second.reset();
  b->second.reset();
  EXPECT_EQ(read_all(a->first.get()), "");
  EXPECT_EQ(read_all(b->first.get()), "said\n");
}

TEST(Process, WaitsNoLongerThanAsked) {
  auto process = Process::spawn({.program = "/bin/sleep", .arguments = {"60"}});
  ASSERT_TRUE(process);
  EXPECT_FALSE(process->wait(10ms));
  process->kill_group();
  EXPECT_EQ(process->wait(10s)->signal, SIGKILL);
}

bool ends_soon(pid_t pid) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < deadline) {
    if (::kill(pid, 0) != 0 && errno == ESRCH) return true;
    // A zombie that init has not collected yet counts as ended.
    std::string state(256, '\0');
    const UniqueFd stat(::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY));
    if (!stat || ::read(stat.get(), state.data(), state.size()) <= 0) return true;
    if (state.find(") Z") != std::string::npos) return true;
    std::this_thread::yield();
  }
  return false;
}

TEST(Process, KillsGrandchildrenWithTheGroup) {
  auto pipe = make_pipe();
  auto process = Process::spawn({.program = "/bin/sh",
                                 .arguments = {"-c", "sleep 60 & echo $!; exec 1>&-; wait"},
                                 .fds = {{pipe->second.get(), 1}}});
  ASSERT_TRUE(process);
  std::array<char, 32> text{};
  ASSERT_GT(::read(pipe->first.get(), text.data(), text.size() - 1), 0);
  const pid_t grandchild = std::atoi(text.data());
  ASSERT_GT(grandchild, 1);
  process->kill_group();
  ASSERT_TRUE(process->wait(10s));
  EXPECT_TRUE(ends_soon(grandchild));
}

TEST(Process, StopsGentlyAndThenForGood) {
  auto pipe = make_pipe();
  auto process =
      Process::spawn({.program = "/bin/sh",
                      .arguments = {"-c", "trap '' TERM; echo up; while :; do sleep 1; done"},
                      .fds = {{pipe->second.get(), 1}}});
  ASSERT_TRUE(process);
  std::array<char, 8> text{};
  ASSERT_GT(::read(pipe->first.get(), text.data(), text.size()), 0);
  EXPECT_EQ(process->stop(20ms).signal, SIGKILL);
}

TEST(Process, EndsWithTheThreadThatStartedItWhenAskedTo) {
  std::optional<Process> process;
  std::thread([&] {
    auto made =
        Process::spawn({.program = "/bin/sleep", .arguments = {"60"}, .dies_with_thread = true});
    ASSERT_TRUE(made);
    process.emplace(std::move(*made));
  }).join();
  ASSERT_TRUE(process);
  const auto status = process->wait(10s);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGKILL);
}

TEST(Process, KeepsTheLimitsItIsGiven) {
  EXPECT_EQ(output_of("ulimit -n; ulimit -c", {.limits = {.open_files = 33}}), "33\n0\n");
  auto process = Process::spawn({.program = "/bin/sh",
                                 .arguments = {"-c", "while :; do :; done"},
                                 .limits = {.cpu_seconds = 1}});
  ASSERT_TRUE(process);
  const auto status = process->wait(60s);
  ASSERT_TRUE(status);
  EXPECT_NE(status->signal, 0);
}

TEST(Process, DiesWhenItsOwnerGoes) {
  pid_t pid = 0;
  {
    auto process = Process::spawn({.program = "/bin/sleep", .arguments = {"60"}});
    ASSERT_TRUE(process);
    pid = process->pid();
  }
  EXPECT_TRUE(ends_soon(pid));
}

}  // namespace
}  // namespace hearth::platform
