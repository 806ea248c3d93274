/// One search inside one snapshot of the vault.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "search/internal/keyword_scan.h"
#include "search/internal/lanes.h"
#include "search/internal/passage_match.h"
#include "search/internal/resident.h"
#include "search/types.h"
#include "storage/database.h"

namespace hearth::search {

/// How the two ways of finding are weighed. The four parts of a keyword score add up to 1.
struct Weights {
  float keyword = 0.45F;  ///< The rest belongs to meaning.
  float coverage = 0.40F;
  float bm25 = 0.40F;
  float closeness = 0.10F;
  float title = 0.10F;
};

/// What a search needs room for; reused.
struct SearchScratch {
  Terms terms;
  ScanScratch scan;
  Lanes* lanes = nullptr;  ///< Shared by all searches; may be absent.
};

/// Scans memory for candidates by word and by meaning, reads the most promising from the vault,
/// looks at them closely, and keeps the best.
///
/// Threads: one. Errors: as `Searcher`.
class SearchRun {
 public:
  /// Everything handed in must outlive the run. An empty `vector` searches by word alone.
  /// `unrelated_below` is the embedder's.
  SearchRun(const Resident& resident, const Weights& weights, SearchScratch& scratch,
            const Call& call, const Query& query, const ParsedQuery& parsed,
            std::span<const float> vector, float unrelated_below);
  [[nodiscard]] Result<void> run(storage::Connection& db, Results& results);

 private:
  struct Candidate {
    ChunkId chunk;
    float bm25 = 0;
    std::optional<std::size_t> keyword_rank;
    std::optional<std::size_t> vector_rank;
    std::optional<float> similarity;
    bool exact = false;
    bool named = false;
    float guess = 0;
  };
  struct Judged {
    Candidate candidate;
    Hit hit;
    PassageMatch match;
    float score = 0;
  };

  // Finding candidates.
  Result<void> list_from_vault(storage::Connection& db);
  Result<void> list_named(storage::Connection& db);
  void scan(Results& results);
  void tell_terms(const WordIndex& words, Results& results) const;
  [[nodiscard]] std::optional<SlotSet> phrase_holders(const Resident::View& view,
                                                      const SlotSet* allowed) const;
  void scan_words_in_memory(const Resident::View& view, const SlotSet* allowed);
  void scan_vectors(const Resident::View& view, const SlotSet* allowed);
  void add_named(const Resident::View& view, const SlotSet* allowed);
  Result<void> scan_words_in_vault(storage::Connection& db);
  [[nodiscard]] Candidate& candidate(ChunkId chunk);

  // Looking closely.
  void guess_scores();
  Result<void> rescore_vectors(storage::Connection& db);
  Result<void> look_closely(storage::Connection& db);
  [[nodiscard]] float meaning(std::optional<float> similarity) const;
  [[nodiscard]] float bm25_share(float bm25) const;
  [[nodiscard]] bool is_near_miss(const Candidate& one) const;
  [[nodiscard]] bool is_near_miss(const Judged& one) const;
  [[nodiscard]] float score_of(const Judged& one) const;

  // Choosing.
  [[nodiscard]] std::vector<std::size_t> pick() const;
  [[nodiscard]] Explanation explain(const Judged& one) const;

  const Resident& resident_;
  const Weights& weights_;
  SearchScratch& scratch_;
  const Call& call_;
  const Query& query_;
  std::size_t k_;
  float floor_ = 0;  // Passages found by meaning alone are at least this similar.
  std::vector<WeighedUnit> units_;
  std::vector<std::vector<rows::WordMatch>> lists_;  // of each unit
  rows::DocumentFilter filter_;
  std::vector<ContentId> allowed_contents_;
  std::vector<std::vector<ChunkId>> named_chunks_;  // of each file whose name fits, in order
  SlotSet excluded_;
  std::optional<CodedQuery> coded_;
  rows::Space space_;
  Background background_;
  float top_similarity_ = 0;
  float ideal_ = 0;
  bool words_in_memory_ = false;
  bool all_words_scanned_ = false;
  bool any_exact_ = false;
  std::vector<Candidate> candidates_;
  std::unordered_map<ChunkId, std::size_t> places_;
  std::vector<Judged> judged_;
};

}  // namespace hearth::search
