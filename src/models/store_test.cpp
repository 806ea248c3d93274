#include "models/store.h"

#include <sys/stat.h>

#include <cstring>
#include <fstream>

#include <gmock/gmock.h>

#include "crypto/hash.h"

namespace hearth::models {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "store_test_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    auto opened = Store::open(root_ / "models");
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::make_unique<Store>(std::move(*opened));
  }
  void TearDown() override { fs::remove_all(root_); }

  fs::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(root_ / name, std::ios::binary) << bytes;
    return root_ / name;
  }

  fs::path root_;
  std::unique_ptr<Store> store_;
};

template <class T>
std::string raw(T value) {
  std::string out(sizeof value, '\0');
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}
std::string words(std::string_view value) {
  return raw(std::uint64_t{value.size()}) + std::string(value);
}

/// A GGUF file that is whole and holds one number.
std::string tiny_gguf(std::string_view architecture = "llama", std::string_view name = "Tiny") {
  std::string file = "GGUF" + raw(std::uint32_t{3}) + raw(std::uint64_t{1}) +
                     raw(std::uint64_t{3}) + words("general.architecture") + raw(std::uint32_t{8}) +
                     words(architecture) + words("general.name") + raw(std::uint32_t{8}) +
                     words(name) + words("llama.context_length") + raw(std::uint32_t{4}) +
                     raw(std::uint32_t{1024}) + words("w") + raw(std::uint32_t{1}) +
                     raw(std::uint64_t{1}) + raw(std::uint32_t{0}) + raw(std::uint64_t{0});
  file.resize((file.size() + 31) / 32 * 32 + 4, '\0');
  return file;
}

TEST_F(StoreTest, LinksAFileInsteadOfCopyingIt) {
  const fs::path file = write("my-model.gguf", tiny_gguf());
  const auto model = store_->import({}, file);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->name, "my-model");
  EXPECT_EQ(model->fingerprint, crypto::hex(crypto::sha256(crypto::bytes_of(tiny_gguf()))));
  EXPECT_EQ(model->traits.context_tokens, 1024U);
  EXPECT_EQ(fs::hard_link_count(file), 2U);
  EXPECT_TRUE(store_->import({}, file)) << "the same again is no error";
  EXPECT_EQ(store_->list({})->models.size(), 1U);
  const auto found = store_->find({}, Role::Chat);
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->main, model->main);
  EXPECT_FALSE(*store_->find({}, Role::Embedder));
}

TEST_F(StoreTest, LeavesOutAModelWhoseFileHasChanged) {
  const auto model = store_->import({}, write("m.gguf", tiny_gguf()));
  ASSERT_TRUE(model);
  std::ofstream(model->main, std::ios::app) << "x";
  const auto listing = store_->list({});
  ASSERT_TRUE(listing);
  EXPECT_TRUE(listing->models.empty());
  ASSERT_EQ(listing->problems.size(), 1U);
  EXPECT_THAT(listing->problems[0], HasSubstr("has changed"));
  // The right file again mends it.
  EXPECT_TRUE(store_->import({}, write("n.gguf", tiny_gguf())));
  EXPECT_EQ(store_->list({})->models.size(), 1U);
}

TEST_F(StoreTest, AcceptsATouchedFileWhoseBytesAreTheSame) {
  const auto model = store_->import({}, write("m.gguf", tiny_gguf()));
  fs::last_write_time(model->main, fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_EQ(store_->list({})->models.size(), 1U);
}

// What is to be hashed may be set aside, so that nobody waits for it.
TEST_F(StoreTest, SetsATouchedFileAsideUntilItIsChecked) {
  const auto model = store_->import({}, write("m.gguf", tiny_gguf()));
  const auto untouched = store_->list({}, Store::Touched::SetAside);
  EXPECT_EQ(untouched->models.size(), 1U);
  EXPECT_TRUE(untouched->touched.empty());
  fs::last_write_time(model->main, fs::file_time_type::clock::now() + std::chrono::hours(1));
  const auto touched = store_->list({}, Store::Touched::SetAside);
  EXPECT_TRUE(touched->models.empty());
  ASSERT_EQ(touched->touched.size(), 1U);
  EXPECT_EQ(touched->touched[0].name, model->name);
  const auto checked = store_->check({}, model->fingerprint);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->main, model->main);
  const auto after = store_->list({}, Store::Touched::SetAside);
  EXPECT_EQ(after->models.size(), 1U) << "it is not hashed at every start";
}

