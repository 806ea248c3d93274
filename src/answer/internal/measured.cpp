#include "answer/internal/measured.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "answer/internal/weights.h"

namespace hearth::answer {
namespace {

bool stands_alone(const Candidate& c) {
  return c.unit.form == Form::Row || c.unit.form == Form::Message || c.unit.form == Form::Item ||
         c.unit.form == Form::Code;
}

Window window_of(const Evidence& evidence, std::size_t i) {
  const Candidate& c = evidence.candidates[i];
  Window window{c.thing, i};
  if (window.thing >= 1 || stands_alone(c)) return window;
  const auto look = [&](std::size_t other, double weight) {
    if (!neighbours(evidence, i, other)) return;
    if (stands_alone(evidence.candidates[other]) || evidence.candidates[other].conflict) return;
    const double thing = weight * evidence.candidates[other].thing;
    if (thing > window.thing + 0.3) window = {thing, other};
  };
  look(i + 1, 0.8);
  if (i > 0) look(i - 1, 0.7);
  // The thing under its heading.
  if (c.unit.form == Form::Heading && i + 1 < evidence.candidates.size() &&
      evidence.candidates[i + 1].source == c.source) {
    const double thing = 0.8 * evidence.candidates[i + 1].thing;
    if (thing > window.thing) window = {thing, i + 1};
  }
  return window;
}

// Falls from 1 with the distance between the thing and the nearest word of the question.
double thing_near(const Request& request, const Candidate& c) {
  constexpr double kReach = 30;
  double best = 0;
  for (const Span& span : c.spans) {
    for (const Word& word : c.words) {
      if (word.stop || is_common_word(word.lower)) continue;
      const StemSet one{word.stem};
      const bool asked = std::ranges::any_of(
          request.focus, [&](const Focus& f) { return f.weight >= 0.3 && match(f, one) > 0.7; });
      if (!asked) continue;
      const double gap = word.range.end <= span.range.start
                             ? static_cast<double>(span.range.start - word.range.end)
                             : static_cast<double>(word.range.start >= span.range.end
                                                       ? word.range.start - span.range.end
                                                       : 0);
      best = std::max(best, (span.weak ? 0.7 : 1.0) * std::exp(-gap / kReach));
    }
  }
  return best;
}

// A document in which several passages fit is more likely the right one than one with a single hit.
double voices(const SourceText& source) {
  constexpr std::size_t kCounted = 4;
  constexpr double kFade = 0.7;
  std::vector<double> scores = source.found_scores;
  std::ranges::sort(scores, std::greater{});
  double sum = 0;
  double weight = 1;
  for (std::size_t i = 0; i < std::min(kCounted, scores.size()); ++i, weight *= kFade) {
    sum += weight * scores[i];
  }
  return sum;
}

class Measuring {
 public:
  Measuring(const Request& request, const Evidence& evidence, std::size_t i)
      : request_(request), evidence_(evidence), c_(evidence.candidates[i]) {
    out_.window = window_of(evidence, i);
  }

  Measured run() {
    set(Feature::Bias, 1.0);
    measure_words();
    measure_unmet();
    measure_rarity();
    measure_meaning();
    measure_thing();
    measure_form();
    measure_telling();
    set(Feature::MeaningAndWords,
        std::clamp((c_.meaning - 0.5) / 0.3, 0.0, 1.0) * value(Feature::Close));
    set(Feature::TypedWords, value(Feature::Typed) * value(Feature::Close));
    set(Feature::PersonKeyUnmet, value(Feature::Person) * value(Feature::KeyUnmet));
    set(Feature::TypedNounUnmet, value(Feature::Typed) * value(Feature::NounUnmet));
    return std::move(out_);
  }

 private:
  void set(Feature feature, double value) {
    out_.features[static_cast<std::size_t>(feature)] = value;
  }
  void set(Feature feature, bool holds) { set(feature, holds ? 1.0 : 0.0); }
  [[nodiscard]] double value(Feature feature) const {
    return out_.features[static_cast<std::size_t>(feature)];
  }

