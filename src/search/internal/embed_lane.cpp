#include "search/internal/embed_lane.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "core/format.h"
#include "core/log.h"

namespace hearth::search {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kWindow = 128;  // chunks written in one transaction
constexpr std::size_t kBatch = 32;    // texts of like length embedded together
constexpr auto kIdlePoll = 1s;        // how soon a new model is noticed
constexpr auto kDelayFirst = 250ms;
constexpr auto kDelayMost = 10s;
constexpr auto kReportEvery = 250ms;
constexpr std::size_t kErasedAtOnce = 2'000;

bool is_for_ever(Code code) {
  return code == Code::Invalid || code == Code::Exhausted || code == Code::Internal;
}

}  // namespace

EmbedLane::EmbedLane(storage::Database& database, inference::Embedder& embedder, Resident& resident,
                     Follower& follower)
    : database_(database), embedder_(embedder), resident_(resident), follower_(follower) {}

EmbedLane::~EmbedLane() {
  thread_.request_stop();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EmbedLane::start() {
  thread_ = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

void EmbedLane::run(std::stop_token stop) {
  Call call;
  call.stop = stop;
  while (!stop.stop_requested()) {
    auto done = load(call);
    if (done) done = follow_model(call);
    if (done) done = embed_some(call);
    if (!done && done.error().code != Code::Cancelled) back_off(stop, done.error());
    if (done) wait_for_work(stop);
  }
}

Result<void> EmbedLane::load(const Call& call) {
  {
    const std::lock_guard lock(mutex_);
    if (loaded_ && !follower_.wants_reload()) return {};
  }
  const inference::EmbedderInfo info = embedder_.info();
  TRY(follower_.load(call, info));
  {
    const std::lock_guard lock(mutex_);
    info_ = info;
    pending_.clear();
    loaded_ = true;
    listing_ = true;
  }
  list_pending();
  report(Importance::Final);
  return {};
}

Result<void> EmbedLane::follow_model(const Call& call) {
  const inference::EmbedderInfo info = embedder_.info();
  {
    const std::lock_guard lock(mutex_);
    if (info.fingerprint == info_.fingerprint && info.dimensions == info_.dimensions) return {};
  }
  TRY(follower_.load_vectors(call, info));
  {
    const std::lock_guard lock(mutex_);
    info_ = info;
    pending_.clear();
    listing_ = true;
    refused_.clear();
    old_vectors_ = true;
    problem_.clear();
  }
  list_pending();
  report(Importance::Final);
  return {};
}

void EmbedLane::list_pending() {
  add(resident_.without_vector());
  {
    const std::lock_guard lock(mutex_);
    listing_ = false;
  }
  changed_.notify_all();
}

void EmbedLane::add(std::span<const ChunkId> chunks) {
  {
    const std::lock_guard lock(mutex_);
    if (!loaded_) return;  // `load` finds them.
    pending_.insert(pending_.end(), chunks.begin(), chunks.end());
    std::ranges::sort(pending_);
    const auto twice = std::ranges::unique(pending_);
    pending_.erase(twice.begin(), twice.end());
  }
  changed_.notify_all();
  report();
}

bool EmbedLane::has_nothing_to_do() const {
  return paused_ || info_.fingerprint.empty() || pending_.empty();
}

void EmbedLane::wait_for_work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (has_nothing_to_do()) rate_ = 0;
  changed_.wait_for(lock, stop, kIdlePoll, [this] { return woken_ || !has_nothing_to_do(); });
  woken_ = false;
}

void EmbedLane::back_off(const std::stop_token& stop, const Error& error) {
  {
    std::unique_lock lock(mutex_);
    delay_ = std::clamp<Steady::duration>(delay_ * 2, kDelayFirst, kDelayMost);
    rate_ = 0;
    problem_ = format("Embedding waits and tries again: {}", error.message);
  }
  report(Importance::Final);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, delay_, [this] { return woken_; });
  woken_ = false;
}