TEST_F(StoreTest, FindsATouchedFileOfOtherBytesOut) {
  const auto model = store_->import({}, write("m.gguf", tiny_gguf()));
  std::string other = tiny_gguf();
  other.back() = 'x';
  std::ofstream(model->main, std::ios::binary) << other;
  fs::last_write_time(model->main, fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_EQ(store_->list({}, Store::Touched::SetAside)->touched.size(), 1U);
  EXPECT_EQ(store_->check({}, model->fingerprint).error().code, Code::Corrupt);
  EXPECT_EQ(store_->list({}, Store::Touched::SetAside)->touched.size(), 1U);
  std::ofstream(model->main, std::ios::app) << "longer";
  EXPECT_EQ(store_->list({}, Store::Touched::SetAside)->problems.size(), 1U)
      << "another size needs no hash";
}

TEST_F(StoreTest, RefusesWhatIsNoModel) {
  EXPECT_EQ(store_->import({}, write("a.gguf", "hello")).error().code, Code::Invalid);
  EXPECT_EQ(store_->import({}, write("b.gguf", tiny_gguf().substr(0, 40))).error().code,
            Code::Corrupt);
  EXPECT_EQ(store_->import({}, root_ / "missing.gguf").error().code, Code::NotFound);
  EXPECT_EQ(store_->import({}, root_).error().code, Code::Invalid);
  EXPECT_TRUE(store_->list({})->models.empty());
  for (const auto& item : fs::directory_iterator(store_->folder())) {
    ADD_FAILURE() << "left behind: " << item.path();
  }
}

TEST_F(StoreTest, RefusesAFileThatIsAlmostEmptyOrNoFile) {
  const fs::path sparse = write("sparse.gguf", tiny_gguf());
  fs::resize_file(sparse, std::uintmax_t{256} << 30U);
  const auto refused = store_->import({}, sparse);
  EXPECT_EQ(refused.error().code, Code::Invalid);
  EXPECT_THAT(refused.error().message, HasSubstr("almost empty"));
  ASSERT_EQ(::mkfifo((root_ / "pipe.gguf").c_str(), 0600), 0);
  EXPECT_EQ(store_->import({}, root_ / "pipe.gguf").error().code, Code::Invalid);
}

TEST_F(StoreTest, ReadsOnlyTheHeadOfALongFile) {
  // Its words go on behind what is read of a file.
  std::string file = "GGUF" + raw(std::uint32_t{3}) + raw(std::uint64_t{1}) +
                     raw(std::uint64_t{1}) + words("tokens") + raw(std::uint32_t{9}) +
                     raw(std::uint32_t{8}) + raw(std::uint64_t{9'900'000});
  file.resize(72U << 20U, '\0');
  const auto refused = store_->import({}, write("words.gguf", file));
  EXPECT_EQ(refused.error().code, Code::Invalid);
  EXPECT_THAT(refused.error().message, HasSubstr("describes itself in more than 64 MB"));
}

TEST_F(StoreTest, OutlivesAFileThatIsCutWhileItIsRead) {
  const std::string bytes = tiny_gguf() + std::string(40U << 20, 'x');
  const fs::path file = write("m.gguf", bytes);
  const auto model = store_->import({}, file, [&](const ImportProgress& at) {
    if (at.done < 20U << 20U) fs::resize_file(file, 100);
  });
  EXPECT_EQ(model.error().code, Code::Corrupt) << "its bytes are not those that were hashed";
}

TEST_F(StoreTest, SaysWhatAFileIsThatIsNoChatModel) {
  const auto embedder = store_->import({}, write("e.gguf", tiny_gguf("nomic-bert")));
  EXPECT_EQ(embedder.error().code, Code::Invalid);
  EXPECT_THAT(embedder.error().message, HasSubstr("embedding model"));
}

TEST_F(StoreTest, TellsHowFarItIs) {
  const fs::path file = write("m.gguf", tiny_gguf() + std::string(40U << 20, 'x'));
  std::vector<std::uint64_t> seen;
  ASSERT_TRUE(store_->import({}, file, [&](const ImportProgress& at) {
    EXPECT_EQ(at.stage, "checking");
    EXPECT_EQ(at.total, fs::file_size(file));
    seen.push_back(at.done);
  }));
  EXPECT_THAT(seen, ::testing::ElementsAre(16U << 20, 32U << 20));
}

TEST_F(StoreTest, StopsWhenThePersonStops) {
  std::stop_source stop;
  Call call;
  call.stop = stop.get_token();
  const fs::path file = write("m.gguf", tiny_gguf() + std::string(40U << 20, 'x'));
  const auto model =
      store_->import(call, file, [&](const ImportProgress&) { stop.request_stop(); });
  EXPECT_EQ(model.error().code, Code::Cancelled);
  EXPECT_TRUE(store_->list({})->models.empty());
}

TEST_F(StoreTest, NamesAModelSoThatItCanBeTyped) {
  EXPECT_EQ(store_->import({}, write("my model\n\xff.gguf", tiny_gguf("llama", "a")))->name,
            "my-model-\xEF\xBF\xBD");
  EXPECT_EQ(store_->import({}, write("sha256-0123abcd", tiny_gguf("llama", "Some Model")))->name,
            "Some-Model");
  EXPECT_EQ(store_->import({}, write("...gguf", tiny_gguf("llama", "c")))->name, "model");
}

TEST_F(StoreTest, GivesASecondModelOfOneNameANameOfItsOwn) {
  ASSERT_TRUE(store_->import({}, write("m.gguf", tiny_gguf("llama", "first"))));
  // Another file of that name: writing into the first would change the model that links to it.
  fs::remove(root_ / "m.gguf");
  const auto second = store_->import({}, write("m.gguf", tiny_gguf("llama", "other")));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->name, "m-" + second->fingerprint.substr(0, 8));
  const auto posing =
      store_->import({}, write("tinyllama-1.1b-chat.gguf", tiny_gguf("llama", "x")));
  EXPECT_NE(posing->name, "tinyllama-1.1b-chat") << "only the catalogue's own file is called so";
}

