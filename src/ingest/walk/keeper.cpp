#include "ingest/walk/keeper.h"

#include <algorithm>

#include "core/log.h"

namespace hearth::ingest {
namespace {

using namespace std::chrono_literals;

constexpr auto kGather = 200ms;    // after a change, for what comes with it
constexpr auto kGrowing = 1000ms;  // while a file is still being written
constexpr auto kLookAway = 2s;     // how often an absent folder is looked for
constexpr auto kRescan = 60s;      // without watches
constexpr auto kTick = 500ms;

constexpr const char* kAwayNote =
    "It is not there now (moved, deleted, or on a disk that is away). What was read from it can still "
    "be found; remove the source to forget it.";
constexpr const char* kDangerousNote =
    "The core ended four times while it looked through this source, so it is left alone now; what was read "
    "from it can still be found. To try once more, add it again with hearth add.";
constexpr const char* kLimitNote =
    "It has more folders than the system lets programs watch, so it is looked through once a minute; "
    "raise fs.inotify.max_user_watches to see changes at once.";

Call system_call(const std::stop_token& stop) {
  Call call;
  call.stop = stop;
  return call;
}

}  // namespace

Keeper::Keeper(Store& store, Pipeline& pipeline, const platform::Clock& clock,
               std::vector<std::filesystem::path> never)
    : store_(store), pipeline_(pipeline), clock_(clock), never_(std::move(never)) {
  if (auto watch = platform::FolderWatch::open()) {
    watch_ = std::move(*watch);
  } else {
    log::warn("ingest: folders are not watched: {}", watch.error().message);
  }
  scanner_ = std::jthread([this](const std::stop_token& stop) { run_scans(stop); });
  watcher_ = std::jthread([this](const std::stop_token& stop) { run_watch(stop); });
}

Keeper::~Keeper() { stop(); }

void Keeper::stop() {
  scanner_.request_stop();
  watcher_.request_stop();
  scans_there_.notify_all();
  if (watch_) watch_->wake();
  if (scanner_.joinable()) scanner_.join();
  if (watcher_.joinable()) watcher_.join();
}

void Keeper::add(const StoredSource& source) {
  const std::scoped_lock lock(mutex_);
  Kept& kept = kept_[source.id.value];
  kept.source = source;
  queue_scan(kept);
}

void Keeper::remove(SourceId id) {
  std::string path;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(id.value);
    if (found == kept_.end()) return;
    path = found->second.source.path;
    kept_.erase(found);
    std::erase_if(dirty_, [&](const auto& entry) {
      if (entry.first.source != id.value) return false;
      pipeline_.end_listing(id);
      return true;
    });
  }
  if (watch_) watch_->remove_below(path);
}

Keeper::View Keeper::view(SourceId id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = kept_.find(id.value);
  if (found == kept_.end()) return {};
  const Kept& kept = found->second;
  if (kept.source.is_dangerous()) return {false, kDangerousNote};
  if (kept.away) return {false, kAwayNote};
  if (kept.watch_limit) return {false, kLimitNote};
  if (!watch_)
    return {false, "This system does not report changes; it is looked through once a minute."};
  return {kept.scanned || kept.scan_queued, kept.trouble};
}

void Keeper::queue_scan(Kept& kept) {
  if (kept.scan_queued || kept.source.is_dangerous()) return;
  kept.scan_queued = true;
  pipeline_.begin_listing(kept.source.id);
  scans_.push_back(kept.source.id.value);
  scans_there_.notify_one();
}

void Keeper::queue_all_scans() {
  const std::scoped_lock lock(mutex_);
  for (auto& [_, kept] : kept_) queue_scan(kept);
}

void Keeper::run_scans(const std::stop_token& stop) {
  // What a removal that was cut short has left.
  if (const auto swept = store_.sweep(system_call(stop)); !swept) {
    log::warn("ingest: {}", swept.error().message);
  }
  for (;;) {
    StoredSource source;
    std::int64_t id = 0;
    {
      std::unique_lock lock(mutex_);
      if (!scans_there_.wait(lock, stop, [&] { return !scans_.empty(); })) return;
      id = scans_.front();
      scans_.pop_front();
      if (const auto found = kept_.find(id); found != kept_.end()) {
        found->second.scan_queued = false;
        source = found->second.source;
      }
    }
    if (source.id) scan(source, stop);
    pipeline_.end_listing(SourceId{id});
    pipeline_.notify_change();
    if (stop.stop_requested()) return;
  }
}

