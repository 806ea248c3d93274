/// The names of values in tables and programs: "price_eur: 549", "KEEP_DAYS=45".
#pragma once

#include <string_view>

#include "answer/internal/question.h"

namespace hearth::answer {

/// The name before the value at `at`; empty when there is none.
[[nodiscard]] std::string_view key_before(std::string_view shown, std::size_t at);
/// Does such a name say that its bare number is the kind of thing asked for?
[[nodiscard]] bool key_says(Asked asked, std::string_view key);

/// Does it say that the number is measured in units of that kind: "weight_kg"?
[[nodiscard]] bool key_measures(Measure measure, std::string_view key);

}  // namespace hearth::answer
