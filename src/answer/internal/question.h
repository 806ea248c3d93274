/// What a question asks for: the kind of answer, and the words that the answer's place must share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer/internal/recognise.h"
#include "answer/internal/words.h"

namespace hearth::answer {

/// The kind of answer. The first group must stand in the answer as a recognisable thing.
enum class Asked {
  Person,
  Date,
  Time,
  Duration,
  Frequency,
  Age,
  Money,
  Amount,
  Count,
  Quantity,
  Percent,
  Phone,
  Email,
  Url,
  Address,
  Code,
  Colour,
  Name,
  Place,
  YesNo,
  Reason,
  Steps,
  Definition,
  List,
  Which,
  Generic
};

/// A word of the question that the answer's surroundings should hold.
struct Focus {
  std::string word;  ///< Lower case.
  std::string stem;
  double weight = 1;  ///< How much of the topic it carries.
  bool name = false;  ///< Written as a name: it must be there itself.
  bool number = false;
  bool required = false;  ///< Names the very code asked for: "PASSPORT number".
  bool noun = false;      ///< Names a thing, as far as word order tells.
  bool key = false;       ///< What is asked about the topic: its verb ("REPAIRED") or attribute.
};

struct Request {
  std::string text;  ///< As asked, with a follow-up's topic added in front.
  Asked asked = Asked::Generic;
  std::vector<Focus> focus;
  std::vector<std::string> stems;  ///< Of every word, for finding what the question itself says.
  bool negated = false;
  bool soft = false;                   ///< "When do I add …": a moment, not necessarily a date.
  std::vector<std::string> compounds;  ///< "quince-attic": hyphenated names, lower case.
  bool plural = false;                 ///< "Which … are", "list all": several things are asked for.
  Measure measure = Measure::Any;      ///< Which units can answer "how heavy", "how far".
  std::string attribute;  ///< "what PASSWORD", "which COLOUR": stem of the noun asked for.
  [[nodiscard]] double weight() const;
};

/// Reads a question. `earlier` are the questions asked before in this conversation, oldest first;
/// they are used only when the new one cannot stand alone ("and how much was it?").
[[nodiscard]] Request read_question(std::string_view question,
                                    const std::vector<std::string>& earlier = {});

/// The questions in a text, at most three: "When does it end, and how much is it?" is two. A text
/// without a second one comes back whole.
[[nodiscard]] std::vector<std::string> questions_in(std::string_view text);

/// Must a text hold one of `things_for` to answer this kind of question?
[[nodiscard]] bool needs_thing(Asked asked);
/// Is `span` the kind of thing asked for?
[[nodiscard]] bool fits(Asked asked, const Span& span);
[[nodiscard]] std::string_view name(Asked asked);

}  // namespace hearth::answer