  // Names bring the reader to the document; they say little about whether the fact is in it.
  void measure_words();
  void measure_unmet();
  void measure_rarity();
  void measure_meaning();
  void measure_thing();
  void measure_form();
  void measure_telling();
  [[nodiscard]] bool says_one_of(std::initializer_list<std::string_view> words) const;

  const Request& request_;
  const Evidence& evidence_;
  const Candidate& c_;
  Measured out_;
};

void Measuring::measure_words() {
  double all = 0;
  double own = 0;
  double close = 0;
  double around = 0;
  double exact = 0;
  double names = 0;
  double names_held = 0;
  double worst = 0;
  double worst_close = 0;
  double heaviest = 0;
  bool number_lost = false;
  bool required_lost = false;
  for (std::size_t f = 0; f < request_.focus.size(); ++f) {
    const Focus& focus = request_.focus[f];
    const double weight = evidence_.weights[f];
    if (weight * (1 - c_.around[f]) > heaviest) {
      heaviest = weight * (1 - c_.around[f]);
      out_.missing = focus.word;
    }
    if (focus.required && c_.around[f] < 0.5) required_lost = true;
    if (focus.number && c_.around[f] < 0.3) number_lost = true;
    if (focus.name) {
      names += weight;
      names_held += weight * c_.around[f];
      out_.name_lost = out_.name_lost || c_.around[f] < 0.3;
      continue;
    }
    all += weight;
    own += weight * c_.own[f];
    close += weight * c_.close[f];
    around += weight * c_.around[f];
    exact += weight * (c_.stems.contains(focus.stem) ? 1 : 0);
    if (focus.weight < 0.6) continue;
    worst = std::max(worst, std::min(weight, 1.0) * (1 - c_.around[f]));
    worst_close = std::max(worst_close, std::min(weight, 1.0) * (1 - c_.close[f]));
  }
  const double name_share = names > 0 ? names_held / names : 0;
  const auto share = [&](double held) { return all >= 0.3 ? held / all : name_share; };
  set(Feature::Own, share(own));
  set(Feature::Close, share(close));
  set(Feature::Around, share(around));
  set(Feature::Exact, share(exact));
  set(Feature::Names, name_share);
  set(Feature::Named, names > 0);
  set(Feature::NameLost, out_.name_lost);
  set(Feature::NumberLost, number_lost);
  set(Feature::RequiredLost, required_lost);
  out_.code_lost = required_lost;
  set(Feature::WorstLost, worst);
  set(Feature::WorstLostClose, worst_close);
  set(Feature::Topic, std::log(0.5 + all + names));
  out_.covered = names > 0 ? 0.7 * share(around) + 0.3 * name_share : share(around);
}

// What the question is about must be near, not only its topic: "repaired", not just "dishwasher".
void Measuring::measure_unmet() {
  double key = 0;
  double noun = 0;
  double noun_close = 0;
  for (std::size_t f = 0; f < request_.focus.size(); ++f) {
    const Focus& focus = request_.focus[f];
    if (focus.key) key = std::max(key, 1 - std::min(c_.close[f] / 0.5, 1.0));
    if (!focus.noun || focus.name) continue;
    noun = std::max(noun, std::clamp((0.65 - c_.around[f]) / 0.4, 0.0, 1.0));
    noun_close = std::max(noun_close, std::clamp((0.65 - c_.close[f]) / 0.4, 0.0, 1.0));
  }
  set(Feature::KeyUnmet, key);
  set(Feature::NounUnmet, noun);
  set(Feature::NounUnmetClose, noun_close);
}

// "Metformin" and "S-58" have no other words; "security money" has.
void Measuring::measure_rarity() {
  if (evidence_.rarities.empty()) return;
  double absent = 0;
  double absent_strange = 0;
  double strange = 0;
  double strange_close = 0;
  double lost = 0;
  double all = 0;
  double own = 0;
  double close = 0;
  double around = 0;
  for (std::size_t f = 0; f < request_.focus.size(); ++f) {
    const Rarity& rarity = evidence_.rarities[f];
    const double missing = 1 - c_.around[f];
    if (rarity.absent) absent = std::max(absent, missing);
    if (rarity.absent) absent_strange = std::max(absent_strange, rarity.strange * missing);
    strange = std::max(strange, rarity.strange * missing);
    strange_close = std::max(strange_close, rarity.strange * (1 - c_.close[f]));
    lost = std::max(lost, rarity.spread * missing);
    all += rarity.spread;
    own += rarity.spread * c_.own[f];
    close += rarity.spread * c_.close[f];
    around += rarity.spread * c_.around[f];
  }
  set(Feature::Absent, absent);
  set(Feature::AbsentStrange, absent_strange);
  set(Feature::AbsentName, !evidence_.absent.empty());
  set(Feature::StrangeLost, strange);
  set(Feature::StrangeLostClose, strange_close);
  set(Feature::RareLost, lost);
  if (all <= 0) return;
  set(Feature::RareOwn, own / all);
  set(Feature::RareClose, close / all);
  set(Feature::RareAround, around / all);
}

void Measuring::measure_meaning() {
  double others = 0;
  double sum = 0;
  double count = 0;
  for (const Candidate& other : evidence_.candidates) {
    if (!other.embedded) continue;
    sum += other.meaning;
    count += 1;
    if (other.source != c_.source) others = std::max(others, other.meaning);
  }
  if (c_.embedded) {
    set(Feature::Meaning, std::clamp((c_.meaning - 0.62) / 0.1, -2.0, 2.5));
    set(Feature::MeaningHigh, std::max(0.0, (c_.meaning - 0.72) / 0.1));
    set(Feature::Lead, (c_.meaning - sum / std::max(count, 1.0)) / 0.1);
    if (others > 0) set(Feature::Margin, std::clamp((c_.meaning - others) / 0.05, -2.0, 2.0));
  } else {
    set(Feature::Meaning, -2.0);
  }
  if (c_.nearness > 0) {
    set(Feature::Nearness, std::clamp((c_.nearness - 0.65) / 0.1, -2.0, 2.0));
  }
  set(Feature::NotNear, c_.nearness <= 0);
  set(Feature::InHit, c_.in_hit);
  set(Feature::Rank, 1.0 / (1.0 + static_cast<double>(c_.source)));
  double loudest = 0;
  for (const SourceText& source : evidence_.sources) loudest = std::max(loudest, voices(source));
  if (loudest > 0) set(Feature::Voices, voices(evidence_.sources[c_.source]) / loudest);
}

void Measuring::measure_thing() {
  const bool typed = needs_thing(request_.asked);
  const bool strict = typed && !request_.soft;
  out_.thing_lost = strict && out_.window.thing < 0.4;
  set(Feature::Typed, typed);
  set(Feature::Thing, strict ? out_.window.thing : 0.0);
  set(Feature::ThingWeak, strict && c_.thing > 0 && c_.thing < 1);
  set(Feature::ThingAway, strict && !out_.thing_lost && c_.thing < out_.window.thing);
  set(Feature::ThingNear, strict ? thing_near(request_, c_) : 0.0);
  set(Feature::ThingLost, out_.thing_lost);
  set(Feature::Person, request_.asked == Asked::Person);
  set(Feature::Place, request_.asked == Asked::Place);
  set(Feature::Count, request_.asked == Asked::Count);
  set(Feature::PlaceLost, request_.asked == Asked::Place && out_.window.thing <= 0);
  set(Feature::YesNo, request_.asked == Asked::YesNo);
  set(Feature::Telling, request_.asked == Asked::Reason || request_.asked == Asked::Steps ||
                            request_.asked == Asked::Definition);
  set(Feature::Choosing, request_.asked == Asked::Which || request_.asked == Asked::List);
}

void Measuring::measure_form() {
  set(Feature::Conflict, c_.conflict);
  set(Feature::Header, c_.header);
  set(Feature::Courtesy, c_.courtesy);
  set(Feature::AsksItself, c_.unit.shown.ends_with('?'));
  set(Feature::Heading, c_.unit.form == Form::Heading);
  set(Feature::Row, c_.unit.form == Form::Row);
  set(Feature::Message, c_.unit.form == Form::Message);
  set(Feature::Code, c_.unit.form == Form::Code);
  set(Feature::Short, c_.words.size() < 5);
}

bool Measuring::says_one_of(std::initializer_list<std::string_view> words) const {
  return std::ranges::any_of(
      c_.words, [&](const Word& w) { return std::ranges::find(words, w.lower) != words.end(); });
}

// The words by which people explain, allow and define.
void Measuring::measure_telling() {
  const auto fresh = std::ranges::count_if(c_.words, [&](const Word& w) {
    return !w.stop && std::ranges::find(request_.stems, w.stem) == request_.stems.end();
  });
  set(Feature::NothingNew, fresh == 0);
  set(Feature::Novelty, std::min(static_cast<double>(fresh), 5.0) / 5.0);
  set(Feature::GivesReason,
      request_.asked == Asked::Reason &&
          says_one_of({"because", "since", "due", "therefore", "otherwise", "reason", "so", "as",
                       "hence", "thus", "why", "cause", "caused", "owing"}));
  set(Feature::GivesRule,
      request_.asked == Asked::YesNo &&
          says_one_of({"may",       "must",      "can",        "cannot", "can't", "allowed",
                       "permitted", "forbidden", "prohibited", "not",    "no",    "only",
                       "never",     "required",  "should",     "yes",    "ok",    "okay",
                       "fine",      "don't",     "need",       "unless", "except"}));
  if (request_.asked != Asked::Definition) return;
  constexpr std::size_t kSubject = 5;
  bool subject = false;
  for (std::size_t i = 0; i < std::min(kSubject, c_.words.size()); ++i) {
    const StemSet one{c_.words[i].stem};
    subject = subject || std::ranges::any_of(request_.focus, [&](const Focus& f) {
                return f.weight >= 0.6 && match(f, one) > 0.7;
              });
  }
  set(Feature::Defines, subject && says_one_of({"is", "are", "means", "mean", "called", "refers",
                                                "stands", "denotes", "describes"}));
}

}  // namespace

bool neighbours(const Evidence& evidence, std::size_t a, std::size_t b) {
  const auto& list = evidence.candidates;
  return a < list.size() && b < list.size() && list[a].source == list[b].source &&
         list[a].unit.block == list[b].unit.block;
}

Measured measure(const Request& request, const Evidence& evidence, std::size_t i) {
  return Measuring(request, evidence, i).run();
}

Odds odds_of(const Features& features) {
  Odds odds;
  for (std::size_t f = 0; f < kFeatures; ++f) {
    odds.choosing += kWeights[f].choosing * features[f];
    odds.deciding += kWeights[f].deciding * features[f];
  }
  return odds;
}

std::string_view name(Feature feature) {
  static constexpr std::array<std::string_view, kFeatures> kNames{
      {"Bias",         "Meaning",        "MeaningHigh",
       "Nearness",     "NotNear",        "Own",
       "Close",        "Around",         "Exact",
       "Names",        "Named",          "NameLost",
       "NumberLost",   "WorstLost",      "WorstLostClose",
       "KeyUnmet",     "NounUnmet",      "NounUnmetClose",
       "Thing",        "ThingWeak",      "ThingAway",
       "ThingNear",    "ThingLost",      "PlaceLost",
       "RequiredLost", "Conflict",       "Header",
       "Courtesy",     "AsksItself",     "Heading",
       "Row",          "Message",        "Code",
       "Short",        "InHit",          "Rank",
       "Voices",       "Margin",         "Lead",
       "Topic",        "Typed",          "YesNo",
       "Telling",      "Choosing",       "Person",
       "Place",        "Count",          "MeaningAndWords",
       "TypedWords",   "Absent",         "AbsentStrange",
       "AbsentName",   "StrangeLost",    "StrangeLostClose",
       "RareOwn",      "RareClose",      "RareAround",
       "RareLost",     "PersonKeyUnmet", "TypedNounUnmet",
       "NothingNew",   "Novelty",        "GivesReason",
       "GivesRule",    "Defines"}};
  return kNames[static_cast<std::size_t>(feature)];
}

}  // namespace hearth::answer
