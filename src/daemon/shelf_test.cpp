#include "daemon/shelf.h"

#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "models/catalogue.h"

namespace hearth::daemon {
namespace {

namespace fs = std::filesystem;
using models::Role;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string main_sha256(const char* name) { return models::find_entry(name)->file("main")->sha256; }

// A home without models, and a cache as `./dev setup` leaves it.
class ShelfTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "shelf_test_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    fs::create_directories(root_ / "cache");
  }
  void TearDown() override { fs::remove_all(root_); }

  std::unique_ptr<Shelf> open() const { return Shelf::open(root_ / "models", root_ / "cache"); }

  // The real files of the cache that the tests' models come from, linked.
  void cache_the_embedder() {
    const std::string sha256 = main_sha256("bge-small-en-v1.5");
    fs::create_directories(root_ / "cache" / sha256);
    for (const char* file : {"model.onnx", "tokenizer.json"}) {
      const fs::path from = fs::path(HEARTH_TEST_MODELS_DIR) / sha256 / file;
      ASSERT_TRUE(fs::exists(from)) << from << " is missing: run ./dev setup";
      fs::copy_file(from, root_ / "cache" / sha256 / file);
    }
    if (!listed_.empty()) listed_ += ", ";
    listed_ +=
        R"({"name": "bge-small-en-v1.5", "main": "model.onnx", "sha256": ")" + sha256 + "\"}";
    list();
  }
  // A file of the right name and size whose bytes are all zero.
  void cache_a_damaged_chat_model() {
    const std::string sha256 = main_sha256("tinyllama-1.1b-chat");
    fs::create_directories(root_ / "cache" / sha256);
    std::ofstream(root_ / "cache" / sha256 / "model.bin").close();
    fs::resize_file(root_ / "cache" / sha256 / "model.bin", 64U << 20U);
    if (!listed_.empty()) listed_ += ", ";
    listed_ +=
        R"({"name": "tinyllama-1.1b-chat", "main": "model.bin", "sha256": ")" + sha256 + "\"}";
    list();
  }
  void list() const {
    std::ofstream(root_ / "cache" / "models.json")
        << R"({"version": 1, "models": [)" << listed_ << "]}";
  }

  fs::path root_;
  std::string listed_;
};

TEST_F(ShelfTest, ShowsANewModelAtOnceAndSettlesItLater) {
  cache_the_embedder();
  const auto shelf = open();
  const auto expected = shelf->find(Role::Embedder);
  ASSERT_TRUE(expected);
  EXPECT_EQ(expected->model.name, "bge-small-en-v1.5");
  EXPECT_FALSE(expected->settled) << "its file was not hashed yet";
  EXPECT_FALSE(shelf->find(Role::Chat));
  int settled = 0;
  shelf->settle({}, [&] {
    ++settled;
    EXPECT_TRUE(shelf->find(Role::Embedder)->settled);
  });
  EXPECT_EQ(settled, 1);
  EXPECT_THAT(shelf->checking(), IsEmpty());
  EXPECT_TRUE(fs::exists(shelf->find(Role::Embedder)->model.main));
  EXPECT_TRUE(open()->find(Role::Embedder)->settled) << "the next start hashes nothing";
}

TEST_F(ShelfTest, ATouchedModelIsHashedOnceAndNotBeforeItIsShown) {
  cache_the_embedder();
  auto shelf = open();
  shelf->settle({}, [] {});
  const fs::path main = shelf->find(Role::Embedder)->model.main;
  fs::last_write_time(main, fs::file_time_type::clock::now() + std::chrono::hours(1));
  shelf = open();
  ASSERT_TRUE(shelf->find(Role::Embedder));
  EXPECT_FALSE(shelf->find(Role::Embedder)->settled);
  shelf->settle({}, [] {});
  EXPECT_TRUE(shelf->find(Role::Embedder)->settled);
  EXPECT_TRUE(open()->find(Role::Embedder)->settled);
}

TEST_F(ShelfTest, ADamagedModelOfTheStoreBecomesAProblem) {
  cache_the_embedder();
  auto shelf = open();
  shelf->settle({}, [] {});
  const fs::path main = shelf->find(Role::Embedder)->model.main;
  const auto bytes = fs::file_size(main);
  fs::remove(main);
  std::ofstream(main).close();
  fs::resize_file(main, bytes);
  shelf = open();
  EXPECT_THAT(shelf->problems(), IsEmpty());
  shelf->settle({}, [] {});
  EXPECT_FALSE(shelf->find(Role::Embedder));
  ASSERT_EQ(shelf->problems().size(), 1U);
  EXPECT_THAT(shelf->problems()[0], HasSubstr("has changed since it was installed"));
}

TEST_F(ShelfTest, EmbeddersComeFirstAndADamagedCacheHoldsNothingUp) {
  cache_a_damaged_chat_model();
  cache_the_embedder();
  const auto shelf = open();
  EXPECT_FALSE(shelf->find(Role::Chat)->settled);
  std::vector<bool> chat_is_there;
  shelf->settle({}, [&] { chat_is_there.push_back(shelf->find(Role::Chat).has_value()); });
  EXPECT_THAT(chat_is_there, testing::ElementsAre(true, false));
  EXPECT_TRUE(shelf->find(Role::Embedder)->settled);
}

TEST_F(ShelfTest, StopsAtOnceAndGoesOnAtTheNextStart) {
  cache_the_embedder();
  std::stop_source stop;
  stop.request_stop();
  Call call;
  call.stop = stop.get_token();
  const auto shelf = open();
  shelf->settle(call, [] { ADD_FAILURE() << "nothing was settled"; });
  EXPECT_FALSE(shelf->find(Role::Embedder)->settled);
  EXPECT_FALSE(open()->find(Role::Embedder)->settled);
}

}  // namespace
}  // namespace hearth::daemon
