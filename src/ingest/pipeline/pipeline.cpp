#include "ingest/pipeline/pipeline.h"

#include <algorithm>

#include "core/format.h"
#include "core/log.h"
#include "ingest/walk/walker.h"

namespace hearth::ingest {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kListedMax = 100'000;
constexpr std::int64_t kHeldBytesMax = 48LL << 20;
constexpr std::int64_t kHeldPerFileMax = 40LL << 20;
constexpr std::size_t kBatchFiles = 256;
constexpr std::int64_t kBatchBytes = 4LL << 20;
constexpr auto kBatchTime = 200ms;
constexpr auto kTellEvery = 250ms;
constexpr int kTries = 3;
constexpr auto kFirstPause = 100ms;  // It doubles.
constexpr auto kWaitForRoom = 1000ms;
constexpr int kHopelessAfter = 8;  // files in a row

Call system_call(const std::stop_token& stop) {
  Call call;
  call.stop = stop;
  return call;
}

}  // namespace

Pipeline::Pipeline(Store& store, const Reader& reader, const platform::Clock& clock, unsigned lanes)
    : store_(store), reader_(reader), clock_(clock) {
  for (unsigned i = 0; i < std::max(1U, lanes); ++i) {
    lanes_.emplace_back([this](const std::stop_token& stop) { run_lane(stop); });
  }
  writer_ = std::jthread([this](const std::stop_token& stop) { run_writer(stop); });
}

Pipeline::~Pipeline() { stop(); }

void Pipeline::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  for (std::jthread& lane : lanes_) lane.request_stop();
  writer_.request_stop();
  work_.notify_all();
  ready_there_.notify_all();
  space_.notify_all();
  lanes_.clear();
  if (writer_.joinable()) writer_.join();
}

void Pipeline::read(SourceId source, const std::string& path, std::int64_t size_bytes,
                    Urgency urgency, const std::shared_ptr<Group>& group) {
  std::unique_lock lock(mutex_);
  if (urgency == Urgency::Listed) {
    space_.wait(lock, [&] { return stopped_ || listed_.size() < kListedMax; });
  }
  if (stopped_) return;
  const Key key{source.value, path};
  const auto [at, fresh] = jobs_.try_emplace(key);
  Job& job = at->second;
  if (group) {
    ++group->pending;
    job.groups.push_back(group);
  }
  if (!fresh) {
    job.again = job.again || job.running;
    return;
  }
  job.size_bytes = size_bytes;
  all_.expect(size_bytes);
  meters_[source.value].expect(size_bytes);
  (urgency == Urgency::Noticed ? noticed_ : listed_).push_back(key);
  changed_ = true;
  lock.unlock();
  work_.notify_one();
}

void Pipeline::report(Arrival arrival) {
  const std::scoped_lock lock(mutex_);
  ready_.push_back({std::nullopt, 0, std::move(arrival)});
  ready_there_.notify_one();
}

void Pipeline::seal(const std::shared_ptr<Group>& group, std::vector<Departure> after) {
  const std::scoped_lock lock(mutex_);
  group->after = std::move(after);
  group->sealed = true;
  if (group->pending == 0) release(*group);
}

void Pipeline::release(Group& group) {
  for (Departure& departure : group.after) {
    ready_.push_back({std::nullopt, 0, std::move(departure)});
  }
  group.after.clear();
  ready_there_.notify_one();
}

void Pipeline::pass(SourceId source, std::int64_t size_bytes) {
  const std::scoped_lock lock(mutex_);
  all_.pass(size_bytes);
  meters_[source.value].pass(size_bytes);
}

void Pipeline::begin_listing(SourceId source) {
  const std::scoped_lock lock(mutex_);
  all_.begin_listing();
  meters_[source.value].begin_listing();
  changed_ = true;
}

void Pipeline::end_listing(SourceId source) {
  const std::scoped_lock lock(mutex_);
  all_.end_listing();
  meters_[source.value].end_listing();
  changed_ = true;
  ready_there_.notify_one();
  if (is_idle()) space_.notify_all();
}

void Pipeline::forget(SourceId source) {
  const std::scoped_lock lock(mutex_);
  const auto now = clock_.steady();
  for (std::deque<Key>* queue : {&noticed_, &listed_}) {
    std::erase_if(*queue, [&](const Key& key) {
      if (key.source != source.value) return false;
      const auto job = jobs_.find(key);
      all_.finish(job->second.size_bytes, now);
      meters_[key.source].finish(job->second.size_bytes, now);
      jobs_.erase(job);
      return true;
    });
  }
  std::erase_if(unwritten_, [&](const auto& entry) { return entry.first.source == source.value; });
  ready_there_.notify_one();
  space_.notify_all();
}