// A folder that is there and empty, yet another one than before, is the place where a disk was.
bool Keeper::is_away(const StoredSource& source, const Result<platform::FileStat>& root) const {
  if (!root) return true;
  const bool is_folder = root->kind == platform::EntryKind::Folder;
  if (is_folder != (source.kind == "folder")) return true;
  if (!is_folder) return false;
  if (source.root_inode == 0) return false;
  if (source.root_device == root->device && source.root_inode == root->inode) return false;
  const auto entries = platform::list_folder(source.path);
  return entries && entries->empty();
}

void Keeper::scan(const StoredSource& source, const std::stop_token& stop) {
  const auto root = platform::stat_path(source.path);
  const bool away = is_away(source, root);
  {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(source.id.value);
    if (found == kept_.end()) return;
    found->second.away = away;
    found->second.watch_limit = false;
    found->second.trouble.clear();
    found->second.scanned_at = clock_.steady();
  }
  if (away) return;
  const auto compared = look_through(source, stop);
  if (compared) {
    if (const auto set = store_.set_scanned(system_call(stop), source.id, *root); !set) {
      log::warn("ingest: {}", set.error().message);
    }
  }
  const std::scoped_lock lock(mutex_);
  const auto found = kept_.find(source.id.value);
  if (found == kept_.end()) return;
  if (!compared) {
    if (compared.error().code != Code::Cancelled) found->second.trouble = compared.error().message;
    return;
  }
  found->second.scanned = true;
  found->second.source.root_device = root->device;
  found->second.source.root_inode = root->inode;
}

// If this ends the core, the vault knows which source it was.
Result<void> Keeper::look_through(const StoredSource& source, const std::stop_token& stop) {
  if (const auto begun = store_.begin_scan(source.id); !begun) {
    log::warn("ingest: {}", begun.error().message);
  }
  const auto group = std::make_shared<Group>();
  std::vector<Departure> gone;
  const auto compared = compare(source, source.path, Pipeline::Urgency::Listed, stop, group, gone);
  if (!compared) gone.clear();
  pipeline_.seal(group, std::move(gone));
  if (const auto ended = store_.end_scan(source.id); !ended) {
    log::warn("ingest: {}", ended.error().message);
  }
  return compared;
}

void Keeper::watch_folder(const StoredSource& source, const std::string& folder) {
  if (!watch_) return;
  const auto added = watch_->add(folder);
  if (added || added.error().code == Code::NotFound) return;
  const std::scoped_lock lock(mutex_);
  const auto found = kept_.find(source.id.value);
  if (found == kept_.end()) return;
  // A folder we may not read is a problem of its own; the rest is watched.
  if (added.error().code == Code::Exhausted) found->second.watch_limit = true;
}

Result<void> Keeper::compare(const StoredSource& source, const std::string& path,
                             Pipeline::Urgency urgency, const std::stop_token& stop,
                             const std::shared_ptr<Group>& group, std::vector<Departure>& gone) {
  TRY_ASSIGN(KnownFiles known, store_.known_files(system_call(stop), source.id, path));
  std::vector<std::string> unlisted;
  WalkReceiver receiver;
  receiver.folder = [&](const std::string& folder) { watch_folder(source, folder); };
  receiver.unlisted = [&](const std::string& folder) { unlisted.push_back(folder + "/"); };
  receiver.file = [&](const std::string& file, const platform::FileStat& stat) {
    const auto found = known.find(file);
    const bool same = found != known.end() && found->second.is_same(stat);
    if (found != known.end()) known.erase(found);
    if (same) {
      pipeline_.pass(source.id, stat.size_bytes);
    } else {
      pipeline_.read(source.id, file, stat.size_bytes, urgency, group);
    }
  };
  receiver.problem = [&](const std::string& file, const platform::FileStat& stat,
                         std::string reason) {
    const auto found = known.find(file);
    const bool same = found != known.end() && found->second.problem == reason;
    if (found != known.end()) known.erase(found);
    if (!same) pipeline_.report({source.id, file, {stat, Unreadable{std::move(reason), false}}});
  };
  if (source.kind == "file") watch_folder(source, std::filesystem::path(source.path).parent_path());
  TRY(Walker(source.path, never_, receiver).walk(path, stop));
  for (const auto& [file, _] : known) {
    const bool hidden = std::ranges::any_of(
        unlisted, [&](const std::string& folder) { return file.starts_with(folder); });
    if (hidden) continue;
    // What is still there was left out by a rule; what is not may come back before its turn.
    gone.push_back({source.id, file, !platform::stat_path(file).has_value()});
  }
  return {};
}

