/// The words by which dates, amounts, people and places are recognised. English, lower case.
#pragma once

#include <string_view>
#include <unordered_set>

namespace hearth::answer {

using Vocabulary = std::unordered_set<std::string_view>;

[[nodiscard]] const Vocabulary& months();
[[nodiscard]] const Vocabulary& weekdays();
[[nodiscard]] const Vocabulary& day_words();
[[nodiscard]] const Vocabulary& time_units();
[[nodiscard]] const Vocabulary& measure_units();
[[nodiscard]] const Vocabulary& currency_words();
[[nodiscard]] const Vocabulary& number_words();
[[nodiscard]] const Vocabulary& roles();
[[nodiscard]] const Vocabulary& colours();
[[nodiscard]] const Vocabulary& place_prepositions();

}  // namespace hearth::answer
