/// Words of a text with their places: lower case without accents, stems, stop words, synonyms.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/text.h"

namespace hearth::answer {

/// One word, number or identifier of a text.
struct Word {
  text::Range range;     ///< Bytes in the text it was read from.
  std::string lower;     ///< Lower case, Latin accents removed, possessive 's removed.
  std::string stem;      ///< Equal for the forms of one word; digits stay as they are.
  bool capital = false;  ///< Begins with an upper-case letter.
  bool has_digit = false;
  bool stop = false;  ///< A function word: carries no topic.
};

/// Splits at everything that is neither letter nor digit. Numbers keep their inner marks
/// ("1,250.50", "07:30", "2024-05-01"); identifiers their underscores. Parts of compounds are
/// separate words.
[[nodiscard]] std::vector<Word> words_of(std::string_view text);

/// The English stem (Porter's second algorithm) of a lower-case word.
[[nodiscard]] std::string stem_of(std::string_view lower);

[[nodiscard]] bool is_stop_word(std::string_view lower);
/// Words so common that sharing one says little ("need", "thing", "work").
[[nodiscard]] bool is_common_word(std::string_view lower);

/// Do two stems stand for nearly the same thing in everyday use ("rent", "lease")?
[[nodiscard]] bool are_synonyms(std::string_view stem, std::string_view other);

/// Are the two stems opposites ("open", "closed"; "before", "after")?
[[nodiscard]] bool are_opposites(std::string_view stem, std::string_view other);

/// The stems of a text, with the parts of identifiers ("max_size" gives max and size as well).
using StemSet = std::unordered_set<std::string>;
[[nodiscard]] StemSet stems_of(const std::vector<Word>& words);

/// Lower case without Latin accents; other characters stay.
[[nodiscard]] std::string fold(std::string_view utf8);

}  // namespace hearth::answer
