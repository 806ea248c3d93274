#include "platform/file.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>

#include "core/format.h"
#include "platform/random.h"

namespace hearth::platform {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  Files() : folder_(fs::temp_directory_path() / format("hearth-file-{}", random_hex(6))) {
    fs::create_directories(folder_);
  }
  ~Files() override { fs::remove_all(folder_); }
  static unsigned mode(const fs::path& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777U : 0;
  }
  fs::path folder_;
};

TEST_F(Files, ReplacingAFileKeepsNothingElseInTheFolder) {
  const fs::path path = folder_ / "a.json";
  ASSERT_TRUE(write_file_atomically(path, std::string_view("one"), Access::Shared));
  ASSERT_TRUE(write_file_atomically(path, std::string_view("two"), Access::Private));
  EXPECT_EQ(read_file(path, 100).value_or(""), "two");
  EXPECT_EQ(mode(path), 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(Files, AFailedReplacementLeavesTheOldFileAndNoRubbish) {
  const fs::path path = folder_ / "busy";
  fs::create_directories(path / "inside");
  const auto done = write_file_atomically(path, std::string_view("x"), Access::Private);
  EXPECT_FALSE(done);
  EXPECT_TRUE(fs::is_directory(path / "inside"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

// A test that fails here hangs: nobody writes into the pipe.
TEST_F(Files, ReadingIsNotHeldByAPipe) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_file(folder_ / "pipe", 100).error().code, Code::Invalid);
  EXPECT_EQ(read_file("/dev/zero", 100).error().code, Code::Invalid);
  EXPECT_FALSE(read_file(folder_, 100));
  EXPECT_TRUE(read_file("/proc/self/status", 100'000));
}

TEST_F(Files, ReadingHasALimitAndNamesWhatIsMissing) {
  std::ofstream(folder_ / "big") << std::string(200'000, 'x');
  const auto big = read_file(folder_ / "big", 100'000);
  ASSERT_FALSE(big);
  EXPECT_EQ(big.error().code, Code::Exhausted);
  EXPECT_EQ(read_file(folder_ / "big", 200'000)->size(), 200'000U);
  const auto absent = read_file(folder_ / "absent", 1);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, Code::NotFound);
  EXPECT_NE(absent.error().message.find("absent"), std::string::npos);
  EXPECT_FALSE(read_file(folder_, 1));
}

TEST_F(Files, CreatingTellsWhetherSomethingWasThere) {
  EXPECT_TRUE(create_if_absent(folder_ / "new", Access::Private).value());
  EXPECT_FALSE(create_if_absent(folder_ / "new", Access::Private).value());
  EXPECT_EQ(mode(folder_ / "new"), 0600U);
}

TEST_F(Files, APrivateFolderIsMadeOrTakenFromOthers) {
  const fs::path vault = folder_ / "a" / "b" / "vault";
  ASSERT_TRUE(ensure_private_folder(vault));
  EXPECT_EQ(mode(vault), 0700U);
  ASSERT_EQ(::chmod(vault.c_str(), 0755), 0);
  ASSERT_TRUE(ensure_private_folder(vault));
  EXPECT_EQ(mode(vault), 0700U);
}

TEST_F(Files, APrivateFolderCannotStandWhereAFileIs) {
  std::ofstream(folder_ / "file") << "x";
  const auto on_file = ensure_private_folder(folder_ / "file");
  ASSERT_FALSE(on_file);
  EXPECT_EQ(on_file.error().code, Code::Conflict);
  const auto below_file = ensure_private_folder(folder_ / "file" / "vault");
  ASSERT_FALSE(below_file);
  EXPECT_EQ(below_file.error().code, Code::Conflict) << below_file.error().message;
}

TEST_F(Files, AFolderOfAnotherUserIsRefused) {
  const bool root = ::geteuid() == 0;
  const fs::path foreign = root ? folder_ / "foreign" : fs::path("/");
  if (root) {
    fs::create_directory(foreign);
    ASSERT_EQ(::chown(foreign.c_str(), 65534, 65534), 0);
  }
  const auto refused = ensure_private_folder(foreign);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::Denied) << refused.error().message;
}

TEST_F(Files, MakingAFilePrivateKeepsWhatItsOwnerMay) {
  std::ofstream(folder_ / "key") << "x";
  ASSERT_EQ(::chmod((folder_ / "key").c_str(), 0644), 0);
  EXPECT_FALSE(is_private(folder_ / "key").value());
  ASSERT_TRUE(make_private(folder_ / "key"));
  EXPECT_TRUE(is_private(folder_ / "key").value());
  EXPECT_EQ(mode(folder_ / "key"), 0600U);
  EXPECT_FALSE(is_private(folder_ / "absent"));
}

TEST_F(Files, KnowsTheFreeSpace) {
  EXPECT_GT(free_bytes(folder_).value_or(0), 0U);
  EXPECT_FALSE(free_bytes(folder_ / "absent"));
}

TEST_F(Files, ALockNamesItsOwnerAndEndsWithIt) {
  const fs::path path = folder_ / "lock";
  {
    const auto held = LockFile::acquire(path);
    ASSERT_TRUE(held) << held.error().message;
    const auto second = LockFile::acquire(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::Busy);
    EXPECT_NE(second.error().message.find(format("process {}", ::getpid())), std::string::npos);
  }
  EXPECT_TRUE(LockFile::acquire(path));
}

TEST_F(Files, ALockEndsWhenItsOwnerIsKilled) {
  const fs::path path = folder_ / "lock";
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto held = LockFile::acquire(path);
    const char say = held ? '1' : '0';
    if (::write(ready[1], &say, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char said = 0;
  ASSERT_EQ(::read(ready[0], &said, 1), 1);
  EXPECT_EQ(said, '1');
  const auto busy = LockFile::acquire(path);
  ASSERT_FALSE(busy);
  EXPECT_NE(busy.error().message.find(format("process {}", child)), std::string::npos);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(LockFile::acquire(path));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(Random, FillsAndDiffers) {
  std::array<std::byte, 300> a{};
  std::array<std::byte, 300> b{};
  fill_random(a);
  fill_random(b);
  EXPECT_NE(a, b);
  EXPECT_NE(random_u64(), random_u64());
  EXPECT_EQ(random_hex(8).size(), 16U);
}

}  // namespace
}  // namespace hearth::platform
