#include "answer/internal/finding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "answer/internal/measured.h"
#include "answer/internal/weights.h"

namespace hearth::answer {
namespace {

constexpr std::size_t kLookedAt = 14;
constexpr double kCloseAbove = -2.0;  // log odds above which a place is worth a look, if no answer
constexpr double kWordsEnough = 0.5;  // share of the question's words, when words alone decide
constexpr double kHopeless = 6;       // log odds: below every piece that may be shown

struct Judgement {
  std::size_t at = 0;
  Window window;
  double covered = 0;
  double odds = 0;   // log odds of being the best piece
  double found = 0;  // log odds of being an answer
  Lack lack = Lack::Nothing;
  std::string missing;
  [[nodiscard]] double confidence() const { return 1 / (1 + std::exp(-found)); }
};

// What stands around a message and says nothing of its own.
bool is_frame(const Candidate& c) { return c.courtesy || c.header; }

Judgement judge(const Request& request, const Evidence& evidence, std::size_t i) {
  Measured measured = measure(request, evidence, i);
  Judgement judgement;
  judgement.at = i;
  judgement.window = measured.window;
  judgement.covered = measured.covered;
  judgement.missing = std::move(measured.missing);
  const Odds odds = odds_of(measured.features);
  judgement.odds = odds.choosing;
  judgement.found = odds.deciding;
  if (!evidence.by_meaning) judgement.found = kFoundAbove + 8 * (judgement.covered - kWordsEnough);
  // What no other evidence makes up for: another name, or not the kind of thing asked for.
  if (measured.name_lost || evidence.candidates[i].conflict) {
    judgement.lack = Lack::NameMissing;
  } else if (measured.thing_lost || measured.code_lost) {
    judgement.lack = Lack::ThingMissing;
  } else if (!evidence.absent.empty()) {
    judgement.lack = Lack::WordAbsent;
    judgement.missing = evidence.absent;
  } else if (judgement.found <= kFoundAbove || is_frame(evidence.candidates[i])) {
    judgement.lack = Lack::TooFar;
  }
  if (is_frame(evidence.candidates[i])) judgement.odds -= kHopeless;
  if (judgement.lack == Lack::NameMissing || judgement.lack == Lack::ThingMissing) {
    judgement.odds -= kHopeless;
  }
  return judgement;
}

bool is_close(const Evidence& evidence, const Judgement& best) {
  const double bar = evidence.by_meaning ? kCloseAbove : kFoundAbove - 1.6;
  return best.lack == Lack::TooFar && best.found > bar && !is_frame(evidence.candidates[best.at]);
}

bool is_listing(const Request& request) {
  return request.asked == Asked::Steps || request.asked == Asked::List || request.plural;
}

std::size_t length_of(const Evidence& evidence, std::size_t first, std::size_t last) {
  std::size_t bytes = 0;
  for (std::size_t i = first; i <= last; ++i) bytes += evidence.candidates[i].unit.shown.size();
  return bytes;
}

void extend_list(const Evidence& evidence, Part& part) {
  constexpr std::size_t kItemsMax = 12;
  constexpr std::size_t kBytesMax = 1100;
  const auto item = [&](std::size_t i) {
    return neighbours(evidence, part.key, i) && evidence.candidates[i].unit.form == Form::Item;
  };
  while (part.first > 0 && item(part.first - 1) && part.last - part.first < kItemsMax &&
         length_of(evidence, part.first - 1, part.last) < kBytesMax) {
    --part.first;
  }
  while (item(part.last + 1) && part.last - part.first < kItemsMax &&
         length_of(evidence, part.first, part.last + 1) < kBytesMax) {
    ++part.last;
  }
}

bool leans_on_previous(const Candidate& c) {
  if (c.words.empty() || c.unit.form != Form::Sentence) return false;
  static constexpr std::array<std::string_view, 6> kPronouns = {"it",    "they", "this",
                                                                "these", "she",  "he"};
  return c.words.size() < 5 ||
         std::ranges::find(kPronouns, c.words.front().lower) != kPronouns.end();
}

// A message with what was answered to it: "where are the keys?" means nothing alone.
void extend_message(const Evidence& evidence, Part& part) {
  const auto& list = evidence.candidates;
  const bool asks = list[part.key].unit.shown.find('?') != std::string::npos;
  for (int n = 0; asks && n < 2 && neighbours(evidence, part.key, part.last + 1) &&
                  length_of(evidence, part.first, part.last + 1) < 320;
       ++n) {
    ++part.last;
  }
}

// Does the sentence after the part belong to the answer?
bool worth_adding(const Request& request, const Candidate& key, const Candidate& next) {
  if (next.unit.form != key.unit.form || is_frame(next)) return false;
  const bool telling = request.asked == Asked::Steps || request.asked == Asked::Reason ||
                       request.asked == Asked::YesNo || request.asked == Asked::Definition;
  const bool complete = needs_thing(request.asked) && key.thing >= 1;
  return telling || (!complete && next.score >= 0.62 * key.score);
}

// What belongs to the piece for a reader: the sentence its pronoun points at, the one that holds
// the thing asked for, the items after a colon, the rest of the steps.
Part part_around(const Request& request, const Evidence& evidence, const Judgement& judgement) {
  constexpr std::size_t kBytesMax = 420;
  Part part{judgement.at, judgement.at, judgement.at, judgement.confidence()};
  const auto& list = evidence.candidates;
  const Candidate& key = list[part.key];
  part.first = std::min(part.first, judgement.window.holder);
  part.last = std::max(part.last, judgement.window.holder);
  const auto next_in_document = [&] {
    return part.last + 1 < list.size() && list[part.last + 1].source == key.source;
  };
  if (key.unit.form == Form::Row) return part;
  if (key.unit.form == Form::Heading && part.last == part.key && next_in_document()) ++part.last;
  if (key.unit.form == Form::Message) {
    extend_message(evidence, part);
    return part;
  }
  const bool opens_list = list[part.last].unit.shown.ends_with(':') && next_in_document();
  if (opens_list || (is_listing(request) && list[part.last].unit.form == Form::Item)) {
    if (opens_list) ++part.last;
    Part items = part;
    items.key = part.last;
    extend_list(evidence, items);
    part.first = std::min(part.first, items.first);
    part.last = items.last;
    return part;
  }
  if (key.unit.form == Form::Code) {
    for (int n = 0; n < 3 && neighbours(evidence, part.key, part.last + 1); ++n) ++part.last;
    return part;
  }
  if (leans_on_previous(key) && part.first > 0 && neighbours(evidence, part.key, part.first - 1) &&
      !list[part.first - 1].courtesy && list[part.first - 1].unit.form == key.unit.form &&
      length_of(evidence, part.first - 1, part.last) < kBytesMax) {
    --part.first;
  }
  const bool room = length_of(evidence, part.first, part.last) < 260;
  if (room && neighbours(evidence, part.key, part.last + 1) &&
      worth_adding(request, key, list[part.last + 1]) &&
      length_of(evidence, part.first, part.last + 1) < kBytesMax) {
    ++part.last;
  }
  return part;
}

bool overlaps(const Evidence& evidence, const Part& part, std::size_t i) {
  if (i >= part.first && i <= part.last) return true;
  const std::string& shown = evidence.candidates[i].unit.shown;
  for (std::size_t k = part.first; k <= part.last; ++k) {
    if (evidence.candidates[k].unit.shown == shown) return true;
  }
  return false;
}

// Who must judge for themselves whether it is an answer needs to see what stands around it.
void widen(const Evidence& evidence, Part& part) {
  constexpr std::size_t kBytesMax = 480;
  const auto& list = evidence.candidates;
  const auto joins = [&](std::size_t i, std::size_t first, std::size_t last) {
    return neighbours(evidence, part.key, i) && list[i].unit.form == list[part.key].unit.form &&
           list[i].unit.form != Form::Row && !is_frame(list[i]) &&
           length_of(evidence, first, last) <= kBytesMax;
  };
  for (bool grew = true; grew;) {
    grew = false;
    if (joins(part.last + 1, part.first, part.last + 1)) {
      ++part.last;
      grew = true;
    }
    if (part.first > 0 && joins(part.first - 1, part.first - 1, part.last)) {
      --part.first;
      grew = true;
    }
  }
}

// The best piece, and others only when they are nearly as good: a longer answer is not a better
// one.
void add_parts(const Request& request, const Evidence& evidence,
               const std::vector<Judgement>& judgements, Finding& finding) {
  constexpr std::size_t kPartsMax = 3;
  const std::size_t count = is_listing(request) ? kPartsMax : 2;
  const double bar = judgements.front().odds - (is_listing(request) ? 1.6 : 0.8);
  for (const Judgement& judgement : judgements) {
    if (finding.parts.size() >= count) break;
    const bool taken = std::ranges::any_of(
        finding.parts, [&](const Part& part) { return overlaps(evidence, part, judgement.at); });
    const bool good =
        finding.found ? judgement.lack == Lack::Nothing : is_close(evidence, judgement);
    if (taken || !good || judgement.odds < bar) continue;
    Part part = part_around(request, evidence, judgement);
    if (!finding.found) widen(evidence, part);
    const bool crosses = std::ranges::any_of(
        finding.parts, [&](const Part& p) { return part.first <= p.last && p.first <= part.last; });
    if (!crosses) finding.parts.push_back(part);
  }
}

}  // namespace

std::vector<Finding> each_alone(const Request& request, const Evidence& evidence) {
  std::vector<Finding> all;
  for (std::size_t k = 0; k < std::min(kLookedAt, evidence.ranking.size()); ++k) {
    const Judgement judgement = judge(request, evidence, evidence.ranking[k]);
    Finding finding;
    finding.found = true;
    finding.nearest = judgement.at;
    finding.confidence = judgement.confidence();
    finding.parts.push_back(part_around(request, evidence, judgement));
    all.push_back(std::move(finding));
  }
  return all;
}

Finding decide(const Request& request, const Evidence& evidence) {
  Finding finding;
  if (evidence.ranking.empty()) {
    finding.lack = Lack::NoPassage;
    return finding;
  }
  std::vector<Judgement> judgements;
  for (std::size_t k = 0; k < std::min(kLookedAt, evidence.ranking.size()); ++k) {
    judgements.push_back(judge(request, evidence, evidence.ranking[k]));
  }
  std::ranges::stable_sort(judgements, std::greater{}, &Judgement::odds);
  const Judgement& best = judgements.front();
  finding.nearest = best.at;
  finding.confidence = best.confidence();
  finding.covered = best.covered;
  finding.missing = best.missing;
  finding.lack = best.lack;
  if (best.lack != Lack::Nothing) {
    if (is_close(evidence, best)) add_parts(request, evidence, judgements, finding);
    return finding;
  }
  finding.found = true;
  add_parts(request, evidence, judgements, finding);
  return finding;
}

const Span* key_span(const Request& request, const Candidate& candidate) {
  const Span* best = nullptr;
  double best_distance = std::numeric_limits<double>::max();
  for (const Span& span : candidate.spans) {
    double distance = span.weak ? 40 : 0;
    double nearest = 200;
    for (const Word& word : candidate.words) {
      const bool asked = std::ranges::find(request.stems, word.stem) != request.stems.end();
      if (!asked || word.stop) continue;
      const double gap = word.range.end <= span.range.start
                             ? static_cast<double>(span.range.start - word.range.end)
                             : 1.3 * static_cast<double>(word.range.start >= span.range.end
                                                             ? word.range.start - span.range.end
                                                             : 0);
      nearest = std::min(nearest, gap);
    }
    distance += nearest;
    // The longer of two readings of the same characters ("12 March 2024" over "2024").
    distance -= 0.1 * static_cast<double>(span.range.size());
    if (distance < best_distance) {
      best_distance = distance;
      best = &span;
    }
  }
  return best;
}

}  // namespace hearth::answer
