#include "search/ours.h"

#include <array>
#include <chrono>

#include "core/format.h"
#include "inference/scripted.h"
#include "search/corpus.h"
#include "search/internal/finder.h"
#include "search/internal/follower.h"
#include "search/internal/resident.h"
#include "search/internal/rows.h"
#include "storage/database.h"

namespace bench {
namespace {

using hearth::Call;
using hearth::ChunkId;
using hearth::Result;
namespace search = hearth::search;
namespace storage = hearth::storage;

constexpr std::size_t kAtOnce = 5'000;
constexpr std::size_t kHits = 10;

// Neighbouring chunks of one file share a content.
Result<void> insert_content(storage::Connection& db, const std::string& title, std::size_t number) {
  TRY_ASSIGN(auto content, db.prepare("INSERT INTO contents (hash, media_type, title, text, "
                                      "characters) VALUES (?1, 'text/plain', '', '', 0)"));
  const std::string hash = hearth::format("{}", number);
  content.bind_blob(1, std::as_bytes(std::span(hash)));
  TRY(content.run());
  TRY_ASSIGN(auto document,
             db.prepare("INSERT INTO documents (source_id, path, content_id, size_bytes, "
                        "modified_ns, inode, seen_ms) VALUES (1, ?1, ?2, 0, 0, 0, 0)"));
  document.bind(1, hearth::format("{}.{}", title, number)).bind(2, db.last_insert_id());
  return document.run();
}

}  // namespace

struct Ours::State {
  std::unique_ptr<storage::Database> database;
  hearth::inference::ScriptedEmbedder embedder{kDimensions, "bench"};
  search::Resident resident;
  std::unique_ptr<search::Follower> follower;
  std::unique_ptr<search::Finder> finder;
  double load_seconds = 0;

  Result<void> fill(std::span<const std::string> texts, std::span<const std::string> titles,
                    std::span<const float> vectors);
  Result<void> add(storage::Connection& db, std::size_t i, std::span<const std::string> texts,
                   std::span<const std::string> titles, std::span<const float> vectors);
};

Result<void> Ours::State::add(storage::Connection& db, std::size_t i,
                              std::span<const std::string> texts,
                              std::span<const std::string> titles, std::span<const float> vectors) {
  if (i == 0 || titles[i % titles.size()] != titles[(i - 1) % titles.size()]) {
    TRY(insert_content(db, titles[i % titles.size()], i));
  }
  TRY_ASSIGN(auto chunk,
             db.prepare("INSERT INTO chunks (content_id, ordinal, start_byte, end_byte, "
                        "start_char, end_char, heading, text) "
                        "VALUES ((SELECT max(id) FROM contents), ?1, 0, 0, 0, 0, '', ?2)"));
  chunk.bind(1, i).bind(2, texts[i]);
  TRY(chunk.run());
  const ChunkId id{db.last_insert_id()};
  TRY(search::rows::add_words(db, id, "", "", texts[i]));
  TRY_ASSIGN(const auto space, search::rows::ensure_space(db, embedder.info()));
  TRY(search::rows::put_vector(db, space, id, vectors.subspan(i * kDimensions, kDimensions)));
  return {};
}

Result<void> Ours::State::fill(std::span<const std::string> texts,
                               std::span<const std::string> titles,
                               std::span<const float> vectors) {
  TRY(database->write({}, [](storage::Connection& db) {
    return db.execute(
        "INSERT INTO sources (id, kind, path, collection, added_ms) "
        "VALUES (1, 'folder', '/usr/share/doc', 'bench', 0)");
  }));
  for (std::size_t first = 0; first < texts.size(); first += kAtOnce) {
    TRY(database->write({}, [&](storage::Connection& db) -> Result<void> {
      const std::size_t last = std::min(texts.size(), first + kAtOnce);
      for (std::size_t i = first; i < last; ++i) TRY(add(db, i, texts, titles, vectors));
      return {};
    }));
  }
  return database->checkpoint();
}

Ours::Ours(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ours::~Ours() = default;

Result<std::unique_ptr<Ours>> Ours::build(const std::filesystem::path& folder,
                                          std::span<const std::string> texts,
                                          std::span<const std::string> titles,
                                          std::span<const float> vectors) {
  auto state = std::make_unique<State>();
  state->embedder.set_unrelated_below(0.5F);  // As the catalogue says of bge-small.
  std::array<std::byte, 32> key{};
  key.fill(std::byte{7});
  TRY_ASSIGN(state->database, storage::Database::open({.file = folder / "ours.db", .key = key}));
  TRY(state->fill(texts, titles, vectors));
  state->follower = std::make_unique<search::Follower>(*state->database, state->resident);
  const auto start = std::chrono::steady_clock::now();
  TRY(state->follower->load({}, state->embedder.info()));
  state->load_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  state->finder =
      std::make_unique<search::Finder>(*state->database, state->embedder, state->resident);
  return std::unique_ptr<Ours>(new Ours(std::move(state)));
}

Result<std::vector<std::size_t>> Ours::search(const std::string& text,
                                              std::span<const float> vector) {
  TRY_ASSIGN(const auto results, state_->finder->search_with(
                                     {}, {.text = text, .k = kHits, .near_misses = false}, vector));
  std::vector<std::size_t> out;
  for (const auto& hit : results.hits) out.push_back(static_cast<std::size_t>(hit.chunk.value - 1));
  return out;
}

Result<std::vector<std::size_t>> Ours::nearest(std::span<const float> vector) {
  TRY_ASSIGN(const auto found, state_->finder->nearest({}, vector, kHits));
  std::vector<std::size_t> out;
  for (const auto& one : found) out.push_back(static_cast<std::size_t>(one.chunk.value - 1));
  return out;
}

double Ours::load_seconds() const { return state_->load_seconds; }
std::size_t Ours::memory_bytes() const { return state_->resident.counts().memory_bytes; }

}  // namespace bench
