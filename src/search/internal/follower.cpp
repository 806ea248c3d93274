#include "search/internal/follower.h"

#include <algorithm>
#include <utility>

#include "core/log.h"

namespace hearth::search {
namespace {

constexpr std::size_t kChunksAtOnce = 1'024;
constexpr std::size_t kReloadFrom = 20'000;

// A row that was not found keeps its slot without terms, so that slots stay in step.
class WordBatch {
 public:
  explicit WordBatch(TermReader& reader) : reader_(reader) {}
  void add(const rows::ChunkText& chunk) {
    places.push_back(chunk.place);
    terms.push_back(reader_.read(chunk.title, chunk.heading, chunk.text));
  }
  std::vector<rows::Place> places;
  std::vector<ChunkTerms> terms;

 private:
  TermReader& reader_;
};

}  // namespace

Follower::Follower(storage::Database& database, Resident& resident)
    : database_(database), resident_(resident) {}

void Follower::on_new_chunks(std::function<void(std::span<const ChunkId>)> listener) {
  on_new_chunks_ = std::move(listener);
}

Result<void> Follower::load(const Call& call, const inference::EmbedderInfo& info) {
  loaded_ = false;
  const std::lock_guard reading(reading_);
  resident_.clear();
  const std::uint64_t announced = announced_;
  // One snapshot, so that places, vectors and words belong to the same chunks.
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY(read_places(db));
    TRY(read_vectors(db, info));
    return read_words(db, call);
  }));
  read_ = announced;
  TRY(catch_up(call));
  // From here on a commit waits for this function. What was announced before is caught up with.
  loaded_ = true;
  TRY(catch_up(call));
  resident_.set_words_ready();
  return {};
}

Result<void> Follower::catch_up(const Call& call) {
  while (behind()) {
    const std::uint64_t announced = announced_;
    TRY(refresh(call));
    read_ = announced;
  }
  return {};
}

Result<void> Follower::read_places(storage::Connection& db) {
  TRY_ASSIGN(const auto places, rows::places(db));
  resident_.add_places(places);
  return {};
}

Result<void> Follower::load_vectors(const Call& call, const inference::EmbedderInfo& info) {
  const std::lock_guard reading(reading_);
  return database_.read(call, [&](storage::Connection& db) { return read_vectors(db, info); });
}

Result<void> Follower::read_vectors(storage::Connection& db, const inference::EmbedderInfo& info) {
  if (info.fingerprint.empty() || info.dimensions == 0) {
    resident_.drop_codes();
    return {};
  }
  VectorCodes codes(info.dimensions);
  rows::Space space{.id = 0, .dimensions = info.dimensions};
  TRY_ASSIGN(const auto known, rows::find_space(db, info.fingerprint));
  if (known && known->dimensions == info.dimensions) {
    space = *known;
    std::vector<float> vector(info.dimensions);
    const Resident::View view = resident_.view();
    TRY(rows::vectors(db, space, [&](ChunkId chunk, std::span<const std::uint16_t> halves) {
      const auto slot = view.slot_of(chunk);
      if (!slot) return;
      from_half(halves, vector);
      codes.add(*slot, vector);
    }));
  }
  resident_.set_codes(info.fingerprint, space, std::move(codes));
  return {};
}

Result<void> Follower::read_words(storage::Connection& db, const Call& call) {
  const ChunkId last = resident_.last_chunk();
  for (ChunkId after; after < last;) {
    TRY(call.check_stop());
    WordBatch batch(reader_);
    TRY(rows::chunk_texts(db, after, last, kChunksAtOnce,
                          [&batch](const rows::ChunkText& chunk) { batch.add(chunk); }));
    if (batch.places.empty()) break;
    after = batch.places.back().chunk;
    resident_.add_words(batch.terms);
  }
  return {};
}

void Follower::expect_removal(ContentId content) {
  const std::lock_guard lock(removed_mutex_);
  removed_.push_back(content);
}

void Follower::committed() {
  ++announced_;
  if (!loaded_) return;
  const std::lock_guard reading(reading_);
  if (auto done = catch_up(Call{}); !done) {
    log::warn("search: what was committed could not be read yet: {}", done.error().message);
  }
}

Result<void> Follower::refresh(const Call& call) {
  std::vector<ChunkId> added;
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY(refresh_removed(db));
    TRY_ASSIGN(added, refresh_added(db));
    return {};
  }));
  if (!added.empty() && on_new_chunks_) on_new_chunks_(added);
  return {};
}

Result<void> Follower::refresh_removed(storage::Connection& db) {
  std::vector<ContentId> contents;
  {
    const std::lock_guard lock(removed_mutex_);
    contents.swap(removed_);
  }
  if (contents.empty()) return {};
  // A content may still be there: its transaction was rolled back, or is not committed yet. Ids of
  // contents are used again, ids of chunks never are: so chunks decide.
  std::vector<ChunkId> gone;
  std::vector<ContentId> still_there;
  // All at once: finding the chunks of one content looks through every chunk there is.
  for (const ChunkId chunk : resident_.chunks_of(contents)) {
    TRY_ASSIGN(const bool exists, rows::chunk_exists(db, chunk));
    if (!exists) {
      gone.push_back(chunk);
      continue;
    }
    const Resident::View view = resident_.view();
    if (const auto slot = view.slot_of(chunk)) {
      const ContentId content = view.place(*slot).content;
      if (still_there.empty() || still_there.back() != content) still_there.push_back(content);
    }
  }
  resident_.erase(gone);
  const std::lock_guard lock(removed_mutex_);
  removed_.insert(removed_.end(), still_there.begin(), still_there.end());
  return {};
}

Result<std::vector<ChunkId>> Follower::refresh_added(storage::Connection& db) {
  std::vector<ChunkId> added;
  for (;;) {
    WordBatch batch(reader_);
    TRY(rows::chunk_texts(db, resident_.last_chunk(), ChunkId{INT64_MAX}, kChunksAtOnce,
                          [&batch](const rows::ChunkText& chunk) { batch.add(chunk); }));
    if (batch.places.empty()) return added;
    resident_.append(batch.places, batch.terms);
    for (const rows::Place& place : batch.places) added.push_back(place.chunk);
  }
}

bool Follower::wants_reload() const {
  if (many_removals_) return false;
  const Resident::Counts counts = resident_.counts();
  return counts.erased > kReloadFrom && counts.erased > counts.chunks / 2;
}

}  // namespace hearth::search
