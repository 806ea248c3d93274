/// A small library in memory for this room's tests.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/format.h"
#include "core/text.h"
#include "inference/scripted.h"
#include "search/index.h"
#include "storage/database.h"

namespace hearth::search {

inline Call soon() {
  Call call;
  call.deadline = Call::Clock::now() + std::chrono::seconds(60);
  return call;
}

/// A document to add. `passages` become the chunks.
struct TestDocument {
  std::string path;
  std::vector<std::string> passages;
  std::string heading = {};
  std::string title = {};
  std::string media_type = "text/plain";
  std::string collection = "home";
  std::int64_t modified_ms = 1'000;
};

class TestLibrary {
 public:
  explicit TestLibrary(inference::Embedder& embedder) : embedder_(embedder) {
    auto opened = storage::Database::open_in_memory();
    EXPECT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    reopen();
  }

  void reopen() {
    index_.reset();
    auto opened = Index::open(*database_, embedder_);
    EXPECT_TRUE(opened) << opened.error().message;
    index_ = std::move(*opened);
  }

  [[nodiscard]] Index& index() { return *index_; }
  [[nodiscard]] storage::Database& database() { return *database_; }

  ContentId add(const TestDocument& document) {
    ContentId content;
    const auto done = database_->write(soon(), [&](storage::Connection& db) -> Result<void> {
      TRY_ASSIGN(content, insert(db, document));
      return {};
    });
    EXPECT_TRUE(done) << done.error().message;
    index_->committed();
    return content;
  }

  /// In the caller's transaction, as ingest does it.
  Result<ContentId> insert(storage::Connection& db, const TestDocument& document) {
    const std::string text = joined(document.passages);
    TRY_ASSIGN(auto content, db.prepare("INSERT INTO contents (hash, media_type, title, text, "
                                        "characters) VALUES (?1, ?2, ?3, ?4, ?5)"));
    const std::string hash = format("{}#{}", document.path, ++serial_);
    content.bind_blob(1, std::as_bytes(std::span(hash)))
        .bind(2, document.media_type)
        .bind(3, document.title)
        .bind(4, text)
        .bind(5, text::count_code_points(text));
    TRY(content.run());
    const ContentId id{db.last_insert_id()};
    TRY(insert_document(db, document, id));
    TRY(insert_chunks(db, document, id, text));
    return id;
  }

  void remove(ContentId content) {
    const auto done =
        database_->write(soon(), [&](storage::Connection& db) { return erase(db, content); });
    EXPECT_TRUE(done) << done.error().message;
    index_->committed();
  }

  Result<void> erase(storage::Connection& db, ContentId content) {
    TRY(index_->remove_content(db, content));
    TRY_ASSIGN(auto documents, db.prepare("DELETE FROM documents WHERE content_id = ?1"));
    documents.bind(1, content.value);
    TRY(documents.run());
    TRY_ASSIGN(auto contents, db.prepare("DELETE FROM contents WHERE id = ?1"));
    contents.bind(1, content.value);
    return contents.run();
  }

  void wait() {
    const auto done = index_->wait_embedded(soon());
    EXPECT_TRUE(done) << done.error().message;
  }

  /// How `find` and `paths` ask.
  bool near_misses = false;

  [[nodiscard]] Results find(std::string text, std::size_t k = 10, Filter filter = {}) {
    auto results = index_->search(soon(), {.text = std::move(text),
                                           .k = k,
                                           .filter = std::move(filter),
                                           .explain = true,
                                           .near_misses = near_misses});
    EXPECT_TRUE(results) << results.error().message;
    return results ? std::move(*results) : Results{};
  }

  /// The paths of the hits, best first.
  [[nodiscard]] std::vector<std::string> paths(std::string text, std::size_t k = 10,
                                               Filter filter = {}) {
    std::vector<std::string> out;
    for (const Hit& hit : find(std::move(text), k, std::move(filter)).hits) {
      out.push_back(hit.path);
    }
    return out;
  }

 private:
  static std::string joined(const std::vector<std::string>& passages) {
    std::string text;
    for (const std::string& passage : passages) text += passage;
    return text;
  }

  Result<void> insert_document(storage::Connection& db, const TestDocument& document,
                               ContentId content) {
    TRY_ASSIGN(auto source, db.prepare("INSERT INTO sources (kind, path, collection, added_ms) "
                                       "VALUES ('folder', ?1, ?1, 0) ON CONFLICT DO NOTHING"));
    source.bind(1, document.collection);
    TRY(source.run());
    TRY_ASSIGN(auto row, db.prepare("INSERT INTO documents (source_id, path, content_id, "
                                    "size_bytes, modified_ns, inode, seen_ms) "
                                    "SELECT id, ?1, ?2, 0, ?3, 0, 0 FROM sources WHERE path = ?4"));
    row.bind(1, document.path).bind(2, content.value).bind(3, document.modified_ms * 1'000'000);
    row.bind(4, document.collection);
    return row.run();
  }

  Result<void> insert_chunks(storage::Connection& db, const TestDocument& document,
                             ContentId content, const std::string& text) {
    std::vector<Index::NewChunk> chunks;
    std::size_t start = 0;
    std::int64_t ordinal = 0;
    TRY_ASSIGN(auto row,
               db.prepare("INSERT INTO chunks (content_id, ordinal, start_byte, end_byte, "
                          "start_char, end_char, heading, text) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
    for (const std::string& passage : document.passages) {
      const std::size_t first = text::count_code_points(std::string_view(text).substr(0, start));
      row.bind(1, content.value).bind(2, ordinal++).bind(3, start);
      row.bind(4, start + passage.size()).bind(5, first);
      row.bind(6, first + text::count_code_points(passage));
      row.bind(7, document.heading).bind(8, passage);
      TRY(row.run());
      chunks.push_back({ChunkId{db.last_insert_id()}, document.heading, passage});
      start += passage.size();
    }
    return index_->add_chunks(db, content, document.title, chunks);
  }

  inference::Embedder& embedder_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<Index> index_;
  int serial_ = 0;
};

}  // namespace hearth::search