Keeper::Kept* Keeper::find_by_path(std::string_view path) {
  for (auto& [_, kept] : kept_) {
    if (is_inside(path, kept.source.path)) return &kept;
  }
  return nullptr;
}

void Keeper::take(const platform::WatchEvent& event, Time now) {
  const std::scoped_lock lock(mutex_);
  Kept* kept = find_by_path(event.path);
  if (kept == nullptr) return;
  if (event.kind == platform::WatchEvent::Kind::RootGone) {
    if (event.path == kept->source.path) queue_scan(*kept);
    return;
  }
  if (kept->source.kind == "file" && event.kind == platform::WatchEvent::Kind::Gone) {
    queue_scan(*kept);
    return;
  }
  if (event.is_folder && event.kind == platform::WatchEvent::Kind::Gone) {
    if (watch_) watch_->remove_below(event.path);
  }
  if (is_ignore_file(last_name(event.path))) queue_scan(*kept);
  const Dirty dirty{kept->source.id.value, event.path};
  const Time due = now + (event.kind == platform::WatchEvent::Kind::Growing ? kGrowing : kGather);
  const auto [at, fresh] = dirty_.try_emplace(dirty, due);
  if (fresh) pipeline_.begin_listing(kept->source.id);
  if (due < at->second) at->second = due;
}

void Keeper::notice(const platform::WatchEvents& seen) {
  const Time now = clock_.steady();
  if (seen.overflowed) queue_all_scans();
  for (const platform::WatchEvent& event : seen.events) take(event, now);
}

void Keeper::sync_due(Time now, const std::stop_token& stop) {
  std::map<std::int64_t, std::vector<std::string>> due;
  std::map<std::int64_t, StoredSource> sources;
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(dirty_, [&](const auto& entry) {
      if (entry.second > now) return false;
      due[entry.first.source].push_back(entry.first.path);
      return true;
    });
    for (const auto& [id, _] : due) {
      if (const auto found = kept_.find(id); found != kept_.end())
        sources[id] = found->second.source;
    }
  }
  for (const auto& [id, paths] : due) {
    const auto source = sources.find(id);
    if (source != sources.end()) {
      const auto group = std::make_shared<Group>();
      std::vector<Departure> gone;
      for (const std::string& path : paths) {
        const auto compared =
            compare(source->second, path, Pipeline::Urgency::Noticed, stop, group, gone);
        if (!compared) log::warn("ingest: a change was not followed: {}", compared.error().message);
      }
      pipeline_.seal(group, std::move(gone));
    }
    for (std::size_t i = 0; i < paths.size(); ++i) pipeline_.end_listing(SourceId{id});
  }
}

// What the watcher cannot tell: folders that come back, and all changes where watches ran out.
void Keeper::look_again(Time now) {
  const std::scoped_lock lock(mutex_);
  if (now - looked_ < kLookAway) return;
  looked_ = now;
  for (auto& [_, kept] : kept_) {
    const bool unwatched = (kept.watch_limit || !watch_) && now - kept.scanned_at > kRescan;
    const bool back = kept.away && !is_away(kept.source, platform::stat_path(kept.source.path));
    if (unwatched || back) queue_scan(kept);
  }
}

void Keeper::run_watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Time next = clock_.steady() + kTick;
    {
      const std::scoped_lock lock(mutex_);
      for (const auto& [_, due] : dirty_) next = std::min(next, due);
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - clock_.steady());
    const auto pause = std::max(left, std::chrono::milliseconds(0));
    if (watch_) {
      if (const auto events = watch_->wait(pause)) notice(*events);
    } else {
      std::unique_lock lock(mutex_);
      scans_there_.wait_for(lock, stop, pause, [] { return false; });
    }
    if (stop.stop_requested()) return;
    sync_due(clock_.steady(), stop);
    look_again(clock_.steady());
  }
}

}  // namespace hearth::ingest
