#include "search/index.h"

#include <atomic>
#include <utility>

#include "core/log.h"
#include "search/internal/embed_lane.h"
#include "search/internal/finder.h"
#include "search/internal/follower.h"
#include "search/internal/resident.h"
#include "search/internal/rows.h"

namespace hearth::search {
namespace {

// Steps are this small because a writer that waits for one should not notice it.
constexpr int kMergePages = 64;
// Others may remove, and so mark words, while a round of merging goes on.
constexpr int kPurgeRounds = 3;

}  // namespace

struct Index::State {
  State(storage::Database& db, inference::Embedder& model)
      : database(db),
        embedder(model),
        follower(db, resident),
        finder(db, model, resident),
        lane(db, model, resident, follower) {
    follower.on_new_chunks([this](std::span<const ChunkId> chunks) { lane.add(chunks); });
  }
  Result<bool> merge_some(const Call& call, rows::Merge merge, std::uint64_t removals_at_start);
  Result<void> purge(const Call& call);

  storage::Database& database;
  inference::Embedder& embedder;
  Resident resident;
  Follower follower;
  Finder finder;
  std::atomic<std::uint64_t> removals = 0;
  EmbedLane lane;  // last: its thread uses all of the above
};

Index::Index(std::unique_ptr<State> state) : state_(std::move(state)) {}
Index::~Index() = default;

Result<std::unique_ptr<Index>> Index::open(storage::Database& database,
                                           inference::Embedder& embedder) {
  auto state = std::make_unique<State>(database, embedder);
  state->lane.start();
  return std::unique_ptr<Index>(new Index(std::move(state)));
}

Result<Results> Index::search(const Call& call, const Query& query) {
  return state_->finder.search(call, query);
}

Result<void> Index::add_chunks(storage::Connection& transaction, ContentId content,
                               std::string_view, std::span<const NewChunk> chunks) {
  // The stored title, for the very same words must be given back when the content is removed.
  TRY_ASSIGN(const std::string title, rows::title_of(transaction, content));
  for (const NewChunk& chunk : chunks) {
    TRY(rows::add_words(transaction, chunk.id, title, chunk.heading, chunk.text));
  }
  return {};
}

Result<void> Index::remove_content(storage::Connection& transaction, ContentId content) {
  ++state_->removals;
  TRY(rows::erase_content(transaction, content));
  state_->follower.expect_removal(content);
  return {};
}

Result<void> Index::expect_many_removals(storage::Connection& transaction) {
  state_->follower.expect_many_removals(true);
  TRY_ASSIGN(const auto now, rows::word_removal(transaction));
  if (now == rows::WordRemoval::Mark) return {};
  return rows::set_word_removal(transaction, rows::WordRemoval::Mark);
}

// One step in a transaction of its own. True when there is more to do in this round.
Result<bool> Index::State::merge_some(const Call& call, rows::Merge merge,
                                      std::uint64_t removals_at_start) {
  bool more = false;
  TRY(database.write(call, [&](storage::Connection& db) -> Result<void> {
    more = false;
    TRY_ASSIGN(const bool cleared, rows::clear_words_of_nothing(db));
    if (!cleared) {
      TRY_ASSIGN(more, rows::merge_words(db, merge, kMergePages));
    }
    if (more || removals != removals_at_start) return {};
    return rows::set_word_removal(db, rows::WordRemoval::Overwrite);
  }));
  return more;
}

Result<void> Index::State::purge(const Call& call) {
  for (int round = 0; round < kPurgeRounds; ++round) {
    auto how = rows::WordRemoval::Overwrite;
    TRY(database.read(call, [&how](storage::Connection& db) -> Result<void> {
      TRY_ASSIGN(how, rows::word_removal(db));
      return {};
    }));
    if (how == rows::WordRemoval::Overwrite) break;
    const std::uint64_t at_start = removals;
    TRY_ASSIGN(bool more, merge_some(call, rows::Merge::Begin, at_start));
    while (more) {
      TRY_ASSIGN(more, merge_some(call, rows::Merge::Continue, at_start));
    }
  }
  return {};
}

Result<void> Index::purge_words(const Call& call) {
  auto done = state_->purge(call);
  state_->follower.expect_many_removals(false);
  return done;
}

void Index::committed() { state_->follower.committed(); }

IndexStats Index::stats() const {
  const bool loading = !state_->follower.loaded();
  const Resident::Counts counts = state_->resident.counts();
  auto chunks = static_cast<std::int64_t>(counts.chunks);
  if (loading) {
    const auto read = state_->database.read({}, [&](storage::Connection& db) -> Result<void> {
      TRY_ASSIGN(chunks, rows::count_chunks(db));
      return {};
    });
    if (!read) log::warn("search: passages could not be counted: {}", read.error().message);
  }
  EmbedLane::State lane = state_->lane.state();
  const inference::EmbedderInfo info = state_->embedder.info();
  return {.chunks = chunks,
          .embedded = static_cast<std::int64_t>(counts.vectors),
          .loading = loading,
          .vectors_ready = counts.vectors_ready,
          .embed_rate = lane.rate,
          .embedder = info.model,
          .problem = std::move(lane.problem)};
}

Result<void> Index::wait_embedded(const Call& call) { return state_->lane.wait_embedded(call); }

void Index::on_progress(std::function<void()> listener) {
  state_->lane.on_progress(std::move(listener));
}

void Index::pause(bool paused) { state_->lane.pause(paused); }

}  // namespace hearth::search
