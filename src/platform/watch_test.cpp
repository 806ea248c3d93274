#include "platform/watch.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <gmock/gmock.h>

namespace hearth::platform {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Kind = WatchEvent::Kind;

class WatchTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("hearth_watch_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    watch_ = std::move(FolderWatch::open().value());
    ASSERT_TRUE(watch_->add(folder_));
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name) const { std::ofstream(folder_ / name) << "words"; }
  /// Waits for an event of that kind about that path.
  bool sees(Kind kind, const fs::path& path) {
    const auto deadline = std::chrono::steady_clock::now() + 2s;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto events = watch_->wait(50ms);
      if (!events) return false;
      for (const WatchEvent& event : events->events) {
        if (event.kind == kind && event.path == path) return true;
      }
    }
    return false;
  }

  fs::path folder_;
  std::unique_ptr<FolderWatch> watch_;
};

TEST_F(WatchTest, TellsWhatIsWrittenMovedAndDeleted) {
  write("a");
  EXPECT_TRUE(sees(Kind::Written, folder_ / "a"));
  fs::rename(folder_ / "a", folder_ / "b");
  EXPECT_TRUE(sees(Kind::Written, folder_ / "b"));
  fs::remove(folder_ / "b");
  EXPECT_TRUE(sees(Kind::Gone, folder_ / "b"));
}

TEST_F(WatchTest, TellsThatAFileStillGrows) {
  std::ofstream file(folder_ / "log");
  file << "line" << std::flush;
  EXPECT_TRUE(sees(Kind::Growing, folder_ / "log"));
  file.close();
  EXPECT_TRUE(sees(Kind::Written, folder_ / "log"));
}

TEST_F(WatchTest, TellsThatAWatchedFolderIsGone) {
  fs::create_directory(folder_ / "sub");
  ASSERT_TRUE(watch_->add(folder_ / "sub"));
  fs::remove(folder_ / "sub");
  EXPECT_TRUE(sees(Kind::RootGone, folder_ / "sub"));
}

TEST_F(WatchTest, KnowsAFolderThatMovedByItsNewPath) {
  fs::create_directory(folder_ / "old");
  ASSERT_TRUE(watch_->add(folder_ / "old"));
  fs::rename(folder_ / "old", folder_ / "new");
  ASSERT_TRUE(watch_->add(folder_ / "new"));
  write("new/file");
  EXPECT_TRUE(sees(Kind::Written, folder_ / "new/file"));
}

TEST_F(WatchTest, ForgetsAFolderButNotItsNeighbour) {
  for (const char* name : {"sub", "sub/deep", "sub-way"}) {
    fs::create_directory(folder_ / name);
    ASSERT_TRUE(watch_->add(folder_ / name));
  }
  watch_->remove_below((folder_ / "sub").string());
  write("sub/a");
  write("sub/deep/b");
  write("sub-way/c");
  const auto deadline = std::chrono::steady_clock::now() + 2s;
  bool neighbour = false;
  while (!neighbour && std::chrono::steady_clock::now() < deadline) {
    const auto seen = watch_->wait(50ms);
    ASSERT_TRUE(seen);
    for (const WatchEvent& event : seen->events) {
      EXPECT_FALSE(event.path.starts_with((folder_ / "sub/").string())) << event.path;
      neighbour = neighbour || event.path == folder_ / "sub-way/c";
    }
  }
  EXPECT_TRUE(neighbour);
}

TEST_F(WatchTest, SaysThatChangesWereLost) {
  std::ifstream limit("/proc/sys/fs/inotify/max_queued_events");
  int queued = 0;
  limit >> queued;
  if (queued <= 0 || queued > 100'000) GTEST_SKIP() << "The queue is too long to fill here.";
  write("a");
  // Two events for each.
  for (int i = 0; i < queued / 2 + 2; ++i) {
    fs::rename(folder_ / (i % 2 == 0 ? "a" : "b"), folder_ / (i % 2 == 0 ? "b" : "a"));
  }
  bool overflowed = false;
  for (int i = 0; i < 10 && !overflowed; ++i) overflowed = watch_->wait(0ms)->overflowed;
  EXPECT_TRUE(overflowed);
  write("c");
  EXPECT_TRUE(sees(Kind::Written, folder_ / "c"));
}

TEST_F(WatchTest, WakesWhoWaits) {
  std::jthread waker([this] { watch_->wake(); });
  const auto start = std::chrono::steady_clock::now();
  const auto events = watch_->wait(10s);
  ASSERT_TRUE(events);
  EXPECT_TRUE(events->events.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_F(WatchTest, SaysThatAFolderIsNotThere) {
  EXPECT_EQ(watch_->add(folder_ / "absent").error().code, Code::NotFound);
}

}  // namespace
}  // namespace hearth::platform
