/// Turns chosen pieces into the answer's text and its citations.
#pragma once

#include <string>
#include <vector>

#include "answer/answerer.h"
#include "answer/internal/evidence.h"
#include "answer/internal/finding.h"

namespace hearth::answer {

/// One paragraph of an extractive answer with the place it was taken from.
struct Paragraph {
  std::string text;  ///< Markdown, ends with its mark "[n]".
  Citation citation;
};

/// The paragraphs of an extractive answer, best first, numbered from `first_number`.
[[nodiscard]] std::vector<Paragraph> compose(const Request& request, const Evidence& evidence,
                                             const Finding& finding, int first_number = 1);

/// Cites the candidates `first`..`last` of one source; `quote` is exactly their range.
[[nodiscard]] Citation cite(const Evidence& evidence, std::size_t first, std::size_t last,
                            int number, double score);

}  // namespace hearth::answer
