#include "ingest/walk/keeper.h"

#include <unistd.h>

#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inference/scripted.h"
#include "storage/database.h"

namespace hearth::ingest {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class KeeperTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("hearth_keeper_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    StoredSource source;
    source.kind = "folder";
    source.path = folder_;
    source.collection = "default";
    source_ = store_.insert_source({}, source).value();
  }
  void TearDown() override {
    keeper_.stop();
    pipeline_.stop();
    fs::remove_all(folder_);
  }

  std::int64_t scanned_ms() {
    std::int64_t out = 0;
    EXPECT_TRUE(database_->read({}, [&](storage::Connection& db) -> Result<void> {
      TRY_ASSIGN(auto query, db.prepare("SELECT coalesce(max(scanned_ms), 0) FROM sources"));
      TRY_ASSIGN(const bool row, query.step());
      if (row) out = query.integer(0);
      return {};
    }));
    return out;
  }
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < deadline) {
      if (condition()) return true;
      std::this_thread::yield();
    }
    return condition();
  }

  fs::path folder_;
  inference::ScriptedEmbedder embedder_;
  std::unique_ptr<storage::Database> database_ =
      std::move(storage::Database::open_in_memory().value());
  std::unique_ptr<search::Index> index_ =
      std::move(search::Index::open(*database_, embedder_).value());
  Store store_{*database_, *index_, platform::system_clock()};
  Extractor extractor_{{.program = "/nonexistent"}};
  Reader reader_{
      extractor_, [this](const crypto::Hash& hash) { return store_.find_content({}, hash); }, {}};
  Pipeline pipeline_{store_, reader_, platform::system_clock(), 1};
  Keeper keeper_{store_, pipeline_, platform::system_clock(), {}};
  StoredSource source_;
};

TEST_F(KeeperTest, LooksThroughEverythingAgainWhenChangesWereLost) {
  keeper_.add(source_);
  ASSERT_TRUE(eventually([&] { return scanned_ms() > 0; }));
  ASSERT_TRUE(pipeline_.wait_idle({}));
  ASSERT_TRUE(database_->write({}, [](storage::Connection& db) -> Result<void> {
    return db.execute("UPDATE sources SET scanned_ms = 1");
  }));
  // Nothing on the disk changes: only the news that something was missed.
  keeper_.notice({.events = {}, .overflowed = true});
  ASSERT_TRUE(pipeline_.wait_idle({}));
  EXPECT_GT(scanned_ms(), 1);
}

TEST_F(KeeperTest, FollowsAnEventAboutAPathThatIsNotThereAnyMore) {
  keeper_.add(source_);
  ASSERT_TRUE(eventually([&] { return scanned_ms() > 0; }));
  keeper_.notice({.events = {{platform::WatchEvent::Kind::Written, false, folder_ / "gone.txt"},
                             {platform::WatchEvent::Kind::Gone, true, folder_ / "gone"},
                             {platform::WatchEvent::Kind::Written, false, "/elsewhere/x"}},
                  .overflowed = false});
  EXPECT_TRUE(eventually([&] { return pipeline_.progress(std::nullopt).idle; }));
  EXPECT_TRUE(keeper_.view(source_.id).watching);
}

}  // namespace
}  // namespace hearth::ingest
