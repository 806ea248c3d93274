// Cuts a text into the questions it asks.
#include <algorithm>
#include <array>

#include "answer/internal/question.h"

namespace hearth::answer {
namespace {

bool opens_question(std::string_view lower) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "who", "whom", "whose", "what", "when", "where", "why", "how", "which"};
  return std::ranges::find(kWords, lower) != kWords.end();
}

bool is_joint(std::string_view text, const std::vector<Word>& words, std::size_t i) {
  const std::size_t before = words[i - 1].range.end;
  const std::string_view gap = text.substr(before, words[i].range.start - before);
  if (gap.find('?') != std::string_view::npos) return true;
  // "…, and how much", "… and by when"; without a comma only a bare question word follows.
  if (words[i].lower != "and" || i + 2 >= words.size()) return false;
  if (opens_question(words[i + 1].lower)) return true;
  const bool comma = gap.find(',') != std::string_view::npos;
  return comma && words[i + 1].stop && opens_question(words[i + 2].lower);
}

}  // namespace

std::vector<std::string> questions_in(std::string_view text) {
  constexpr std::size_t kPartsMax = 3;
  constexpr std::size_t kWordsMin = 3;  // "who and when?" is one question
  const std::vector<Word> words = words_of(text);
  std::vector<std::string> parts;
  std::size_t first = 0;
  std::size_t start = 0;
  const bool asks =
      std::ranges::any_of(words, [](const Word& w) { return opens_question(w.lower); });
  for (std::size_t i = 1; asks && i < words.size() && parts.size() + 1 < kPartsMax; ++i) {
    const bool long_enough = i - first >= kWordsMin && words.size() - i >= kWordsMin;
    if (!long_enough || !is_joint(text, words, i)) continue;
    std::string part(text::trim(text.substr(start, words[i - 1].range.end - start)));
    parts.push_back(part + "?");
    first = words[i].lower == "and" ? i + 1 : i;
    start = words[first].range.start;
  }
  parts.emplace_back(text::trim(text.substr(start)));
  if (parts.size() == 1) parts.front() = std::string(text);
  return parts;
}

}  // namespace hearth::answer
