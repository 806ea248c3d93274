#include "search/internal/search_run.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/format.h"
#include "core/text.h"

namespace hearth::search {
namespace {

constexpr std::size_t kResultsMax = 1'000;
constexpr std::size_t kCandidates = 100;  // by each way
constexpr std::size_t kRescored = 24;     // by stored vector
constexpr std::size_t kLookedAt = 36;
constexpr std::size_t kListMax = 20'000;
constexpr std::size_t kExcludedMax = 1'000'000;
constexpr std::size_t kNamedMax = 8;
constexpr std::size_t kScoredOfOneNamed = 1'000;
constexpr std::size_t kChunksOfOneNamed = 4;
constexpr float kDeviationsToTop = 6.0F;
constexpr float kNamedGuess = 0.15F;

double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

std::string expression_of(const WeighedUnit& one) {
  std::string out = quoted(one.unit->words);
  if (one.unit->kind == Unit::Kind::Prefix) out += " *";
  return out;
}

bool needs_list(const WeighedUnit& one) {
  return one.unit->kind != Unit::Kind::Word || (one.unit->negated && one.words.size() > 1);
}

}  // namespace

SearchRun::SearchRun(const Resident& resident, const Weights& weights, SearchScratch& scratch,
                     const Call& call, const Query& query, const ParsedQuery& parsed,
                     std::span<const float> vector, float unrelated_below)
    : resident_(resident),
      weights_(weights),
      scratch_(scratch),
      call_(call),
      query_(query),
      k_(std::min(query.k, kResultsMax)),
      floor_(query.near_misses ? 0.0F : unrelated_below),
      units_(weigh(parsed, scratch.terms)),
      lists_(units_.size()),
      filter_(query.filter) {
  if (!vector.empty()) coded_.emplace(vector);
}

Result<void> SearchRun::run(storage::Connection& db, Results& results) {
  const auto start = std::chrono::steady_clock::now();
  TRY(list_from_vault(db));
  scan(results);
  if (!words_in_memory_) TRY(scan_words_in_vault(db));
  TRY(call_.check_stop());
  guess_scores();
  TRY(rescore_vectors(db));
  TRY(look_closely(db));
  results.by_meaning = coded_.has_value();
  for (const std::size_t i : pick()) {
    Judged& one = judged_[i];
    if (query_.explain) one.hit.explanation = explain(one);
    results.hits.push_back(std::move(one.hit));
  }
  results.timings.keyword_ms = ms_since(start) - results.timings.vector_ms;
  return {};
}

Result<void> SearchRun::list_from_vault(storage::Connection& db) {
  for (std::size_t u = 0; u < units_.size(); ++u) {
    if (!needs_list(units_[u])) continue;
    const std::size_t limit = units_[u].unit->negated ? kExcludedMax : kListMax;
    TRY_ASSIGN(lists_[u],
               rows::match_words(db, expression_of(units_[u]), rows::Order::Newest, limit));
  }
  if (!filter_.empty()) {
    TRY_ASSIGN(allowed_contents_, filter_.contents(db));
  }
  return list_named(db);
}

Result<void> SearchRun::list_named(storage::Connection& db) {
  std::string expression;
  for (const WeighedUnit& one : units_) {
    if (one.unit->negated || one.unit->stop) continue;
    expression += expression.empty() ? "" : " OR ";
    expression += expression_of(one);
  }
  if (expression.empty()) return {};
  TRY_ASSIGN(const auto contents, rows::match_names(db, expression, kNamedMax));
  for (const ContentId content : contents) {
    if (!filter_.empty() && !std::ranges::binary_search(allowed_contents_, content)) continue;
    TRY_ASSIGN(named_chunks_.emplace_back(), rows::first_chunks(db, content, kScoredOfOneNamed));
  }
  return {};
}

SearchRun::Candidate& SearchRun::candidate(ChunkId chunk) {
  const auto [at, added] = places_.try_emplace(chunk, candidates_.size());
  if (added) candidates_.push_back({.chunk = chunk});
  return candidates_[at->second];
}

void SearchRun::scan(Results& results) {
  const Resident::View view = resident_.view();
  words_in_memory_ = view.words_ready();
  for (std::size_t u = 0; u < units_.size(); ++u) {
    for (const rows::WordMatch& match : lists_[u]) {
      if (const auto slot = view.slot_of(match.chunk)) units_[u].listed.push_back(*slot);
    }
    std::ranges::sort(units_[u].listed);
  }
  std::optional<SlotSet> allowed;
  if (!filter_.empty()) allowed = view.slots_of(allowed_contents_);
  const std::optional<SlotSet> holders = phrase_holders(view, allowed ? &*allowed : nullptr);
  const SlotSet* only = holders ? &*holders : allowed ? &*allowed : nullptr;
  excluded_ = excluded_slots(view, units_);
  if (words_in_memory_) {
    measure(units_, view.words());
    tell_terms(view.words(), results);
    scan_words_in_memory(view, only);
  } else {
    measure_blindly(units_);
  }
  any_exact_ = std::ranges::any_of(units_, &WeighedUnit::exact);
  const auto start = std::chrono::steady_clock::now();
  const bool fits =
      coded_ && view.vectors_ready() && view.codes().dimensions() == coded_->vector().size();
  if (fits) {
    scan_vectors(view, only);
  } else {
    coded_.reset();
  }
  results.timings.vector_ms = ms_since(start);
  add_named(view, allowed ? &*allowed : nullptr);
}

void SearchRun::tell_terms(const WordIndex& words, Results& results) const {
  results.passages = words.covered();
  for (const WeighedUnit& one : units_) {
    if (one.unit->negated) continue;
    std::string word;
    for (const std::string& part : one.unit->words) word += (word.empty() ? "" : "-") + part;
    results.terms.push_back({std::move(word), one.documents});
  }
}

// The slots that hold every phrase, when that is a condition; a list that was cut says nothing.
std::optional<SlotSet> SearchRun::phrase_holders(const Resident::View& view,
                                                 const SlotSet* allowed) const {
  std::optional<SlotSet> holders;
  if (query_.near_misses) return holders;
  for (std::size_t u = 0; u < units_.size(); ++u) {
    if (!is_required(*units_[u].unit) || lists_[u].size() >= kListMax) continue;
    SlotSet both;
    both.resize(view.slots());
    for (const Slot slot : units_[u].listed) {
      const bool in_others =
          holders ? holders->contains(slot) : allowed == nullptr || allowed->contains(slot);
      if (in_others) both.insert(slot);
    }
    holders = std::move(both);
  }
  return holders;
}

void SearchRun::scan_words_in_memory(const Resident::View& view, const SlotSet* allowed) {
  const WordScan found =
      scan_words(view, units_, allowed, excluded_, std::max(kCandidates, k_ * 2), scratch_.scan);
  ideal_ = found.ideal;
  all_words_scanned_ = found.complete;
  for (std::size_t rank = 0; rank < found.best.size(); ++rank) {
    Candidate& one = candidate(view.place(found.best[rank].slot).chunk);
    one.bm25 = found.best[rank].score;
    one.keyword_rank = rank + 1;
  }
  for (const SlotScore& holder : found.exact) {
    Candidate& one = candidate(view.place(holder.slot).chunk);
    one.bm25 = holder.score;
    one.exact = true;
  }
}

void SearchRun::scan_vectors(const Resident::View& view, const SlotSet* allowed) {
  space_ = view.space();
  background_ = view.codes().background(*coded_);
  const auto found =
      view.codes().search(*coded_, std::max(kCandidates, k_ * 2), allowed, scratch_.lanes);
  if (!found.empty()) top_similarity_ = found.front().similarity;
  std::size_t rank = 0;
  for (const CodeMatch& match : found) {
    if (!view.alive(match.slot) || excluded_.contains(match.slot)) continue;
    Candidate& one = candidate(view.place(match.slot).chunk);
    one.similarity = match.similarity;
    one.vector_rank = ++rank;
    if (words_in_memory_) one.bm25 = scratch_.scan.scores[match.slot];
  }
  for (Candidate& one : candidates_) {
    if (one.similarity) continue;
    const auto slot = view.slot_of(one.chunk);
    if (slot && view.codes().contains(*slot)) {
      one.similarity = view.codes().similarity(*coded_, *slot);
    }
  }
}

// A file that is asked for by its name shows its best passages, or its first.
void SearchRun::add_named(const Resident::View& view, const SlotSet* allowed) {
  for (const std::vector<ChunkId>& chunks : named_chunks_) {
    std::vector<SlotScore> slots;
    for (const ChunkId chunk : chunks) {
      const auto known = view.slot_of(chunk);
      if (!known || !view.alive(*known) || excluded_.contains(*known)) continue;
      if (allowed != nullptr && !allowed->contains(*known)) continue;
      slots.push_back({words_in_memory_ ? scratch_.scan.scores[*known] : 0.0F, *known});
    }
    std::ranges::stable_sort(slots, std::greater(), &SlotScore::score);
    if (slots.size() > kChunksOfOneNamed) slots.resize(kChunksOfOneNamed);
    for (const SlotScore& slot : slots) {
      Candidate& one = candidate(view.place(slot.slot).chunk);
      one.named = true;
      one.bm25 = std::max(one.bm25, slot.score);
      if (coded_ && !one.similarity && view.codes().contains(slot.slot)) {
        one.similarity = view.codes().similarity(*coded_, slot.slot);
      }
    }
  }
}

// Until the words are in memory, the vault's own index serves.
Result<void> SearchRun::scan_words_in_vault(storage::Connection& db) {
  std::string expression;
  const bool only_stop_words = std::ranges::all_of(
      units_, [](const WeighedUnit& one) { return one.unit->negated || one.unit->stop; });
  for (const WeighedUnit& one : units_) {
    if (one.unit->negated || (one.unit->stop && !only_stop_words)) continue;
    expression += expression.empty() ? "" : " OR ";
    expression += expression_of(one);
    if (one.words.size() != 1 || !one.unit->stemmable.front()) continue;
    // Other forms of the word begin like its stem.
    const std::string stem = scratch_.terms.stem(one.unit->words.front());
    if (stem.size() >= 4) expression += format(" OR {} *", quoted({stem}));
  }
  const std::size_t limit = filter_.empty() ? kCandidates : kListMax;
  TRY_ASSIGN(const auto found, rows::match_words(db, expression, rows::Order::Ranked, limit));
  std::size_t rank = 0;
  for (const rows::WordMatch& match : found) {
    if (!filter_.empty() && !std::ranges::binary_search(allowed_contents_, match.content)) continue;
    Candidate& one = candidate(match.chunk);
    one.bm25 = static_cast<float>(match.score);
    one.keyword_rank = ++rank;
    ideal_ = std::max(ideal_, one.bm25);
    if (rank == kCandidates) break;
  }
  for (const std::vector<ChunkId>& chunks : named_chunks_) {
    for (std::size_t i = 0; i < std::min(chunks.size(), kChunksOfOneNamed); ++i) {
      candidate(chunks[i]).named = true;
    }
  }
  for (std::size_t u = 0; u < units_.size(); ++u) {
    if (!units_[u].exact) continue;
    for (std::size_t i = 0; i < std::min(lists_[u].size(), kCandidates); ++i) {
      if (filter_.empty() || std::ranges::binary_search(allowed_contents_, lists_[u][i].content)) {
        candidate(lists_[u][i].chunk).exact = true;
      }
    }
  }
  return {};
}

float SearchRun::meaning(std::optional<float> similarity) const {
  if (!similarity) return 0;
  const float top =
      std::max(top_similarity_, background_.mean + kDeviationsToTop * background_.deviation);
  const float range = top - background_.mean;
  if (range <= 0) return *similarity >= top ? 1.0F : 0.0F;
  return std::clamp((*similarity - background_.mean) / range, 0.0F, 1.0F);
}

float SearchRun::bm25_share(float bm25) const {
  return ideal_ > 0 ? std::clamp(bm25 / ideal_, 0.0F, 1.0F) : 0.0F;
}

// Before any text is read: enough to choose what is worth reading.
void SearchRun::guess_scores() {
  for (Candidate& one : candidates_) {
    const float keyword = bm25_share(one.bm25);
    one.guess = coded_
                    ? weights_.keyword * keyword + (1 - weights_.keyword) * meaning(one.similarity)
                    : keyword;
    if (one.exact) one.guess += 1;
    if (one.named) one.guess += kNamedGuess;
  }
  std::ranges::stable_sort(candidates_, std::greater(), &Candidate::guess);
}

// The codes choose; the stored vectors decide.
Result<void> SearchRun::rescore_vectors(storage::Connection& db) {
  if (!coded_) return {};
  const std::size_t looked_at = std::max(kLookedAt, k_ * 2);
  std::vector<Candidate*> ranked;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    Candidate& one = candidates_[i];
    const bool among_best = one.vector_rank && *one.vector_rank <= std::max(kRescored, k_);
    if (!one.similarity || (i >= looked_at && !among_best)) continue;
    TRY_ASSIGN(const auto exact, rows::similarity(db, space_, one.chunk, coded_->vector()));
    if (exact) one.similarity = exact;
    if (among_best) ranked.push_back(&one);
  }
  std::ranges::stable_sort(ranked, std::greater(),
                           [](const Candidate* one) { return *one->similarity; });
  for (std::size_t i = 0; i < ranked.size(); ++i) ranked[i]->vector_rank = i + 1;
  return {};
}

