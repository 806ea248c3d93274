#include "platform/pause.h"

#include <gtest/gtest.h>

namespace hearth::platform {
namespace {

TEST(Pause, EndsAtOnceWhenItIsStopped) {
  std::stop_source stop;
  stop.request_stop();
  const auto begun = std::chrono::steady_clock::now();
  pause(stop.get_token(), std::chrono::hours(1));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::minutes(1));
}

TEST(Pause, LastsAsLongAsItWasTold) {
  const auto begun = std::chrono::steady_clock::now();
  pause({}, std::chrono::milliseconds(5));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(5));
}

}  // namespace
}  // namespace hearth::platform
