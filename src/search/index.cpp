#include "search/index.h"

#include <utility>

#include "search/internal/embed_lane.h"
#include "search/internal/finder.h"
#include "search/internal/follower.h"
#include "search/internal/resident.h"
#include "search/internal/rows.h"

namespace hearth::search {

struct Index::State {
  State(storage::Database& db, inference::Embedder& model)
      : database(db),
        embedder(model),
        follower(db, resident),
        finder(db, model, resident),
        lane(db, model, resident, follower) {
    follower.on_new_chunks([this](std::span<const ChunkId> chunks) { lane.add(chunks); });
  }
  storage::Database& database;
  inference::Embedder& embedder;
  Resident resident;
  Follower follower;
  Finder finder;
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
  TRY(rows::erase_content(transaction, content));
  state_->follower.expect_removal(content);
  return {};
}

void Index::committed() { state_->follower.committed(); }

IndexStats Index::stats() const {
  const Resident::Counts counts = state_->resident.counts();
  EmbedLane::State lane = state_->lane.state();
  const inference::EmbedderInfo info = state_->embedder.info();
  return {.chunks = static_cast<std::int64_t>(counts.chunks),
          .embedded = static_cast<std::int64_t>(counts.vectors),
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
