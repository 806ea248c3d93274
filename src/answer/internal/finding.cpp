#include "answer/internal/finding.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hearth::answer {
namespace {

constexpr std::size_t kLookedAt = 14;
constexpr double kEnough = 0.50;  // calibrated on evals/: above every unanswerable question there
constexpr double kUnmet = 0.16;   // off when the verb or noun asked about is not near

bool neighbours(const Evidence& evidence, std::size_t a, std::size_t b) {
  const auto& list = evidence.candidates;
  return a < list.size() && b < list.size() && list[a].source == list[b].source &&
         list[a].unit.block == list[b].unit.block;
}

// A piece with what is beside it: the thing asked for may stand in the next sentence.
struct Window {
  double thing = 0;
  std::size_t holder = 0;
};

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

struct Judgement {
  std::size_t at = 0;
  Window window;
  double covered = 0;
  double confidence = 0;
  Lack lack = Lack::Nothing;
  std::string missing;
};

// Shares of the question's words at a piece, and the heaviest one that is not there.
// Names bring the reader to the document; they say little about whether the fact is in it.
void cover(const Request& request, const Evidence& evidence, Judgement& judgement) {
  constexpr double kNameShare = 0.3;
  const Candidate& c = evidence.candidates[judgement.at];
  double all = 0;
  double held = 0;
  double names = 0;
  double names_held = 0;
  double worst = 0;
  for (std::size_t f = 0; f < request.focus.size(); ++f) {
    const double weight = evidence.weights[f];
    (request.focus[f].name ? names : all) += weight;
    (request.focus[f].name ? names_held : held) += weight * c.around[f];
    const double lost = weight * (1 - c.around[f]);
    if (lost > worst) {
      worst = lost;
      judgement.missing = request.focus[f].word;
    }
    const bool named = request.focus[f].name || request.focus[f].number;
    if (named && c.around[f] < 0.3) judgement.lack = Lack::NameMissing;
    if (request.focus[f].required && c.around[f] < 0.5) judgement.lack = Lack::ThingMissing;
  }
  const double content_share = all > 0 ? held / all : 0;
  const double name_share = names > 0 ? names_held / names : content_share;
  if (all < 0.5) {
    judgement.covered = name_share;
  } else if (names > 0) {
    judgement.covered = (1 - kNameShare) * content_share + kNameShare * name_share;
  } else {
    judgement.covered = content_share;
  }
}

// What the question is about must be near, not only its topic: "repaired", not just "dishwasher".
double unmet_key(const Request& request, const Candidate& c) {
  double worst = 0;
  double content = 0;
  double content_held = 0;
  for (std::size_t f = 0; f < request.focus.size(); ++f) {
    const Focus& focus = request.focus[f];
    if (focus.key) worst = std::max(worst, 0.85 * (1 - std::min(c.close[f] / 0.5, 1.0)));
    if (focus.noun && !focus.name)
      worst = std::max(worst, std::clamp((0.65 - c.around[f]) / 0.4, 0.0, 1.0));
    if (focus.name || focus.number || focus.weight < 0.6) continue;
    content += focus.weight;
    content_held += focus.weight * c.around[f];
  }
  double penalty = kUnmet * worst;
  if (content > 0 && content_held / content < 0.3) penalty = std::max(penalty, 0.16);
  return penalty;
}

Judgement judge(const Request& request, const Evidence& evidence, std::size_t i) {
  Judgement judgement;
  judgement.at = i;
  judgement.window = window_of(evidence, i);
  cover(request, evidence, judgement);
  const Candidate& c = evidence.candidates[i];
  const double near = std::max(c.meaning, 0.6 * c.meaning + 0.4 * c.nearness);
  const double meaning = std::clamp((near - 0.5) / 0.32, 0.0, 1.0);
  const double words = judgement.covered;
  judgement.confidence = evidence.by_meaning ? 0.55 * words + 0.45 * meaning : words;
  if (needs_thing(request.asked)) {
    if (judgement.window.thing < 0.4 && judgement.lack == Lack::Nothing && !request.soft) {
      judgement.lack = Lack::ThingMissing;
    }
    if (!request.soft) judgement.confidence += 0.08 * judgement.window.thing - 0.04;
  } else if (request.asked == Asked::Place) {
    judgement.confidence += judgement.window.thing > 0 ? 0.03 : -0.08;
  }
  judgement.confidence -= unmet_key(request, c);
  // Shared words in a sentence about something else.
  if (evidence.by_meaning && c.meaning < 0.5) judgement.confidence -= 0.08;
  if (c.conflict) judgement.lack = Lack::NameMissing;
  if (judgement.lack != Lack::Nothing) judgement.confidence -= 0.25;
  if (c.unit.shown.ends_with('?')) judgement.confidence -= 0.1;
  if (judgement.lack == Lack::Nothing && judgement.confidence < kEnough)
    judgement.lack = Lack::TooFar;
  return judgement;
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

// What belongs to the piece for a reader: the sentence its pronoun points at, the one that holds
// the thing asked for, the items after a colon, the rest of the steps.
Part part_around(const Request& request, const Evidence& evidence, const Judgement& judgement) {
  constexpr std::size_t kBytesMax = 420;
  Part part{judgement.at, judgement.at, judgement.at, judgement.confidence};
  const auto& list = evidence.candidates;
  const Candidate& key = list[part.key];
  part.first = std::min(part.first, judgement.window.holder);
  part.last = std::max(part.last, judgement.window.holder);
  if (key.unit.form == Form::Heading && part.last == part.key && part.key + 1 < list.size() &&
      list[part.key + 1].source == key.source) {
    part.last = part.key + 1;
  }
  if (key.unit.form == Form::Row) return part;
  if (key.unit.form == Form::Message) {  // what was answered to it
    for (int n = 0; n < 2 && neighbours(evidence, part.key, part.last + 1) &&
                    length_of(evidence, part.first, part.last + 1) < 320;
         ++n) {
      ++part.last;
    }
    return part;
  }
  const Candidate& last = list[part.last];
  const bool opens_list = last.unit.shown.ends_with(':') && part.last + 1 < list.size() &&
                          list[part.last + 1].source == key.source;
  if (opens_list || (is_listing(request) && last.unit.form == Form::Item)) {
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
  const bool leans = !key.words.empty() && (key.words.front().stop || key.words.size() < 5);
  if (leans && part.first > 0 && neighbours(evidence, part.key, part.first - 1) &&
      list[part.first - 1].unit.form == key.unit.form && key.unit.form == Form::Sentence &&
      length_of(evidence, part.first - 1, part.last) < kBytesMax &&
      (key.words.front().lower == "it" || key.words.front().lower == "they" ||
       key.words.front().lower == "this" || key.words.front().lower == "these" ||
       key.words.front().lower == "she" || key.words.front().lower == "he" ||
       key.words.size() < 5)) {
    --part.first;
  }
  const bool room = length_of(evidence, part.first, part.last) < 260;
  if (room && neighbours(evidence, part.key, part.last + 1)) {
    const Candidate& next = list[part.last + 1];
    const bool worth = next.score >= 0.62 * key.score || request.asked == Asked::Steps ||
                       request.asked == Asked::Reason || request.asked == Asked::YesNo ||
                       request.asked == Asked::Definition;
    if (worth && next.unit.form == key.unit.form &&
        length_of(evidence, part.first, part.last + 1) < kBytesMax) {
      ++part.last;
    }
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

}  // namespace

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
  std::ranges::stable_sort(judgements, std::greater{}, [&](const Judgement& j) {
    return j.confidence + 0.5 * evidence.candidates[j.at].score;
  });
  const Judgement& best = judgements.front();
  finding.nearest = best.at;
  finding.confidence = std::clamp(best.confidence, 0.0, 1.0);
  finding.covered = best.covered;
  finding.missing = best.missing;
  finding.lack = best.lack;
  if (best.lack != Lack::Nothing) return finding;
  finding.found = true;
  finding.parts.push_back(part_around(request, evidence, best));
  constexpr std::size_t kPartsMax = 3;
  const double bar = best.confidence - (is_listing(request) ? 0.14 : 0.07);
  for (const Judgement& judgement : judgements) {
    if (finding.parts.size() >= kPartsMax) break;
    const bool taken = std::ranges::any_of(
        finding.parts, [&](const Part& part) { return overlaps(evidence, part, judgement.at); });
    if (taken || judgement.lack != Lack::Nothing || judgement.confidence < bar) continue;
    Part part = part_around(request, evidence, judgement);
    const bool crosses = std::ranges::any_of(
        finding.parts, [&](const Part& p) { return part.first <= p.last && p.first <= part.last; });
    if (!crosses) finding.parts.push_back(part);
  }
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
