#include "daemon/memory.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <gtest/gtest.h>

#include "platform/process.h"

namespace hearth::daemon {
namespace {

// Each in a process of its own: what is given up here cannot be taken back.
void end_well_if(bool good) { ::_exit(good ? 0 : 1); }

TEST(Memory, OfTheCoreIsDumpedNowhere) {
  EXPECT_EXIT(
      {
        const bool before = is_memory_private();
        const bool done = keep_memory_private().has_value();
        end_well_if(!before && done && is_memory_private());
      },
      testing::ExitedWithCode(0), "");
}

TEST(Memory, OfACrashedCoreLeavesNoDump) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    rlimit now{};
    ::getrlimit(RLIMIT_CORE, &now);
    now.rlim_cur = now.rlim_max;
    ::setrlimit(RLIMIT_CORE, &now);
    if (!keep_memory_private()) ::_exit(1);
    ::signal(SIGQUIT, SIG_DFL);
    ::raise(SIGQUIT);
    ::_exit(2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(WCOREDUMP(status));
}

TEST(Memory, CanBeKeptWhileTheProgramStillFindsItsHelpers) {
  EXPECT_EXIT(
      {
        const auto before = platform::program_folder();
        const bool done = keep_memory_private().has_value();
        end_well_if(done && before && platform::program_folder() == before);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace hearth::daemon