std::optional<Pipeline::Key> Pipeline::next_key(std::unique_lock<std::mutex>& lock,
                                                const std::stop_token& stop) {
  const auto front = [this]() -> std::deque<Key>* {
    std::deque<Key>* queue = noticed_.empty() ? &listed_ : &noticed_;
    if (queue->empty()) return nullptr;
    const std::int64_t size = std::min(jobs_.at(queue->front()).size_bytes, kHeldPerFileMax);
    return held_bytes_ == 0 || held_bytes_ + size <= kHeldBytesMax ? queue : nullptr;
  };
  if (!work_.wait(lock, stop, [&] { return front() != nullptr; })) return std::nullopt;
  std::deque<Key>* queue = front();
  Key key = std::move(queue->front());
  queue->pop_front();
  return key;
}

void Pipeline::run_lane(const std::stop_token& stop) {
  const Call call = system_call(stop);
  for (;;) {
    std::unique_lock lock(mutex_);
    const std::optional<Key> key = next_key(lock, stop);
    if (!key) return;
    Job& job = jobs_.at(*key);
    job.running = true;
    const std::int64_t held = std::min(job.size_bytes, kHeldPerFileMax);
    held_bytes_ += held;
    lock.unlock();
    space_.notify_all();
    FileReading file = reader_.read(call, key->path);
    if (stop.stop_requested()) return;
    lock.lock();
    ready_.push_back({*key, held, Arrival{SourceId{key->source}, key->path, std::move(file)}});
    ready_there_.notify_one();
  }
}

std::int64_t Pipeline::weight(const Done& done) {
  const auto* arrival = std::get_if<Arrival>(&done.change);
  if (arrival == nullptr) return 0;
  const auto* made = std::get_if<NewContent>(&arrival->file.reading);
  return made == nullptr ? 0 : static_cast<std::int64_t>(made->document.text.size());
}

// Waits for the first finished file, then a little for more, unless nothing more is coming.
std::vector<Pipeline::Done> Pipeline::next_batch(std::unique_lock<std::mutex>& lock,
                                                 const std::stop_token& stop) {
  while (ready_.empty() && !stop.stop_requested()) {
    ready_there_.wait_for(lock, stop, kTellEvery, [&] { return !ready_.empty(); });
    call_listener(lock);
  }
  std::vector<Done> batch;
  std::int64_t bytes = 0;
  const auto deadline = clock_.steady() + kBatchTime;
  while (!stop.stop_requested()) {
    while (!ready_.empty() && batch.size() < kBatchFiles && bytes < kBatchBytes) {
      bytes += weight(ready_.front());
      batch.push_back(std::move(ready_.front()));
      ready_.pop_front();
    }
    std::size_t in_batch = 0;
    for (const Done& done : batch) in_batch += done.key ? 1U : 0U;
    const bool more_coming = jobs_.size() > in_batch;
    if (batch.size() >= kBatchFiles || bytes >= kBatchBytes || !more_coming) break;
    const auto left = deadline - clock_.steady();
    if (left <= 0s) break;
    ready_there_.wait_for(lock, stop, left, [&] { return !ready_.empty(); });
  }
  return batch;
}

void Pipeline::run_writer(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    std::vector<Done> batch = next_batch(lock, stop);
    if (stop.stop_requested()) return;
    ++writing_;
    lock.unlock();
    write(batch, stop);
    lock.lock();
    --writing_;
    changed_ = true;
    call_listener(lock);
    if (is_idle()) space_.notify_all();
  }
}

void Pipeline::write(std::vector<Done>& batch, const std::stop_token& stop) {
  std::erase_if(batch, [](const Done& done) {
    const auto* gone = std::get_if<Departure>(&done.change);
    return gone != nullptr && gone->only_if_absent && platform::stat_path(gone->path).has_value();
  });
  std::vector<Change> changes;
  changes.reserve(batch.size());
  for (Done& done : batch) changes.push_back(std::move(done.change));
  write_part({batch, changes}, kTries, stop);
}

// One file that cannot be written must not hold up the others of its transaction: halves, in order.
void Pipeline::write_part(const Batch& batch, int tries, const std::stop_token& stop) {
  const std::size_t size = batch.changes.size();
  // Where nothing can be written, patience with each file would add up.
  const bool hopeless = given_up_in_row_ >= kHopelessAfter;
  const auto committed = commit(batch, hopeless ? 1 : tries, stop);
  if (stop.stop_requested()) return;
  if (committed) {
    finish(batch, *committed);
  } else if (size == 1) {
    give_up(batch, committed.error());
  } else {
    const std::size_t half = size / 2;
    write_part(batch.part(0, half), half == 1 ? kTries : 1, stop);
    if (stop.stop_requested()) return;
    write_part(batch.part(half, size - half), size - half == 1 ? kTries : 1, stop);
  }
}

