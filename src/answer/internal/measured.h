/// What is known about one piece of evidence beside one question, as numbers between about -2
/// and 2. The weights that turn them into a probability are fitted by evals/fit.py.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "answer/internal/evidence.h"
#include "answer/internal/question.h"

namespace hearth::answer {

/// The order is that of the weights in weights.h.
enum class Feature : std::size_t {
  Bias,
  Meaning,         ///< Cosine of question and piece.
  MeaningHigh,     ///< The part of it above 0.72.
  Nearness,        ///< Cosine of question and the whole passage.
  NotNear,         ///< Search did not compare the passage by meaning.
  Own,             ///< Share of the question's content words in the piece itself …
  Close,           ///< … with its heading and neighbours …
  Around,          ///< … and its document's title.
  Exact,           ///< Share of them in the piece in the very same form.
  Names,           ///< Share of the question's names near the piece; 0 without names.
  Named,           ///< The question has names.
  NameLost,        ///< One of them is nowhere near.
  NumberLost,      ///< A number of the question is not there.
  WorstLost,       ///< The most that one content word is missing, with the surroundings …
  WorstLostClose,  ///< … and without the document's title.
  KeyUnmet,        ///< The verb or attribute asked about is missing.
  NounUnmet,       ///< A noun of the question is missing …
  NounUnmetClose,  ///< … near by.
  Thing,           ///< It holds the kind of thing asked for …
  ThingWeak,       ///< … but hardly recognisable …
  ThingAway,       ///< … or only the sentence beside it does.
  ThingNear,       ///< How near that thing stands to the question's words.
  ThingLost,       ///< It does not although the question needs one.
  PlaceLost,       ///< The same for "where", which may be answered otherwise.
  RequiredLost,    ///< "PASSPORT number", and there is no passport.
  Conflict,        ///< It names another thing of the same family.
  Header,          ///< A mail's header line.
  Courtesy,        ///< Its greeting.
  AsksItself,      ///< The piece is a question.
  Heading,
  Row,
  Message,
  Code,
  Short,
  InHit,
  Rank,    ///< Of its document in the search.
  Voices,  ///< How much of the document the search found, beside the one it found most of.
  Margin,  ///< How far its meaning is above the best of other documents.
  Lead,    ///< How far its meaning is above the average piece looked at.
  Topic,   ///< How much topic the question has.
  Typed,   ///< The question asks for a recognisable thing.
  YesNo,
  Telling,  ///< Why, how to, what is.
  Choosing,
  Person,
  Place,
  Count,
  MeaningAndWords,
  TypedWords,
  Absent,            ///< A focus word stands nowhere in the library …
  AbsentStrange,     ///< … and is no everyday word either.
  AbsentName,        ///< A name or code stands nowhere: then nothing here is an answer.
  StrangeLost,       ///< A word that is no everyday word is missing around the piece …
  StrangeLostClose,  ///< … and near by.
  RareOwn,           ///< Like Own, Close and Around, each word weighed by its rarity.
  RareClose,
  RareAround,
  RareLost,  ///< The most that one word is missing, times its rarity.
  PersonKeyUnmet,
  TypedNounUnmet,
  NothingNew,   ///< Every content word of the piece stands in the question …
  Novelty,      ///< … or how many do not, up to five.
  GivesReason,  ///< "Why", and the piece says "because".
  GivesRule,    ///< "May I", and the piece says what may be.
  Defines,      ///< "What is X", and the piece begins with X and says what it is.
};
constexpr std::size_t kFeatures = static_cast<std::size_t>(Feature::Defines) + 1;
using Features = std::array<double, kFeatures>;

/// A piece together with the neighbour that holds the thing asked for, when it does not itself.
struct Window {
  double thing = 0;
  std::size_t holder = 0;
};

struct Measured {
  Window window;
  double covered = 0;   ///< Weighted share of the focus words around the piece.
  std::string missing;  ///< The heaviest focus word that is not there.
  bool name_lost = false;
  bool thing_lost = false;
  bool code_lost = false;  ///< "PASSPORT number", and there is no passport.
  Features features{};
};

[[nodiscard]] Measured measure(const Request& request, const Evidence& evidence, std::size_t i);
/// Log odds: of being the best piece, and of being an answer when it is the best.
struct Odds {
  double choosing = 0;
  double deciding = 0;
};
[[nodiscard]] Odds odds_of(const Features& features);
[[nodiscard]] std::string_view name(Feature feature);

/// Do two candidates stand in one paragraph, list or table of one document?
[[nodiscard]] bool neighbours(const Evidence& evidence, std::size_t a, std::size_t b);

}  // namespace hearth::answer
