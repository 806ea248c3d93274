/// Keeps memory in step with the vault.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "inference/embedder.h"
#include "search/internal/resident.h"
#include "storage/database.h"

namespace hearth::search {

/// Loads `Resident` from the vault and follows what is committed there. Memory learns of a change
/// only by reading it from the vault, so a transaction that was rolled back leaves no trace.
///
/// Threads: any. Errors: those of `storage::Database`.
class Follower {
 public:
  Follower(storage::Database& database, Resident& resident);

  /// Called with the ids of chunks that were read for the first time, ascending. Set before `load`.
  void on_new_chunks(std::function<void(std::span<const ChunkId>)> listener);

  /// Reads everything anew: places, the vectors of `info` (none when it names no model), words.
  /// Search falls back on the vault meanwhile.
  [[nodiscard]] Result<void> load(const Call& call, const inference::EmbedderInfo& info);
  /// Reads the vectors of another embedder in place of the present ones.
  [[nodiscard]] Result<void> load_vectors(const Call& call, const inference::EmbedderInfo& info);

  /// Remembers that a content's chunks are about to be deleted.
  void expect_removal(ContentId content);
  /// Reads what was committed since the last time. Returns when memory knows it, or at once while
  /// memory is being loaded: then search asks the vault.
  void committed();

  /// False while memory is being filled for the first time, or anew.
  [[nodiscard]] bool loaded() const { return loaded_; }
  /// True when a commit was announced and not read yet.
  [[nodiscard]] bool behind() const { return read_.load() != announced_.load(); }
  /// True when so much was erased that reading anew would save memory.
  [[nodiscard]] bool wants_reload() const;
  /// While many contents are being removed nothing is read anew: it would have to be done again,
  /// and so long a read keeps the write-ahead log from being emptied.
  void expect_many_removals(bool expected) { many_removals_ = expected; }

 private:
  Result<void> read_places(storage::Connection& db);
  Result<void> read_vectors(storage::Connection& db, const inference::EmbedderInfo& info);
  Result<void> read_words(storage::Connection& db, const Call& call);
  Result<void> refresh(const Call& call);
  Result<void> catch_up(const Call& call);
  Result<void> refresh_removed(storage::Connection& db);
  Result<std::vector<ChunkId>> refresh_added(storage::Connection& db);

  storage::Database& database_;
  Resident& resident_;
  std::function<void(std::span<const ChunkId>)> on_new_chunks_;
  std::atomic<bool> loaded_ = false;
  std::atomic<bool> many_removals_ = false;
  std::atomic<std::uint64_t> announced_ = 0;  // commits
  std::atomic<std::uint64_t> read_ = 0;       // of them; written under reading_
  // Held by whoever reads from the vault into memory:
  std::mutex reading_;
  TermReader reader_;
  // Guarded by removed_mutex_:
  std::mutex removed_mutex_;
  std::vector<ContentId> removed_;
};

}  // namespace hearth::search