Result<void> SearchRun::look_closely(storage::Connection& db) {
  PassageMatcher matcher(units_, scratch_.terms);
  const std::size_t wanted = std::max(kLookedAt, k_ * 2);
  for (const Candidate& one : candidates_) {
    if (judged_.size() >= wanted) break;
    if (is_near_miss(one)) continue;
    TRY(call_.check_stop());
    TRY_ASSIGN(auto hit, rows::passage(db, one.chunk));
    if (!hit) continue;  // Removed, and memory does not know yet.
    TRY_ASSIGN(const bool shown, filter_.fill_document(db, *hit));
    if (!shown) continue;
    Judged judged{.candidate = one, .hit = std::move(*hit), .match = {}};
    judged.match = matcher.match(judged.hit);
    if (judged.match.excluded || is_near_miss(judged)) continue;
    const bool found_by_word = one.keyword_rank || one.exact || one.named;
    if (!judged.candidate.similarity && !found_by_word) continue;
    judged.score = score_of(judged);
    judged.hit.score = static_cast<double>(judged.score);
    if (one.similarity) judged.hit.similarity = static_cast<double>(*one.similarity);
    judged_.push_back(std::move(judged));
  }
  std::ranges::stable_sort(judged_, std::greater(), &Judged::score);
  return {};
}

