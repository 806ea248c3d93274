/// Decides whether the evidence answers the question, and which pieces of it to show.
#pragma once

#include <string>
#include <vector>

#include "answer/internal/evidence.h"
#include "answer/internal/question.h"

namespace hearth::answer {

/// Neighbouring pieces of one document that are shown and cited together.
struct Part {
  std::size_t first = 0;  ///< Indices of candidates, inclusive.
  std::size_t last = 0;
  std::size_t key = 0;  ///< The one that made it worth showing.
  double confidence = 0;
};

/// Why nothing was shown, for tests and for the note.
enum class Lack { Nothing, NoPassage, WordAbsent, NameMissing, ThingMissing, TooFar };

struct Finding {
  bool found = false;
  Lack lack = Lack::Nothing;
  double confidence = 0;  ///< In [0, 1]; of the best part.
  double covered = 0;     ///< Weighted share of the focus words at the best piece.
  /// Best first. When not found: the places that come close, if any.
  std::vector<Part> parts;
  std::size_t nearest = 0;  ///< The best candidate, also when it was not enough.
  std::string missing;      ///< The word that was missed most.
};

[[nodiscard]] Finding decide(const Request& request, const Evidence& evidence);

/// The same for every piece looked at, as if it were the only one: for fitting the weights.
[[nodiscard]] std::vector<Finding> each_alone(const Request& request, const Evidence& evidence);

/// The exact place in `candidate.unit.shown` that answers, when the kind of answer gives one.
[[nodiscard]] const Span* key_span(const Request& request, const Candidate& candidate);

}  // namespace hearth::answer
