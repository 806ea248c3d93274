/// The background job that gives every chunk a vector.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "inference/embedder.h"
#include "search/internal/follower.h"
#include "search/internal/resident.h"
#include "storage/database.h"

namespace hearth::search {

/// Loads the index, then embeds what has no vector of the present model, newest first, and writes
/// vectors in the vault before memory learns of them. A model that is changed is noticed; the old
/// vectors are erased when every chunk has a new one.
///
/// Threads: any; the work is done on a thread of its own. Errors: Unavailable, Cancelled, TimedOut.
class EmbedLane {
 public:
  EmbedLane(storage::Database& database, inference::Embedder& embedder, Resident& resident,
            Follower& follower);
  ~EmbedLane();
  EmbedLane(const EmbedLane&) = delete;
  EmbedLane& operator=(const EmbedLane&) = delete;

  void start();
  void add(std::span<const ChunkId> chunks);
  void pause(bool paused);
  /// Wakes the lane, e.g. when a model may have been installed.
  void wake();
  [[nodiscard]] Result<void> wait_embedded(const Call& call);
  void on_progress(std::function<void()> listener);

  struct State {
    double rate = 0;
    std::string problem;
    std::size_t waiting = 0;
  };
  [[nodiscard]] State state() const;
  /// Tells the listener, at most a few times a second unless something ended.
  enum class Importance { Usual, Final };
  void report(Importance importance = Importance::Usual);

 private:
  using Steady = std::chrono::steady_clock;
  struct Batch {
    std::vector<ChunkId> chunks;
    std::vector<std::string> texts;
    std::vector<inference::Vector> vectors;
  };
  void run(std::stop_token stop);
  Result<void> load(const Call& call);
  Result<void> follow_model(const Call& call);
  void list_pending();
  Result<void> embed_some(const Call& call);
  void wait_for_work(const std::stop_token& stop);
  void back_off(const std::stop_token& stop, const Error& error);
  [[nodiscard]] std::vector<ChunkId> take();
  void finish(std::span<const ChunkId> again);
  Result<Batch> read_texts(const Call& call, std::span<const ChunkId> chunks);
  Result<void> embed(const Call& call, Batch& batch);
  Result<void> embed_one_by_one(const Call& call, Batch& batch, std::size_t first,
                                std::size_t count);
  Result<void> write(const Call& call, const Batch& batch);
  Result<void> erase_old_vectors(const Call& call);
  void measure(std::size_t chunks, Steady::duration spent);
  [[nodiscard]] bool has_nothing_to_do() const;

  storage::Database& database_;
  inference::Embedder& embedder_;
  Resident& resident_;
  Follower& follower_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_:
  inference::EmbedderInfo info_;
  std::vector<ChunkId> pending_;  // ascending; the last is next
  std::vector<ChunkId> in_flight_;
  std::unordered_set<ChunkId> refused_;  // the model cannot embed them
  bool loaded_ = false;
  bool listing_ = false;  // pending_ is not complete
  bool paused_ = false;
  bool woken_ = false;
  bool old_vectors_ = true;
  double rate_ = 0;
  std::string problem_;
  Steady::duration delay_{};
  // Guarded by listener_mutex_:
  std::mutex listener_mutex_;
  std::function<void()> listener_;
  Steady::time_point reported_;

  std::jthread thread_;  // last: stops before anything above goes
};

}  // namespace hearth::search
