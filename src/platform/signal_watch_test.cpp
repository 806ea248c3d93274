#include "platform/signal_watch.h"

#include <csignal>
#include <future>

#include <gtest/gtest.h>

namespace hearth::platform {
namespace {

TEST(SignalWatch, CallsTheHandlerInsteadOfEndingTheProcess) {
  std::promise<int> seen;
  const auto watch = SignalWatch::install({SIGUSR1}, [&](int number) { seen.set_value(number); });
  ASSERT_TRUE(watch.has_value());
  ::raise(SIGUSR1);
  EXPECT_EQ(seen.get_future().get(), SIGUSR1);
}

TEST(SignalWatch, AllowsOneAtATimeAndAnotherAfterwards) {
  {
    const auto first = SignalWatch::install({SIGUSR2}, [](int) {});
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(SignalWatch::install({SIGUSR2}, [](int) {}).error().code, Code::Conflict);
  }
  EXPECT_TRUE(SignalWatch::install({SIGUSR2}, [](int) {}).has_value());
}

}  // namespace
}  // namespace hearth::platform
