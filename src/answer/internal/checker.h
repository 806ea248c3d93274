/// Checks one written sentence against the sentences of the sources: what they do not say is
/// refused.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer/internal/recognise.h"
#include "answer/internal/words.h"

namespace hearth::answer {

/// A sentence that may support another, with what stands above it.
struct Ground {
  std::string text;
  std::string context;   ///< Title and headings: they say what the sentence is about.
  bool follows = false;  ///< It continues the ground before it (same paragraph).
};

struct Support {
  bool supported = false;
  std::size_t ground = 0;  ///< The sentence that supports it, or the nearest one.
  std::string why;         ///< What is wrong, for tests and logs: a few words, no personal text.
};

/// Is the sentence a refusal ("the text does not say") rather than a statement?
[[nodiscard]] bool is_refusal(std::string_view sentence);

/// Compares by words alone: every number, name and date of the sentence must stand in one place of
/// the sources, bound to the same words; negation, direction and opposites must agree; nearly every
/// content word must be there. Strict on purpose: a true sentence refused costs little, a false one
/// shown much.
///
/// Threads: `check` may be called from any.
class Checker {
 public:
  /// `question` decides what a leading "yes" or "no" would mean.
  Checker(std::vector<Ground> grounds, std::string_view question);

  [[nodiscard]] Support check(std::string_view sentence) const;

 private:
  struct Text {
    std::string shown;
    std::vector<Word> words;
    std::vector<std::size_t> content;  // indices of content words
    StemSet stems;
    int negations = 0;
  };
  [[nodiscard]] static Text read(std::string_view text);
  [[nodiscard]] std::string fault(const Text& sentence, const Text& ground, const StemSet& context,
                                  int polarity) const;
  [[nodiscard]] std::string polarity_fault(const Text& ground, int polarity) const;

  std::vector<Ground> grounds_;
  std::vector<Text> texts_;
  std::vector<StemSet> contexts_;
  Text question_;
};

}  // namespace hearth::answer