// Before its text is read: no word of the query stands in it, for certain.
bool SearchRun::is_near_miss(const Candidate& one) const {
  const bool by_word = one.bm25 > 0 || one.exact || one.named || !all_words_scanned_;
  return !query_.near_misses && !by_word && one.similarity.value_or(0) < floor_;
}

bool SearchRun::is_near_miss(const Judged& one) const {
  if (query_.near_misses) return false;
  if (one.match.lacks_phrase) return true;
  const bool by_word =
      !one.match.terms.empty() || one.candidate.keyword_rank || one.candidate.named;
  return !by_word && one.candidate.similarity.value_or(0) < floor_;
}

float SearchRun::score_of(const Judged& one) const {
  const PassageMatch& match = one.match;
  const float keyword =
      weights_.coverage * match.coverage + weights_.bm25 * bm25_share(one.candidate.bm25) +
      weights_.closeness * match.closeness * match.coverage + weights_.title * match.title_coverage;
  const float mixed = coded_ ? weights_.keyword * keyword +
                                   (1 - weights_.keyword) * meaning(one.candidate.similarity)
                             : keyword;
  // Who holds the very thing that was asked for comes before who only resembles it.
  return std::clamp(any_exact_ ? 0.5F * match.exact + 0.5F * mixed : mixed, 0.0F, 1.0F);
}

