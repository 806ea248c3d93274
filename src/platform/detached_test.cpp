#include "platform/detached.h"

#include <unistd.h>

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace hearth::platform {
namespace {

std::string read_all(int fd) {
  std::string out;
  std::array<char, 256> buffer{};
  for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;) {
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return out;
}

TEST(Detached, HandsOverTheLastWordsAndTheExitCodeOfAProgramThatFails) {
  auto started = start_detached(
      {.program = "/bin/sh", .arguments = {"-c", "echo broken >&2; exit 7"}, .passed_fd = -1});
  ASSERT_TRUE(started.has_value());
  EXPECT_EQ(read_all(started->errors.get()), "broken\n");
  int code = -1;
  while (code < 0) code = exit_code_now(started->pid);
  EXPECT_EQ(code, 7);
}

TEST(Detached, PassesADescriptorAndNothingElse) {
  auto pipe = make_pipe();
  ASSERT_TRUE(pipe.has_value());
  ASSERT_EQ(::write(pipe->second.get(), "secret\n", 7), 7);
  pipe->second.reset();
  auto started = start_detached({.program = "/bin/sh",
                                 .arguments = {"-c", "cat <&3 >&2; ls /proc/self/fd >&2"},
                                 .passed_fd = pipe->first.get()});
  ASSERT_TRUE(started.has_value());
  // 4 is the folder that ls itself reads.
  EXPECT_EQ(read_all(started->errors.get()), "secret\n0\n1\n2\n3\n4\n");
  while (exit_code_now(started->pid) < 0) {
  }
}

TEST(Detached, SaysSoWhenTheProgramIsNotThere) {
  EXPECT_EQ(
      start_detached({.program = "/nonexistent", .arguments = {}, .passed_fd = -1}).error().code,
      Code::NotFound);
}

}  // namespace
}  // namespace hearth::platform
