/// Keeps the library in step with the disk: scans sources and follows what changes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "ingest/pipeline/pipeline.h"
#include "ingest/store/store.h"
#include "ingest/walk/walker.h"
#include "platform/clock.h"
#include "platform/watch.h"

namespace hearth::ingest {

/// A scan lists everything and compares it with what the vault remembers; the watcher brings later
/// changes, gathered for a moment, path by path. Both end in the same comparison, so a change seen
/// twice is read once.
///
/// Threads: any. Errors: none; what goes wrong stands in a source's note.
class Keeper {
 public:
  /// What a person should know of a source's watching.
  struct View {
    bool watching = false;
    std::string note;
  };

  Keeper(Store& store, Pipeline& pipeline, const platform::Clock& clock,
         std::vector<std::filesystem::path> never);
  ~Keeper();

  /// A source that is dangerous is left alone, and its note says so.
  void add(const StoredSource& source);
  void remove(SourceId id);
  [[nodiscard]] View view(SourceId id) const;
  /// What the watcher saw. Changes are followed a moment later; lost ones make it look through
  /// everything again.
  void notice(const platform::WatchEvents& seen);
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Kept {
    StoredSource source;
    bool scan_queued = false;
    bool scanned = false;
    bool away = false;
    bool watch_limit = false;
    std::string trouble;
    Time scanned_at{};
  };
  struct Dirty {
    std::int64_t source;
    std::string path;
    auto operator<=>(const Dirty&) const = default;
  };

  void queue_scan(Kept& kept);
  void queue_all_scans();
  void run_scans(const std::stop_token& stop);
  void scan(const StoredSource& source, const std::stop_token& stop);
  [[nodiscard]] Result<void> look_through(const StoredSource& source, const std::stop_token& stop);
  [[nodiscard]] bool is_away(const StoredSource& source,
                             const Result<platform::FileStat>& root) const;
  void run_watch(const std::stop_token& stop);
  void take(const platform::WatchEvent& event, Time now);
  void sync_due(Time now, const std::stop_token& stop);
  void look_again(Time now);
  [[nodiscard]] Kept* find_by_path(std::string_view path);
  /// Compares what is at or below `path` with what is known, and hands on the difference.
  [[nodiscard]] Result<void> compare(const StoredSource& source, const std::string& path,
                                     Pipeline::Urgency urgency, const std::stop_token& stop,
                                     const std::shared_ptr<Group>& group,
                                     std::vector<Departure>& gone);
  void watch_folder(const StoredSource& source, const std::string& folder);

  Store& store_;
  Pipeline& pipeline_;
  const platform::Clock& clock_;
  std::vector<std::filesystem::path> never_;
  std::unique_ptr<platform::FolderWatch> watch_;  ///< Null where the system has none.

  mutable std::mutex mutex_;
  std::condition_variable_any scans_there_;
  // Guarded by mutex_.
  std::map<std::int64_t, Kept> kept_;
  std::deque<std::int64_t> scans_;
  std::map<Dirty, Time> dirty_;
  Time looked_{};

  std::jthread scanner_;
  std::jthread watcher_;
};

}  // namespace hearth::ingest
