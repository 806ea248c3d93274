/// Which words of a question name the kind of its answer.
#pragma once

#include <optional>
#include <string_view>

#include "answer/internal/question.h"

namespace hearth::answer {

/// The kind of answer that a noun names: "what PRICE", "the DEADLINE of".
[[nodiscard]] std::optional<Asked> kind_of_noun(std::string_view noun);
/// Words of the question that a fitting answer accounts for by itself: an amount of money needs no
/// word "cost" beside it.
[[nodiscard]] bool accounted_by_kind(Asked asked, std::string_view word);

}  // namespace hearth::answer
