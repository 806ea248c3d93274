#include "ingest/walk/walker.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hearth::ingest {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class WalkerTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("hearth_walker_" + std::to_string(::getpid()));
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }

  Result<void> walk(const std::string& from = "", std::stop_token stop = {}) {
    files_.clear();
    problems_.clear();
    WalkReceiver receiver;
    receiver.folder = [](const std::string&) {};
    receiver.unlisted = [](const std::string&) {};
    receiver.file = [&](const std::string& path, const platform::FileStat&) {
      files_.push_back(fs::relative(path, root_));
      if (on_file_) on_file_();
    };
    receiver.problem = [&](const std::string& path, const platform::FileStat&, std::string reason) {
      problems_.push_back(fs::relative(path, root_).string() + ": " + reason);
    };
    return Walker(root_, {}, receiver).walk(from.empty() ? root_ : root_ / from, stop);
  }

  fs::path root_;
  std::vector<std::string> files_;
  std::vector<std::string> problems_;
  std::function<void()> on_file_;
};

std::string lines(const std::string& start, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += start + std::to_string(i) + "\n";
  return out;
}

TEST_F(WalkerTest, FollowsTheRestWhenAnIgnoreFileTakesTooLong) {
  write("keep/.gitignore", "*.log\n");
  write("keep/a.log", "");
  write("slow/.gitignore", lines("*a*a*a*a*a*a*a*b", 10'000));
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(i);
    write("slow/" + std::string(200 - number.size(), 'a') + number, "");
  }
  ASSERT_TRUE(walk());
  EXPECT_EQ(files_.size(), 100U);
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("slow/.gitignore: Only the first 1000"),
                                     HasSubstr("slow/.gitignore: Its rules take too long")));
}

TEST_F(WalkerTest, TakesNoHalfALineOfAnIgnoreFileThatIsTooLong) {
  std::string text = "first.txt\n";
  text += "#" + std::string(kIgnoreBytesMax - text.size() - 6, 'x') + "\n";
  write(".gitignore", text + "note*.txt\n");  // Cut behind "note", which would be another rule.
  for (const char* name : {"first.txt", "note", "note1.txt"}) write(name, "");
  ASSERT_TRUE(walk());
  EXPECT_THAT(files_, ElementsAre("note", "note1.txt"));
  EXPECT_THAT(problems_, ElementsAre(HasSubstr(".gitignore: Only the first 1 ")));
}

TEST_F(WalkerTest, ReportsAnIgnoreFileOnlyWhereItLies) {
  write(".hearthignore", "!.hearthignore\n" + lines("x", 2000));
  write("sub/a.txt", "");
  ASSERT_TRUE(walk());
  EXPECT_EQ(problems_.size(), 1U);
  EXPECT_THAT(files_, ElementsAre("sub/a.txt")) << "the problem is all that is said of the file";
  ASSERT_TRUE(walk("sub/a.txt"));
  EXPECT_TRUE(problems_.empty());
  EXPECT_THAT(files_, ElementsAre("sub/a.txt"));
}

TEST_F(WalkerTest, IsNotHeldByAPipeCalledLikeAnIgnoreFile) {
  ASSERT_EQ(::mkfifo((root_ / ".gitignore").c_str(), 0600), 0);
  write("a.txt", "");
  write("elsewhere", "a.txt\n");
  fs::create_symlink(root_ / "elsewhere", root_ / ".hearthignore");
  ASSERT_TRUE(walk());
  EXPECT_THAT(files_, Contains("a.txt"));
}

TEST_F(WalkerTest, StopsInTheMiddleOfAFolder) {
  for (const char* name : {"a.txt", "b.txt", "c.txt"}) write(name, "");
  std::stop_source stop;
  on_file_ = [&] { stop.request_stop(); };
  const auto walked = walk("", stop.get_token());
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, Code::Cancelled);
  EXPECT_THAT(files_, ElementsAre("a.txt"));
}

}  // namespace
}  // namespace hearth::ingest
