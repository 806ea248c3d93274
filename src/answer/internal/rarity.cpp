#include <algorithm>
#include <cmath>

#include "answer/internal/evidence.h"

namespace hearth::answer {
namespace {

double strangeness(std::string_view word, const inference::Embedder& embedder) {
  const std::size_t nothing = embedder.count_tokens("");
  const std::size_t pieces = embedder.count_tokens(word);
  return pieces <= nothing + 1 ? 0 : pieces == nothing + 2 ? 0.5 : 1;
}

// 1 for a word of no passage, 0 for a word of every one.
double spread(std::uint64_t holders, std::uint64_t passages) {
  const auto all = static_cast<double>(passages) + 1;
  return std::clamp(std::log(all / (static_cast<double>(holders) + 0.5)) / std::log(all / 0.5), 0.0,
                    1.0);
}

// A file may be named after what its text never says.
bool names_a_file(const Evidence& evidence, std::string_view word) {
  return std::ranges::any_of(evidence.sources, [&](const SourceText& source) {
    return fold(source.hit.path).find(word) != std::string::npos;
  });
}

}  // namespace

void add_rarities(const Request& request, const search::Results& results,
                  const inference::Embedder& embedder, Evidence& evidence) {
  const auto term_of = [&](const std::string& word) -> const search::TermSpread* {
    const auto term = std::ranges::find(results.terms, word, &search::TermSpread::word);
    return term == results.terms.end() || results.passages == 0 ? nullptr : &*term;
  };
  for (const Focus& focus : request.focus) {
    Rarity rarity;
    rarity.strange = focus.number ? 0 : strangeness(focus.word, embedder);
    if (const search::TermSpread* term = term_of(focus.word)) {
      rarity.spread = spread(term->passages, results.passages);
      rarity.absent = term->passages == 0;
    }
    if (focus.name && rarity.absent && !names_a_file(evidence, focus.word))
      evidence.absent = focus.word;
    evidence.rarities.push_back(rarity);
  }
  // "error S-58": a code has no other words.
  for (const std::string& compound : request.compounds) {
    const bool code = std::ranges::any_of(compound, [](char c) { return c >= '0' && c <= '9'; });
    const search::TermSpread* term = term_of(compound);
    if (code && term != nullptr && term->passages == 0) evidence.absent = compound;
  }
}

}  // namespace hearth::answer