std::vector<ChunkId> EmbedLane::take() {
  const std::lock_guard lock(mutex_);
  if (has_nothing_to_do()) return {};
  const std::size_t count = std::min(kWindow, pending_.size());
  in_flight_.assign(pending_.end() - static_cast<std::ptrdiff_t>(count), pending_.end());
  pending_.resize(pending_.size() - count);
  return in_flight_;
}

void EmbedLane::finish(std::span<const ChunkId> again) {
  bool ended = false;
  {
    const std::lock_guard lock(mutex_);
    in_flight_.clear();
    pending_.insert(pending_.end(), again.begin(), again.end());
    std::ranges::sort(pending_);
    if (again.empty()) {
      delay_ = {};
      problem_ = refused_.empty()
                     ? ""
                     : format("The embedding model refused {} passages.", refused_.size());
    }
    ended = pending_.empty();
  }
  changed_.notify_all();
  report(ended ? Importance::Final : Importance::Usual);
}

Result<void> EmbedLane::embed_some(const Call& call) {
  const std::vector<ChunkId> chunks = take();
  if (chunks.empty()) return erase_old_vectors(call);
  const auto start = Steady::now();
  const auto done = [&]() -> Result<void> {
    TRY_ASSIGN(Batch batch, read_texts(call, chunks));
    TRY(embed(call, batch));
    return write(call, batch);
  }();
  if (done) measure(chunks.size(), Steady::now() - start);
  finish(done ? std::span<const ChunkId>() : std::span<const ChunkId>(chunks));
  return done;
}

Result<EmbedLane::Batch> EmbedLane::read_texts(const Call& call, std::span<const ChunkId> chunks) {
  Batch read;
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    for (const ChunkId chunk : chunks) {
      TRY_ASSIGN(auto text, rows::embedding_text(db, chunk));
      if (!text) continue;  // Removed meanwhile.
      read.chunks.push_back(chunk);
      read.texts.push_back(std::move(*text));
    }
    return {};
  }));
  std::vector<std::size_t> order(read.chunks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&read](std::size_t i) { return read.texts[i].size(); });
  Batch sorted;
  for (const std::size_t i : order) {
    sorted.chunks.push_back(read.chunks[i]);
    sorted.texts.push_back(std::move(read.texts[i]));
  }
  return sorted;
}

Result<void> EmbedLane::embed(const Call& call, Batch& batch) {
  for (std::size_t first = 0; first < batch.texts.size(); first += kBatch) {
    const std::size_t count = std::min(kBatch, batch.texts.size() - first);
    auto vectors = embedder_.embed_documents(call, std::span(batch.texts).subspan(first, count));
    if (vectors && vectors->size() == count) {
      std::ranges::move(*vectors, std::back_inserter(batch.vectors));
      continue;
    }
    if (!vectors && !is_for_ever(vectors.error().code)) {
      return std::unexpected(std::move(vectors).error());
    }
    TRY(embed_one_by_one(call, batch, first, count));
  }
  return {};
}

// One text that the model refuses must not keep its neighbours from being found.
Result<void> EmbedLane::embed_one_by_one(const Call& call, Batch& batch, std::size_t first,
                                         std::size_t count) {
  for (std::size_t i = first; i < first + count; ++i) {
    auto vector = embedder_.embed_documents(call, std::span(batch.texts).subspan(i, 1));
    if (vector && vector->size() == 1) {
      batch.vectors.push_back(std::move(vector->front()));
      continue;
    }
    if (!vector && !is_for_ever(vector.error().code)) {
      return std::unexpected(std::move(vector).error());
    }
    log::warn("search: the embedding model refuses chunk {}", batch.chunks[i].value);
    batch.vectors.emplace_back();
    const std::lock_guard lock(mutex_);
    refused_.insert(batch.chunks[i]);
  }
  return {};
}

