#include "platform/dir.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include <gmock/gmock.h>

namespace hearth::platform {
namespace {

namespace fs = std::filesystem;

class DirTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("hearth_dir_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  fs::path folder_;
};

TEST_F(DirTest, ListsByNameWithoutFollowingLinks) {
  write("b.txt", "four");
  fs::create_directory(folder_ / "a");
  fs::create_symlink("b.txt", folder_ / "c");
  ASSERT_EQ(::mkfifo((folder_ / "d").c_str(), 0600), 0);
  const auto entries = list_folder(folder_);
  ASSERT_TRUE(entries) << entries.error().message;
  std::vector<std::string> names;
  std::vector<EntryKind> kinds;
  for (const DirEntry& entry : *entries) {
    names.push_back(entry.name);
    kinds.push_back(entry.stat.kind);
  }
  EXPECT_THAT(names, testing::ElementsAre("a", "b.txt", "c", "d"));
  EXPECT_THAT(kinds, testing::ElementsAre(EntryKind::Folder, EntryKind::File, EntryKind::Link,
                                          EntryKind::Other));
  EXPECT_EQ((*entries)[1].stat.size_bytes, 4);
}

TEST_F(DirTest, KeepsNamesThatAreNotUtf8) {
  write("latin\xE9", "x");
  EXPECT_EQ(list_folder(folder_)->at(0).name, "latin\xE9");
}

TEST_F(DirTest, SaysWhyAFolderCannotBeListed) {
  EXPECT_EQ(list_folder(folder_ / "absent").error().code, Code::NotFound);
  EXPECT_FALSE(list_folder(write("file", "x")));
  fs::create_directory_symlink(folder_, folder_ / "link");
  EXPECT_FALSE(list_folder(folder_ / "link"));
}

TEST_F(DirTest, TellsASparseFileByWhatIsStored) {
  const fs::path path = write("sparse", "");
  fs::resize_file(path, 64 << 20);
  const auto stat = stat_path(path);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->size_bytes, 64 << 20);
  EXPECT_LT(stat->stored_bytes, 1 << 20);
}

TEST_F(DirTest, OpensRegularFilesOnlyAndNeverWaits) {
  const fs::path file = write("file", "words");
  EXPECT_TRUE(open_regular(file));
  fs::create_symlink("file", folder_ / "link");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(open_regular(folder_ / "link").error().code, Code::Invalid);
  EXPECT_EQ(open_regular(folder_ / "pipe").error().code, Code::Invalid);
  EXPECT_EQ(open_regular(folder_).error().code, Code::Invalid);
  EXPECT_EQ(open_regular(folder_ / "absent").error().code, Code::NotFound);
}

TEST_F(DirTest, ReadsAtAnOffsetUntilTheEnd) {
  const auto fd = open_regular(write("file", "0123456789"));
  ASSERT_TRUE(fd);
  std::string buffer(4, '\0');
  EXPECT_EQ(read_at(fd->get(), buffer, 3), 4U);
  EXPECT_EQ(buffer, "3456");
  EXPECT_EQ(read_at(fd->get(), buffer, 8), 2U);
  EXPECT_EQ(read_at(fd->get(), buffer, 99), 0U);
  EXPECT_EQ(stat_open(fd->get())->size_bytes, 10);
}

TEST_F(DirTest, ResolvesLinksAndNamesCircles) {
  const fs::path file = write("file", "x");
  fs::create_symlink("file", folder_ / "link");
  fs::create_symlink("self", folder_ / "self");
  EXPECT_EQ(resolve(folder_ / "link"), resolve(file));
  EXPECT_EQ(resolve(folder_ / "self").error().code, Code::Invalid);
  EXPECT_EQ(resolve(folder_ / "absent").error().code, Code::NotFound);
}

TEST_F(DirTest, IsDeniedWhatBelongsToOthers) {
  const fs::path file = write("secret", "x");
  fs::create_directory(folder_ / "closed");
  fs::permissions(file, fs::perms::none);
  fs::permissions(folder_ / "closed", fs::perms::none);
  const pid_t child = ::fork();
  if (child == 0) {
    // Root may read everything, so the attempt is made by nobody.
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(9);
    const auto opened = open_regular(file);
    if (opened || opened.error().code != Code::Denied) ::_exit(1);
    const auto listed = list_folder(folder_ / "closed");
    ::_exit(!listed && listed.error().code == Code::Denied ? 0 : 2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  fs::permissions(folder_ / "closed", fs::perms::owner_all);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace hearth::platform
