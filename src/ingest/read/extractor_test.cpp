#include "ingest/read/extractor.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/dir.h"

namespace hearth::ingest {
namespace {

using namespace std::chrono_literals;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "." : value;
}

Extractor::Options options() {
  return {.program = environment("HEARTH_BIN_DIR") + "/hearth-extract"};
}

platform::UniqueFd sample(const std::string& name) {
  return std::move(
      platform::open_regular(environment("HEARTH_SOURCE_DIR") + "/tests/data/ingest/" + name)
          .value());
}

TEST(Extractor, ReadsAnOpenFile) {
  Extractor extractor(options());
  const auto file = sample("menu.html");
  const auto read = extractor.extract({}, file.get(), "text/html", "menu.html");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_TRUE(*read);
  EXPECT_EQ((*read)->media_type, "text/html");
  EXPECT_THAT((*read)->text, testing::HasSubstr("eight o'clock"));
}

TEST(Extractor, GivesUpAFileThatTakesTooLong) {
  Extractor::Options hurried = options();
  hurried.time_max = 1ms;
  Extractor impatient(hurried);
  const auto bomb = sample("bomb.docx");
  const auto late = impatient.extract(
      {}, bomb.get(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      "b");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::TimedOut);
}

TEST(Extractor, SaysNothingForBytesThatAreNoText) {
  Extractor extractor(options());
  const std::string path = testing::TempDir() + "hearth_no_text_" + std::to_string(::getpid());
  std::ofstream(path, std::ios::binary) << std::string("\x01\x02\x03\xFF\x00\x04", 6);
  const auto file = platform::open_regular(path).value().release();
  const auto read = extractor.extract({}, file, "text/plain", "x");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(*read);
  ::close(file);
  ::unlink(path.c_str());
}

TEST(Extractor, ReadsManyFilesAtTheSameTime) {
  Extractor extractor(options());
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> lanes;
    for (int lane = 0; lane < 4; ++lane) {
      lanes.emplace_back([&] {
        for (int i = 0; i < 10; ++i) {
          const auto file = sample("recipe.rtf");
          const auto read = extractor.extract({}, file.get(), "application/rtf", "recipe.rtf");
          if (read && *read && (*read)->outline.size() == 1) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 40);
  EXPECT_EQ(extractor.extracted(), 40);
}

}  // namespace
}  // namespace hearth::ingest
