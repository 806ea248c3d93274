#include "search/internal/finder.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "search/internal/parsed_query.h"
#include "search/internal/rows.h"
#include "search/internal/search_run.h"

namespace hearth::search {
namespace {

constexpr std::size_t kQueryBytesMax = 32'768;  // A pasted page; what is longer is cut.
constexpr std::size_t kRescored = 40;
constexpr std::size_t kScratchKept = 4;

using Instant = std::chrono::steady_clock::time_point;

Instant now() { return std::chrono::steady_clock::now(); }

double ms_since(Instant start) {
  return std::chrono::duration<double, std::milli>(now() - start).count();
}

Result<void> check(const Call& call, const Query& query, const ParsedQuery& parsed) {
  TRY(call.check(now()));
  if (query.k == 0) return fail(Code::Invalid, "k must be at least 1");
  if (!parsed.asks_for_something()) {
    return fail(Code::Invalid, "the query needs a word to look for");
  }
  return {};
}

}  // namespace

Finder::Finder(storage::Database& database, inference::Embedder& embedder, const Resident& resident)
    : database_(database), embedder_(embedder), resident_(resident) {}
Finder::~Finder() = default;

std::unique_ptr<SearchScratch> Finder::take_scratch() {
  const std::lock_guard lock(mutex_);
  if (scratch_.empty()) scratch_.push_back(std::make_unique<SearchScratch>());
  auto one = std::move(scratch_.back());
  scratch_.pop_back();
  one->lanes = &lanes_;
  return one;
}

void Finder::give_back(std::unique_ptr<SearchScratch> scratch) {
  const std::lock_guard lock(mutex_);
  if (scratch_.size() < kScratchKept) scratch_.push_back(std::move(scratch));
}

Result<inference::Vector> Finder::embed(const Call& call, const Query& query, Results& results) {
  const inference::EmbedderInfo info = embedder_.info();
  if (info.fingerprint.empty()) {
    results.note = "Search by meaning is off: no embedding model is installed.";
    return inference::Vector{};
  }
  {
    const Resident::View view = resident_.view();
    if (!view.vectors_ready() || view.fingerprint() != info.fingerprint) {
      results.note = "Search by meaning is not ready yet: these hits were found by their words.";
      return inference::Vector{};
    }
  }
  auto vector = embedder_.embed_query(call, query.text);
  if (vector) {
    // The model may have been changed meanwhile: vectors of two models never mix.
    if (embedder_.info().fingerprint == info.fingerprint) return std::move(*vector);
    results.note = "The embedding model was just changed: these hits were found by their words.";
    return inference::Vector{};
  }
  const Code code = vector.error().code;
  if (code == Code::Cancelled || code == Code::TimedOut) {
    return std::unexpected(std::move(vector).error());
  }
  results.note = "Search by meaning is resting: these hits were found by their words.";
  return inference::Vector{};
}

Result<Results> Finder::search(const Call& call, const Query& query) {
  const Instant start = now();
  TRY(check(call, query, parse_query(std::string_view(query.text).substr(0, kQueryBytesMax))));
  Results before;
  TRY_ASSIGN(const inference::Vector vector, embed(call, query, before));
  before.timings.embed_ms = ms_since(start);
  TRY_ASSIGN(Results results, search_with(call, query, vector));
  results.timings.embed_ms = before.timings.embed_ms;
  results.timings.total_ms = ms_since(start);
  if (results.note.empty()) results.note = std::move(before.note);
  return results;
}

Result<Results> Finder::search_with(const Call& call, const Query& query,
                                    std::span<const float> vector) {
  const Instant start = now();
  const ParsedQuery parsed = parse_query(std::string_view(query.text).substr(0, kQueryBytesMax));
  TRY(check(call, query, parsed));
  auto scratch = take_scratch();
  Results results;
  auto done = database_.read(call, [&](storage::Connection& db) {
    SearchRun run(resident_, weights_, *scratch, call, query, parsed, vector,
                  embedder_.info().unrelated_below);
    return run.run(db, results);
  });
  give_back(std::move(scratch));
  if (!done) return std::unexpected(std::move(done).error().in("search"));
  results.timings.total_ms = ms_since(start);
  return results;
}

Result<std::vector<Finder::Neighbour>> Finder::nearest(const Call& call,
                                                       std::span<const float> vector,
                                                       std::size_t k) {
  std::vector<Neighbour> out;
  rows::Space space;
  {
    const Resident::View view = resident_.view();
    if (!view.vectors_ready()) return out;
    space = view.space();
    const CodedQuery coded(vector);
    for (const CodeMatch& one :
         view.codes().search(coded, std::max(kRescored, k), nullptr, &lanes_)) {
      out.push_back({view.place(one.slot).chunk, one.similarity});
    }
  }
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    for (Neighbour& one : out) {
      TRY_ASSIGN(const auto exact, rows::similarity(db, space, one.chunk, vector));
      if (exact) one.similarity = *exact;
    }
    return {};
  }));
  std::ranges::sort(out, std::greater(), &Neighbour::similarity);
  if (out.size() > k) out.resize(k);
  return out;
}

}  // namespace hearth::search
