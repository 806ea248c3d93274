/// The first pass of keyword search: scores for every slot, from the index in memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/internal/parsed_query.h"
#include "search/internal/resident.h"

namespace hearth::search {

/// A unit of the query with what the library knows about it.
struct WeighedUnit {
  const Unit* unit = nullptr;
  std::vector<WordKeys> words;  ///< Of each of the unit's words.
  TermKey compound = 0;         ///< 0: none.
  std::vector<TermKey> pairs;
  std::vector<Slot> listed;     ///< Slots the vault found (phrases, prefixes); ascending.
  std::uint32_t documents = 0;  ///< Chunks that hold it, in any form.
  float rarity = 0;             ///< Inverse document frequency.
  bool exact = false;           ///< Who holds it literally comes before who does not.
};

/// Finds each unit's keys. Threads: as `Terms`.
[[nodiscard]] std::vector<WeighedUnit> weigh(const ParsedQuery& query, Terms& terms);
/// Fills in documents, rarity and `exact`. Phrases and prefixes must have their lists by now.
void measure(std::span<WeighedUnit> units, const WordIndex& words);
/// The same without an index in memory: every unit counts alike.
void measure_blindly(std::span<WeighedUnit> units);

struct SlotScore {
  float score = 0;
  Slot slot = kNoSlot;
};

/// Reused from query to query.
struct ScanScratch {
  std::vector<float> scores;  ///< Of each slot, after `scan_words`.
};

struct WordScan {
  std::vector<SlotScore> best;   ///< Best first.
  std::vector<SlotScore> exact;  ///< The best of those that hold an exact unit.
  bool complete = false;         ///< Every term was looked up: who has no score has no word.
  float ideal = 0;               ///< What a chunk with every unit would have, about.
};

/// Scores the slots of `allowed` (all living ones when null), without those in `excluded`. Cost is
/// bounded: common terms are left to the second pass when rarer ones have used up the budget.
[[nodiscard]] WordScan scan_words(const Resident::View& view, std::span<const WeighedUnit> units,
                                  const SlotSet* allowed, const SlotSet& excluded,
                                  std::size_t wanted, ScanScratch& scratch);

/// The slots that hold a negated unit.
[[nodiscard]] SlotSet excluded_slots(const Resident::View& view,
                                     std::span<const WeighedUnit> units);

}  // namespace hearth::search