// Best first, without copies, and not one document alone while others have something to say.
std::vector<std::size_t> SearchRun::pick() const {
  const std::size_t of_one_content = std::max<std::size_t>(3, k_ / 3);
  std::vector<std::size_t> chosen;
  std::vector<std::size_t> deferred;
  std::unordered_map<ContentId, std::size_t> count;
  const auto is_copy = [&](std::size_t i) {
    return std::ranges::any_of(chosen, [&](std::size_t other) {
      return nearly_equal(judged_[i].match, judged_[other].match);
    });
  };
  for (std::size_t i = 0; i < judged_.size() && chosen.size() < k_; ++i) {
    if (is_copy(i)) continue;
    if (++count[judged_[i].hit.content] > of_one_content) {
      deferred.push_back(i);
    } else {
      chosen.push_back(i);
    }
  }
  for (const std::size_t i : deferred) {
    if (chosen.size() >= k_) break;
    if (!is_copy(i)) chosen.push_back(i);
  }
  std::ranges::sort(chosen);
  return chosen;
}

Explanation SearchRun::explain(const Judged& one) const {
  Explanation out;
  out.keyword_rank = one.candidate.keyword_rank;
  if (one.candidate.bm25 > 0) out.keyword_score = static_cast<double>(one.candidate.bm25);
  out.matched_terms = one.match.terms;
  out.vector_rank = one.candidate.vector_rank;
  out.similarity = one.hit.similarity;
  out.fused_score = one.hit.score;
  std::string words;
  for (const std::string& term : one.match.terms) {
    words += format("{}“{}”", words.empty() ? "" : ", ", text::shorten(term, 40));
  }
  if (!words.empty()) out.summary = format("has {}", words);
  if (one.candidate.keyword_rank) out.summary += format(" (rank {})", *one.candidate.keyword_rank);
  if (one.hit.similarity) {
    out.summary += format("{}meaning {:.2f}", out.summary.empty() ? "" : "; ", *one.hit.similarity);
    if (one.candidate.vector_rank) out.summary += format(" (rank {})", *one.candidate.vector_rank);
  }
  if (one.match.exact > 0) out.summary += "; holds what was asked for literally";
  if (one.candidate.named) out.summary += "; the file's name fits";
  return out;
}

}  // namespace hearth::search