Result<void> EmbedLane::write(const Call& call, const Batch& batch) {
  const inference::EmbedderInfo info = embedder_.info();
  {
    const std::lock_guard lock(mutex_);
    // Another model made these, or part of them: they are made again.
    if (info.fingerprint != info_.fingerprint) {
      return fail(Code::Conflict, "the embedding model was changed");
    }
  }
  std::vector<ChunkId> chunks;
  std::vector<inference::Vector> vectors;
  rows::Space space;
  TRY(database_.write(call, [&](storage::Connection& db) -> Result<void> {
    chunks.clear();
    vectors.clear();
    TRY_ASSIGN(space, rows::ensure_space(db, info));
    for (std::size_t i = 0; i < batch.chunks.size(); ++i) {
      if (batch.vectors[i].size() != info.dimensions) continue;
      TRY_ASSIGN(const bool written,
                 rows::put_vector(db, space, batch.chunks[i], batch.vectors[i]));
      if (!written) continue;
      chunks.push_back(batch.chunks[i]);
      vectors.push_back(batch.vectors[i]);
    }
    return {};
  }));
  resident_.add_vectors(info.fingerprint, space, chunks, vectors);
  return {};
}

Result<void> EmbedLane::erase_old_vectors(const Call& call) {
  std::string fingerprint;
  {
    const std::lock_guard lock(mutex_);
    const bool complete = loaded_ && pending_.empty() && in_flight_.empty() && !paused_;
    if (!old_vectors_ || !complete || info_.fingerprint.empty()) return {};
    fingerprint = info_.fingerprint;
  }
  bool more = true;
  while (more) {
    more = false;
    TRY(database_.write(call, [&](storage::Connection& db) -> Result<void> {
      TRY_ASSIGN(const auto keep, rows::find_space(db, fingerprint));
      if (!keep) return {};
      TRY_ASSIGN(more, rows::erase_other_spaces(db, *keep, kErasedAtOnce));
      return {};
    }));
  }
  const std::lock_guard lock(mutex_);
  if (info_.fingerprint == fingerprint) old_vectors_ = false;
  return {};
}

void EmbedLane::measure(std::size_t chunks, Steady::duration spent) {
  const double seconds = std::max(1e-6, std::chrono::duration<double>(spent).count());
  const double now = static_cast<double>(chunks) / seconds;
  const std::lock_guard lock(mutex_);
  rate_ = rate_ == 0 ? now : 0.7 * rate_ + 0.3 * now;
}

void EmbedLane::pause(bool paused) {
  {
    const std::lock_guard lock(mutex_);
    paused_ = paused;
  }
  changed_.notify_all();
}

void EmbedLane::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

Result<void> EmbedLane::wait_embedded(const Call& call) {
  if (embedder_.info().fingerprint.empty()) {
    return fail(Code::Unavailable, "no embedding model is installed");
  }
  wake();  // The model may be newer than the lane's last look.
  follower_.committed();
  ChunkId last;
  TRY(database_.read(call, [&last](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto rows, db.prepare("SELECT coalesce(max(id), 0) FROM chunks"));
    TRY_ASSIGN(const bool found, rows.step());
    last = ChunkId{found ? rows.integer(0) : 0};
    return {};
  }));
  const auto done = [this, last] {
    const auto old = [last](ChunkId chunk) { return chunk <= last; };
    const bool known = loaded_ && !listing_ && !follower_.behind() &&
                       info_.fingerprint == embedder_.info().fingerprint;
    return known && (pending_.empty() || !old(pending_.front())) &&
           std::ranges::none_of(in_flight_, old);
  };
  std::unique_lock lock(mutex_);
  while (!done()) {
    TRY(call.check(Steady::now()));
    // Looks again now and then: what `done` reads elsewhere wakes nobody.
    const auto next = Steady::now() + 100ms;
    changed_.wait_until(lock, call.stop, call.deadline ? std::min(next, *call.deadline) : next,
                        done);
  }
  return {};
}

void EmbedLane::on_progress(std::function<void()> listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

void EmbedLane::report(Importance importance) {
  std::function<void()> listener;
  {
    const std::lock_guard lock(listener_mutex_);
    const auto now = Steady::now();
    if (importance == Importance::Usual && now - reported_ < kReportEvery) return;
    reported_ = now;
    listener = listener_;
  }
  if (listener) listener();
}

EmbedLane::State EmbedLane::state() const {
  const std::lock_guard lock(mutex_);
  return {.rate = rate_, .problem = problem_, .waiting = pending_.size() + in_flight_.size()};
}

}  // namespace hearth::search