Result<Committed> Pipeline::commit(const Batch& batch, int tries, const std::stop_token& stop) {
  for (int attempt = 1;; ++attempt) {
    auto committed = store_.commit(system_call(stop), batch.changes);
    if (committed || stop.stop_requested()) return committed;
    const Error& error = committed.error();
    // A full disk is mended by the person; until then nothing is lost, only late.
    const bool passes = error.code == Code::Exhausted || error.code == Code::Busy;
    if (!passes && attempt >= tries) return committed;
    if (attempt == 1) {
      log::error("ingest: cannot commit {} files: {}", batch.changes.size(), error.message);
    }
    std::unique_lock lock(mutex_);
    if (passes) write_problem_ = error.message;
    changed_ = true;
    space_.notify_all();
    const auto pause = passes ? kWaitForRoom : kFirstPause * (1 << (attempt - 1));
    ready_there_.wait_for(lock, stop, pause, [] { return false; });
  }
}

void Pipeline::give_up(const Batch& batch, const Error& error) {
  const Change& change = batch.changes.front();
  log::error("ingest: a file is left out: {}", error.message);
  const std::scoped_lock lock(mutex_);
  write_problem_.clear();
  ++given_up_in_row_;
  if (const auto* arrival = std::get_if<Arrival>(&change)) {
    unwritten_[{arrival->source.value, arrival->path}] = format(
        "it was read, but the vault did not take it: {}; it is tried again when it changes "
        "and at the next start",
        error.message);
  }
  const Done& file = batch.files.front();
  held_bytes_ -= file.held_bytes;
  if (file.key) finish_job(*file.key, false);
  work_.notify_all();
}

void Pipeline::forget_unwritten(const Change& change) {
  if (unwritten_.empty()) return;
  if (const auto* arrival = std::get_if<Arrival>(&change)) {
    unwritten_.erase({arrival->source.value, arrival->path});
  } else {
    const auto& gone = std::get<Departure>(change);
    std::erase_if(unwritten_, [&](const auto& entry) {
      return entry.first.source == gone.source.value && is_inside(entry.first.path, gone.path);
    });
  }
}

void Pipeline::finish(const Batch& batch, const Committed& committed) {
  const std::scoped_lock lock(mutex_);
  write_problem_.clear();
  given_up_in_row_ = 0;
  for (std::size_t i = 0; i < batch.files.size(); ++i) {
    const Done& file = batch.files[i];
    forget_unwritten(batch.changes[i]);
    held_bytes_ -= file.held_bytes;
    const bool again = std::ranges::find(committed.read_again, i) != committed.read_again.end();
    if (file.key) finish_job(*file.key, again);
  }
  work_.notify_all();
}

std::vector<Pipeline::Unwritten> Pipeline::unwritten(std::optional<SourceId> source) const {
  std::vector<Unwritten> out;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [key, reason] : unwritten_) {
      if (!source || source->value == key.source) out.push_back({key.path, reason});
    }
  }
  // The vault does not know of it, so nobody reports that it is gone.
  std::erase_if(out, [](const Unwritten& file) { return !platform::stat_path(file.path); });
  return out;
}

void Pipeline::finish_job(const Key& key, bool read_again) {
  const auto at = jobs_.find(key);
  if (at == jobs_.end()) return;
  Job& job = at->second;
  if (job.again || read_again) {
    job.again = false;
    job.running = false;
    noticed_.push_back(key);
    return;
  }
  const auto now = clock_.steady();
  all_.finish(job.size_bytes, now);
  meters_[key.source].finish(job.size_bytes, now);
  const auto groups = std::move(job.groups);
  jobs_.erase(at);
  for (const auto& group : groups) {
    if (--group->pending == 0 && group->sealed) release(*group);
  }
}

bool Pipeline::is_idle() const {
  return jobs_.empty() && ready_.empty() && writing_ == 0 && all_.idle();
}

Progress Pipeline::progress(std::optional<SourceId> source) const {
  const std::scoped_lock lock(mutex_);
  if (!source) {
    Progress out = all_.progress(clock_.steady());
    out.idle = is_idle();
    return out;
  }
  const auto found = meters_.find(source->value);
  return found == meters_.end() ? Progress{} : found->second.progress(clock_.steady());
}

Result<void> Pipeline::wait_idle(const Call& call) {
  std::unique_lock lock(mutex_);
  while (!is_idle()) {
    TRY(call.check(clock_.steady()));
    if (!write_problem_.empty())
      return fail(Code::Io, "cannot write to the vault: " + write_problem_);
    if (stopped_) return fail(Code::Cancelled, "the library is closing");
    space_.wait_for(lock, call.stop, 100ms, [&] { return is_idle() || stopped_; });
  }
  return {};
}

void Pipeline::on_change(std::function<void()> listener) {
  const std::scoped_lock lock(mutex_);
  listener_ = std::move(listener);
}

void Pipeline::notify_change() {
  const std::scoped_lock lock(mutex_);
  changed_ = true;
  ready_there_.notify_one();
}

void Pipeline::call_listener(std::unique_lock<std::mutex>& lock) {
  const auto now = clock_.steady();
  if (!changed_ || !listener_ || (now - told_ < kTellEvery && !is_idle())) return;
  changed_ = false;
  told_ = now;
  const auto listener = listener_;
  lock.unlock();
  listener();
  lock.lock();
}

}  // namespace hearth::ingest
