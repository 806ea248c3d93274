#include "core/log.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hearth::log {
namespace {

TEST(Log, GivesTheReceiverOneHarmlessLine) {
  std::vector<std::string> seen;
  set_receiver([&](Level, std::string_view line) { seen.emplace_back(line); });
  warn("cannot read {}", "a\x1b]0;t\x07\n2026-01-01T00:00:00Z info  all is well \u202Etxt");
  set_receiver({});
  info("nobody hears this");
  EXPECT_EQ(seen, std::vector<std::string>{
                      "cannot read a\uFFFD]0;t\uFFFD\uFFFD2026-01-01T00:00:00Z info  all is well "
                      "\uFFFDtxt"});
}

}  // namespace
}  // namespace hearth::log
