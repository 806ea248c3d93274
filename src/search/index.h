/// The search index over the library: keyword rows in the vault, vector codes in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/call.h"
#include "core/id.h"
#include "core/result.h"
#include "inference/embedder.h"
#include "search/searcher.h"
#include "storage/database.h"

namespace hearth::search {

/// How far the index is.
struct IndexStats {
  std::int64_t chunks = 0;     ///< Of the vault, from the start on.
  std::int64_t embedded = 0;   ///< Chunks with a vector of the present model, as far as loaded.
  bool loading = false;        ///< Memory is still being filled from the vault.
  bool vectors_ready = false;  ///< The codes are loaded: search by meaning works.
  double embed_rate = 0;       ///< Chunks per second of late; 0 when idle.
  std::string embedder;        ///< The model's name; empty when there is none.
  std::string problem;         ///< Why embedding stands still, for people; empty when it does not.
};

/// Hybrid search, and the background job that gives every chunk a vector.
///
/// Keyword rows are written in the same transaction as the chunks they come from, so a chunk is
/// findable by word the moment it exists. Vectors follow in the background, newest first, and
/// belong to one embedder; when that changes, new ones are made while the old ones still serve.
///
/// Threads: any. Errors: as `Searcher`, and those of `storage::Database`.
class Index : public Searcher {
 public:
  /// `database` and `embedder` must outlive the index. Returns at once; codes load behind it.
  [[nodiscard]] static Result<std::unique_ptr<Index>> open(storage::Database& database,
                                                           inference::Embedder& embedder);
  ~Index() override;

  [[nodiscard]] Result<Results> search(const Call& call, const Query& query) override;

  /// Writes the keyword rows of chunks that the caller has just inserted, in the caller's
  /// transaction. `chunks` are rows of table chunks of one content.
  struct NewChunk {
    ChunkId id;
    std::string_view heading;
    std::string_view text;
  };
  [[nodiscard]] Result<void> add_chunks(storage::Connection& transaction, ContentId content,
                                        std::string_view title, std::span<const NewChunk> chunks);
  /// Erases keyword rows and vectors of a content whose chunks the caller is about to delete, in
  /// the caller's transaction. The codes in memory follow on `committed`.
  [[nodiscard]] Result<void> remove_content(storage::Connection& transaction, ContentId content);
  /// Before many contents or documents are removed, in each such transaction: from here on
  /// removals, in any transaction, only mark words and names as gone. That is several times as
  /// fast; nothing finds them any more, but they stand in the file until `purge_words`.
  [[nodiscard]] Result<void> expect_many_removals(storage::Connection& transaction);
  /// Overwrites the words that are only marked as gone, in short transactions of its own, and lets
  /// `remove_content` overwrite again. Returns at once when nothing is marked. Stopped in between,
  /// or by a crash, it is done by the next call.
  [[nodiscard]] Result<void> purge_words(const Call& call);
  /// Tells the index that a transaction with `add_chunks` or `remove_content` was committed.
  void committed();

  [[nodiscard]] IndexStats stats() const;
  /// Blocks until every chunk present at the call has a vector. Unavailable when there is no
  /// embedder.
  [[nodiscard]] Result<void> wait_embedded(const Call& call);
  /// Called (from any thread) when stats changed noticeably; at most a few times per second.
  void on_progress(std::function<void()> listener);
  /// Background embedding rests while this is set (battery, a person's request in flight).
  void pause(bool paused);

 private:
  struct State;
  explicit Index(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hearth::search
