/// Finds the things a question may ask for in a text: dates, amounts, names, numbers, places.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "answer/internal/words.h"
#include "core/text.h"

namespace hearth::answer {

enum class Thing {
  Date,
  Time,
  Duration,
  Frequency,
  Money,
  Percent,
  Quantity,
  Number,
  Name,
  Role,
  Place,
  Email,
  Phone,
  Url,
  Path,
  Code,
  Colour
};

/// One such thing and where it stands.
struct Span {
  Thing thing = Thing::Number;
  text::Range range;
  bool weak = false;  ///< A year alone, a month alone, a word that may be a name.
};

/// What a unit measures.
enum class Measure { Any, Mass, Length, Temperature, Volume, Data };
/// By the unit's lower-case name; `Any` for units of other kinds.
[[nodiscard]] Measure measure_of(std::string_view unit);

/// Everything found, in order of place; things of different kinds may overlap. `words` are those of
/// `text`. Linear in the text.
[[nodiscard]] std::vector<Span> recognise(std::string_view text, const std::vector<Word>& words);

/// The value of a number or number word ("1,250.5", "twelve"); digits without separators.
[[nodiscard]] std::string number_value(std::string_view lower);
[[nodiscard]] bool is_number_word(std::string_view lower);
[[nodiscard]] bool is_month(std::string_view lower);
[[nodiscard]] bool is_weekday(std::string_view lower);
[[nodiscard]] bool is_role(std::string_view lower);

}  // namespace hearth::answer
