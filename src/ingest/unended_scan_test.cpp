#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inference/scripted.h"
#include "ingest/library.h"
#include "ingest/store/store.h"

namespace hearth::ingest {
namespace {

namespace fs = std::filesystem;

// What a core leaves behind that dies in a scan is a row of the vault; here it is written as
// `Keeper` writes it, and the library is opened upon it.
class UnendedScan : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("hearth_unended_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    std::ofstream(folder_ / "a.txt") << "a brass key";
    open_library();
    id_ = library_->add({}, folder_, "").value().id;
    ASSERT_TRUE(library_->wait_idle({}));
    library_.reset();
  }
  void TearDown() override {
    library_.reset();
    fs::remove_all(folder_);
  }

  void open_library() {
    library_ = std::move(Library::open(*database_, *index_, platform::system_clock(),
                                       {.extractor = "/nonexistent", .never = {}})
                             .value());
  }
  /// The core begins to look through the source, dies, and is started again.
  void die_once() {
    library_.reset();
    Store store(*database_, *index_, platform::system_clock());
    ASSERT_TRUE(store.begin_scan(id_));
  }
  Source source() const { return library_->source({}, id_).value(); }

  fs::path folder_;
  SourceId id_;
  inference::ScriptedEmbedder embedder_;
  std::unique_ptr<storage::Database> database_ =
      std::move(storage::Database::open_in_memory().value());
  std::unique_ptr<search::Index> index_ =
      std::move(search::Index::open(*database_, embedder_).value());
  std::unique_ptr<Library> library_;
};

TEST_F(UnendedScan, IsForgivenOnce) {
  die_once();
  open_library();
  ASSERT_TRUE(library_->wait_idle({}));
  EXPECT_TRUE(source().watching);
  // The scan ended well, so the next death is the first again.
  die_once();
  open_library();
  EXPECT_EQ(source().note, "");
}

TEST_F(UnendedScan, LeavesTheSourceAloneTheFourthTimeUntilItIsAddedAgain) {
  for (int i = 0; i < 4; ++i) die_once();
  open_library();
  std::ofstream(folder_ / "b.txt") << "an iron key";
  ASSERT_TRUE(library_->wait_idle({}));
  EXPECT_FALSE(source().watching);
  EXPECT_THAT(source().note, testing::HasSubstr("The core ended four times"));
  EXPECT_EQ(source().documents, 1) << "what was read stays, and no more is";
  const auto again = library_->add({}, folder_, "");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->id, id_);
  ASSERT_TRUE(library_->wait_idle({}));
  EXPECT_TRUE(source().watching);
  EXPECT_EQ(source().note, "");
  EXPECT_EQ(source().documents, 2);
}

}  // namespace
}  // namespace hearth::ingest
