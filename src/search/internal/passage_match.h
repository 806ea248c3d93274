/// The second pass of keyword search: what a passage really says of the query.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/internal/keyword_scan.h"
#include "search/types.h"

namespace hearth::search {

/// How a passage answers the words of a query. Shares are weighed by rarity.
struct PassageMatch {
  float coverage = 0;              ///< The share of the units that stand in passage or heading.
  float title_coverage = 0;        ///< The share that stands in title, heading or file name.
  float closeness = 0;             ///< 1 when the matched units stand side by side.
  float exact = 0;                 ///< The share of exact units that stand there literally.
  float matched_rarity = 0;        ///< What was matched, to be told from nothing.
  bool excluded = false;           ///< It holds a negated unit.
  bool lacks_phrase = false;       ///< A phrase that was asked for stands nowhere in it.
  std::vector<std::string> terms;  ///< The units that matched, as typed.
  std::array<std::uint32_t, 16> sketch{};  ///< Alike for texts that share nearly all words.
  std::uint64_t numbers = 0;               ///< Equal only when the texts hold the same numbers.
};

/// Threads: one. Errors: none.
class PassageMatcher {
 public:
  /// `units` must outlive the matcher.
  PassageMatcher(std::span<const WeighedUnit> units, Terms& terms);
  [[nodiscard]] PassageMatch match(const Hit& hit);

 private:
  struct Occurrence {
    std::uint32_t position;
    std::uint32_t unit;
  };
  struct Wanted {
    TermKey key;
    std::uint32_t unit;
    bool exact;
  };
  enum class Found : std::uint8_t { No, InAForm, Literally };
  void find_words(std::string_view text, std::vector<Found>& found);
  void find_phrases(std::vector<Found>& found);
  void sketch(PassageMatch& out);
  [[nodiscard]] float closeness();
  [[nodiscard]] float literal(const WeighedUnit& one, std::string_view text) const;

  std::span<const WeighedUnit> units_;
  Terms& terms_;
  Tokens tokens_;
  std::vector<Wanted> wanted_;  // sorted by key
  std::vector<Occurrence> occurrences_;
  float total_rarity_ = 0;
  float exact_rarity_ = 0;
};

/// True when two passages are the same text but for a few words, none of them a number.
[[nodiscard]] bool nearly_equal(const PassageMatch& a, const PassageMatch& b);

}  // namespace hearth::search
