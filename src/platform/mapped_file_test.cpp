#include "platform/mapped_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include <gmock/gmock.h>

namespace hearth::platform {
namespace {

namespace fs = std::filesystem;

class MappedFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("hearth_mapped_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  fs::path folder_;
};

TEST_F(MappedFileTest, HoldsTheBytesAlsoWhenTheNameIsGone) {
  const fs::path path = write("file", std::string("words\0more", 10));
  auto file = MappedFile::open(path);
  ASSERT_TRUE(file) << file.error().message;
  fs::remove(path);
  const MappedFile moved = std::move(*file);
  EXPECT_EQ(moved.bytes(), std::string_view("words\0more", 10));
}

TEST_F(MappedFileTest, IsEmptyForAnEmptyFile) {
  const auto file = MappedFile::open(write("empty", ""));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(file->bytes().empty());
}

TEST_F(MappedFileTest, OpensRegularFilesOnly) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(MappedFile::open(folder_ / "pipe").error().code, Code::Invalid);
  EXPECT_EQ(MappedFile::open(folder_).error().code, Code::Invalid);
  EXPECT_EQ(MappedFile::open(folder_ / "absent").error().code, Code::NotFound);
}

}  // namespace
}  // namespace hearth::platform
