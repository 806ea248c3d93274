/// From paths to committed passages: a bounded pool of readers and one writer.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/call.h"
#include "ingest/pipeline/meter.h"
#include "ingest/store/store.h"
#include "platform/clock.h"

namespace hearth::ingest {

/// Reads that belong together and the removals that wait for them, so that a file which moved is
/// known under its new name before its old one goes.
struct Group {
  int pending = 0;
  bool sealed = false;
  std::vector<Departure> after;
};

/// Reads files on a few lanes, commits them in small transactions, counts.
///
/// A path is read by one lane at a time; a change during reading makes it be read once more. What
/// was noticed by the watcher goes before what a scan listed.
///
/// What the vault does not take is tried again after a pause. A full disk, or another program that
/// holds the vault, is waited for and shown by `wait_idle`. With any other error the files are
/// tried one by one a few times, and those that fail are `unwritten`: what the vault knew of them
/// stays, the rest goes on, and they are read again when they change and at the next start.
///
/// Threads: any. Errors: of the vault.
class Pipeline {
 public:
  enum class Urgency { Listed, Noticed };

  Pipeline(Store& store, const Reader& reader, const platform::Clock& clock, unsigned lanes);
  ~Pipeline();

  /// Waits when very many listed files queue already.
  void read(SourceId source, const std::string& path, std::int64_t size_bytes, Urgency urgency,
            const std::shared_ptr<Group>& group);
  /// A finding about a path that needs no reading (a link that leads in a circle).
  void report(Arrival arrival);
  /// No more reads join the group; its removals happen when the last of them is committed.
  void seal(const std::shared_ptr<Group>& group, std::vector<Departure> after);
  void pass(SourceId source, std::int64_t size_bytes);
  void begin_listing(SourceId source);
  void end_listing(SourceId source);
  /// Drops what is queued for a source that goes.
  void forget(SourceId source);

  [[nodiscard]] Progress progress(std::optional<SourceId> source) const;
  /// Blocks until nothing is queued, being read or uncommitted.
  [[nodiscard]] Result<void> wait_idle(const Call& call);
  /// Files of the source, or of all, that are there and that the vault did not take.
  struct Unwritten {
    std::string path;
    std::string reason;
  };
  [[nodiscard]] std::vector<Unwritten> unwritten(std::optional<SourceId> source) const;
  /// Called at most four times a second when something changed, and once at the end.
  void on_change(std::function<void()> listener);
  void notify_change();
  /// Ends the lanes; what is not committed is read again at the next start.
  void stop();

 private:
  struct Key {
    std::int64_t source;
    std::string path;
    auto operator<=>(const Key&) const = default;
  };
  struct Job {
    std::int64_t size_bytes = 0;
    bool running = false;
    bool again = false;
    std::vector<std::shared_ptr<Group>> groups;
  };
  struct Done {
    std::optional<Key> key;  ///< Nothing for reports and removals.
    std::int64_t held_bytes = 0;
    Change change;
  };
  /// Finished files with their changes beside them, or a part of such a batch.
  struct Batch {
    std::span<const Done> files;
    std::span<const Change> changes;
    [[nodiscard]] Batch part(std::size_t first, std::size_t count) const {
      return {files.subspan(first, count), changes.subspan(first, count)};
    }
  };

  void run_lane(const std::stop_token& stop);
  void run_writer(const std::stop_token& stop);
  [[nodiscard]] std::optional<Key> next_key(std::unique_lock<std::mutex>& lock,
                                            const std::stop_token& stop);
  [[nodiscard]] std::vector<Done> next_batch(std::unique_lock<std::mutex>& lock,
                                             const std::stop_token& stop);
  void write(std::vector<Done>& batch, const std::stop_token& stop);
  void write_part(const Batch& batch, int tries, const std::stop_token& stop);
  [[nodiscard]] Result<Committed> commit(const Batch& batch, int tries,
                                         const std::stop_token& stop);
  void give_up(const Batch& batch, const Error& error);
  void finish(const Batch& batch, const Committed& committed);
  void forget_unwritten(const Change& change);
  void finish_job(const Key& key, bool read_again);
  void release(Group& group);
  [[nodiscard]] bool is_idle() const;
  void call_listener(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] static std::int64_t weight(const Done& done);

  Store& store_;
  const Reader& reader_;
  const platform::Clock& clock_;

  mutable std::mutex mutex_;
  std::condition_variable_any work_;         ///< For lanes: a job, or memory, is free.
  std::condition_variable_any ready_there_;  ///< For the writer.
  std::condition_variable_any space_;        ///< For scans: the queue has room. Also: idle.
  // Guarded by mutex_.
  std::map<Key, Job> jobs_;
  std::deque<Key> noticed_;
  std::deque<Key> listed_;
  std::deque<Done> ready_;
  std::map<std::int64_t, Meter> meters_;
  Meter all_;
  std::int64_t held_bytes_ = 0;
  int writing_ = 0;
  bool stopped_ = false;
  std::string write_problem_;
  std::map<Key, std::string> unwritten_;
  int given_up_in_row_ = 0;
  std::function<void()> listener_;
  bool changed_ = false;
  std::chrono::steady_clock::time_point told_{};

  std::vector<std::jthread> lanes_;
  std::jthread writer_;
};

}  // namespace hearth::ingest