TEST_F(StoreTest, FollowsALinkToTheFile) {
  fs::create_symlink(write("blob", tiny_gguf()), root_ / "nice-name.gguf");
  const auto model = store_->import({}, root_ / "nice-name.gguf");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->name, "nice-name");
  EXPECT_FALSE(fs::is_symlink(model->main));
}

TEST_F(StoreTest, ForgetsAModelAndLeavesThePersonsOwnFile) {
  const fs::path file = write("m.gguf", tiny_gguf());
  ASSERT_TRUE(store_->import({}, file));
  ASSERT_TRUE(store_->remove({}, "m"));
  EXPECT_TRUE(fs::exists(file));
  EXPECT_EQ(store_->remove({}, "m").error().code, Code::NotFound);
}

TEST_F(StoreTest, DoesNotBringBackFromTheCacheWhatThePersonRemoved) {
  const fs::path cache = HEARTH_TEST_MODELS_DIR;
  if (!fs::exists(cache / "models.json")) GTEST_SKIP() << "no models in the cache";
  ASSERT_TRUE(store_->import_cache({}, cache));
  const Model embedder = **store_->find({}, Role::Embedder);
  ASSERT_TRUE(store_->remove({}, embedder.name));
  EXPECT_TRUE(store_->was_removed(embedder.fingerprint));
  EXPECT_EQ(*store_->import_cache({}, cache), 0U);
  EXPECT_FALSE(*store_->find({}, Role::Embedder));
  // Asked for by name, it comes again.
  ASSERT_TRUE(store_->import({}, cache / embedder.fingerprint / embedder.main.filename()));
  EXPECT_FALSE(store_->was_removed(embedder.fingerprint));
}

TEST_F(StoreTest, TakesInWhatSetupLeftInTheCache) {
  const fs::path cache = HEARTH_TEST_MODELS_DIR;
  if (!fs::exists(cache / "models.json")) GTEST_SKIP() << "no models in the cache";
  const auto came = store_->import_cache({}, cache);
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_GE(*came, 1U);
  EXPECT_EQ(*store_->import_cache({}, cache), 0U);
  const auto embedder = store_->find({}, Role::Embedder);
  ASSERT_TRUE(*embedder);
  EXPECT_EQ((*embedder)->name, "bge-small-en-v1.5");
  EXPECT_EQ((*embedder)->traits.dimensions, 384U);
  EXPECT_TRUE(fs::exists((*embedder)->tokenizer));
}

TEST_F(StoreTest, FindsNoCacheWhereThereIsNone) {
  EXPECT_EQ(*store_->import_cache({}, root_ / "nowhere"), 0U);
}

TEST(Catalogue, IsWholeAndItsHashesAreHashes) {
  EXPECT_GE(catalogue().size(), 4U);
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_FALSE(entry.about.empty()) << entry.name;
    EXPECT_GT(entry.traits.memory_bytes, 0U) << entry.name;
    EXPECT_FALSE(entry.file("main")->sources.empty()) << entry.name;
    for (const CatalogueFile& file : entry.files) {
      EXPECT_EQ(file.sha256.size(), 64U) << entry.name;
      EXPECT_GT(file.bytes, 0U) << entry.name;
    }
    EXPECT_EQ(&entry, find_entry(entry.name));
  }
  EXPECT_EQ(find_entry_by_sha256(""), nullptr);
  EXPECT_EQ(find_entry("nothing"), nullptr);
  EXPECT_EQ(find_unhashed_entry("model.onnx"), nullptr) << "its hash is known";
  EXPECT_EQ(find_entry("bge-small-en-v1.5")->traits.dimensions, 384U);
}

TEST(Catalogue, RecommendsByMemoryAndCores) {
  constexpr std::uint64_t kGB = 1'000'000'000;
  EXPECT_EQ(recommend(Role::Chat, {1 * kGB, 1}).entry, nullptr);
  EXPECT_EQ(recommend(Role::Chat, {2 * kGB, 2}).entry->name, "tinyllama-1.1b-chat");
  EXPECT_EQ(recommend(Role::Chat, {8 * kGB, 2}).entry->name, "qwen2.5-1.5b-instruct");
  EXPECT_EQ(recommend(Role::Chat, {24 * kGB, 2}).entry->name, "qwen3-4b-instruct-2507");
  EXPECT_EQ(recommend(Role::Chat, {32 * kGB, 8}).entry->name, "qwen3-4b-instruct-2507");
  EXPECT_THAT(recommend(Role::Chat, {8 * kGB, 2}).reason, HasSubstr("2 cores"));
  EXPECT_EQ(recommend(Role::Embedder, {8 * kGB, 2}).entry->name, "bge-small-en-v1.5");
}

}  // namespace
}  // namespace hearth::models
