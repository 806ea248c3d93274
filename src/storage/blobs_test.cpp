#include "storage/blobs.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "core/format.h"
#include "platform/random.h"

namespace hearth::storage {
namespace {

namespace fs = std::filesystem;
using crypto::bytes_of;

class Blobs : public ::testing::Test {
 protected:
  Blobs()
      : folder_(fs::temp_directory_path() / format("hearth-blobs-{}", platform::random_hex(6))),
        key_(crypto::SecretBytes::random(crypto::kKeyBytes)) {}
  ~Blobs() override { fs::remove_all(folder_); }

  BlobStore open() const { return *BlobStore::open(folder_, key_.view()); }
  static std::string contents(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 7 % 23);
    return text;
  }
  fs::path only_file() const {
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) return entry.path();
    }
    return {};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(fs::recursive_directory_iterator(folder_),
                              [](const auto& e) { return e.is_regular_file(); }));
  }

  fs::path folder_;
  crypto::SecretBytes key_;
  Call call_;
};

TEST_F(Blobs, GivesBackEverySizeAroundAPiece) {
  const BlobStore store = open();
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 131072U, 300'000U}) {
    const auto id = store.put(bytes_of(contents(size)));
    ASSERT_TRUE(id) << id.error().message;
    const auto bytes = open().get(call_, *id, size);
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_EQ(crypto::text_of(*bytes), contents(size));
  }
}

TEST_F(Blobs, ThePiecesInWhichBytesArriveDoNotMatter) {
  const BlobStore store = open();
  const std::string text = contents(200'000);
  const auto whole = store.put(bytes_of(text));
  for (const std::size_t piece : {1000U, 65536U, 65537U}) {
    auto writer = store.create();
    ASSERT_TRUE(writer);
    for (std::size_t at = 0; at < text.size(); at += piece) {
      ASSERT_TRUE(writer->append(bytes_of(std::string_view(text).substr(at, piece))));
    }
    EXPECT_EQ(writer->finish().value(), *whole);
  }
  EXPECT_EQ(files(), 1U);
}

TEST_F(Blobs, StoresEqualBytesOnceAndUnderAnotherNameInAnotherVault) {
  const BlobStore store = open();
  const auto first = store.put(bytes_of("a letter"));
  EXPECT_EQ(store.put(bytes_of("a letter")).value(), *first);
  EXPECT_EQ(files(), 1U);
  const auto other_key = crypto::SecretBytes::random(crypto::kKeyBytes);
  const auto other = BlobStore::open(folder_ / "other", other_key.view());
  EXPECT_NE(other->put(bytes_of("a letter")).value(), *first);
}

TEST_F(Blobs, ShowsNeitherContentNorItsHash) {
  const std::string text = "the safe opens with 4711";
  ASSERT_TRUE(open().put(bytes_of(text)));
  const auto on_disk = platform::read_file(only_file(), 10'000);
  EXPECT_EQ(on_disk->find("4711"), std::string::npos);
  EXPECT_NE(only_file().filename().string(), crypto::hex(crypto::hash(text)));
  EXPECT_TRUE(platform::is_private(only_file()).value());
}

TEST_F(Blobs, AnAbandonedWriteLeavesNothing) {
  const BlobStore store = open();
  {
    auto writer = store.create();
    ASSERT_TRUE(writer->append(bytes_of(contents(100'000))));
  }
  EXPECT_EQ(files(), 0U);
}

TEST_F(Blobs, WhatACrashLeftIsRemovedAtTheNextStart) {
  open();
  std::ofstream(folder_ / "new-0011223344556677") << "half a blob";
  const BlobStore store = open();
  EXPECT_EQ(files(), 0U);
  EXPECT_TRUE(store.list()->empty());
}

TEST_F(Blobs, EveryChangeAndEveryCutOnTheDiskIsCorrupt) {
  const BlobStore store = open();
  const auto id = store.put(bytes_of(contents(70'000)));
  const fs::path path = only_file();
  const std::string good = *platform::read_file(path, 100'000);
  const auto expect_corrupt = [&](const std::string& bytes, const std::string& what) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    const auto got = store.get(call_, *id, 100'000);
    ASSERT_FALSE(got) << what;
    EXPECT_EQ(got.error().code, Code::Corrupt) << what;
  };
  for (const std::size_t at : {0UL, 9UL, 40UL, 1000UL, 65'600UL, good.size() - 1}) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    expect_corrupt(changed, format("byte {}", at));
  }
  for (const std::size_t size : {0UL, 5UL, 32UL, 65'585UL, 65'600UL, good.size() - 1}) {
    expect_corrupt(good.substr(0, size), format("cut at {}", size));
  }
  expect_corrupt(good + "x", "a byte more");
  std::ofstream(path, std::ios::binary | std::ios::trunc) << good;
  EXPECT_TRUE(store.get(call_, *id, 100'000));
}

TEST_F(Blobs, AnotherBlobInItsPlaceIsCorrupt) {
  const BlobStore store = open();
  const auto first = store.put(bytes_of("first"));
  const fs::path path = only_file();
  fs::rename(path, folder_ / "kept");
  ASSERT_TRUE(store.put(bytes_of("second")));
  fs::path second;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (entry.is_regular_file() && entry.path().filename() != "kept") second = entry.path();
  }
  fs::rename(second, path);
  const auto got = store.get(call_, *first, 100);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::Corrupt) << got.error().message;
}

TEST_F(Blobs, ListsFindsAndRemoves) {
  const BlobStore store = open();
  const auto a = store.put(bytes_of("a"));
  const auto b = store.put(bytes_of("b"));
  auto all = *store.list();
  EXPECT_EQ(all.size(), 2U);
  EXPECT_TRUE(std::ranges::find(all, *a) != all.end());
  ASSERT_TRUE(store.remove(*a));
  EXPECT_TRUE(store.remove(*a));
  EXPECT_FALSE(store.contains(*a));
  EXPECT_TRUE(store.contains(*b));
  EXPECT_EQ(store.list()->size(), 1U);
  const auto gone = store.get(call_, *a, 10);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Code::NotFound);
}

TEST_F(Blobs, ReadingHasALimitAndCanBeStopped) {
  const BlobStore store = open();
  const auto id = store.put(bytes_of(contents(200'000)));
  const auto large = store.get(call_, *id, 199'999);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Code::Exhausted);
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = store.get({.stop = stop.get_token()}, *id, 200'000);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::Cancelled);
}

}  // namespace
}  // namespace hearth::storage
