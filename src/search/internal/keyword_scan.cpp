#include "search/internal/keyword_scan.h"

#include <algorithm>
#include <cmath>

namespace hearth::search {
namespace {

// Postings read by one query at most, so that no query is slow; the rarest terms go first.
constexpr std::size_t kPostingsMax = 600'000;
constexpr float kStemShare = 0.75F;  // of a word's weight, for its other forms
constexpr float kPartShare = 0.25F;  // of an identifier's parts
constexpr float kPhraseFactor = 1.5F;
constexpr float kStopShare = 0.1F;
constexpr std::uint32_t kExactAlways = 8;

struct Step {
  TermKey key;
  float weight;
  std::uint32_t documents;
};

void add_step(const WordIndex& words, TermKey key, float share, std::vector<Step>& steps) {
  const std::uint32_t documents = words.documents(key);
  if (key == 0 || documents == 0) return;
  steps.push_back({key, share * words.rarity(documents), documents});
}

void add_word(const WordIndex& words, const WordKeys& keys, float share, std::vector<Step>& steps) {
  if (keys.exact == 0) {
    add_step(words, keys.stem, share, steps);
    return;
  }
  add_step(words, keys.stem, share * kStemShare, steps);
  // Who has the very form has its full rarity: the other forms' share is inside already.
  const std::uint32_t exact = words.documents(keys.exact);
  if (exact == 0) return;
  const float stem = kStemShare * words.rarity(words.documents(keys.stem));
  const float rest = std::max(words.rarity(exact) - stem, 0.2F * words.rarity(exact));
  steps.push_back({keys.exact, share * rest, exact});
}

struct Plan {
  std::vector<Step> steps;
  bool complete = true;
};

Plan plan(const WordIndex& words, std::span<const WeighedUnit> units) {
  const bool only_stop_words = std::ranges::all_of(units, [](const WeighedUnit& one) {
    return one.unit->negated || one.unit->stop || one.documents == 0;
  });
  Plan out;
  std::vector<Step>& steps = out.steps;
  for (const WeighedUnit& one : units) {
    if (one.unit->negated || one.unit->kind != Unit::Kind::Word) continue;
    if (one.unit->stop && !only_stop_words) continue;
    const float share = one.unit->stop ? kStopShare : 1.0F;
    if (one.compound != 0) add_step(words, one.compound, share, steps);
    if (!one.pairs.empty()) {
      const float each = 1.5F * share / static_cast<float>(one.pairs.size());
      for (const TermKey pair : one.pairs) add_step(words, pair, each, steps);
      continue;
    }
    const float part = one.words.size() > 1 ? share * kPartShare : share;
    for (const WordKeys& keys : one.words) add_word(words, keys, part, steps);
  }
  std::ranges::sort(steps, {}, &Step::documents);
  std::size_t total = 0;
  std::size_t kept = 0;
  for (; kept < steps.size(); ++kept) {
    total += steps[kept].documents;
    if (kept > 0 && total > kPostingsMax) break;
  }
  out.complete = kept == steps.size();
  steps.resize(kept);
  return out;
}

bool better(const SlotScore& a, const SlotScore& b) {
  return a.score != b.score ? a.score > b.score : a.slot > b.slot;  // newer first
}

void keep_best(std::vector<SlotScore>& rows, std::size_t wanted) {
  if (rows.size() > wanted) {
    std::ranges::nth_element(rows, rows.begin() + static_cast<std::ptrdiff_t>(wanted - 1), better);
    rows.resize(wanted);
  }
}

std::vector<Slot> slots_with(const WordIndex& words, const WeighedUnit& one) {
  if (one.unit->kind != Unit::Kind::Word) return one.listed;
  std::vector<Slot> slots;
  const auto collect = [&slots](Slot slot) { slots.push_back(slot); };
  if (one.compound != 0) {
    words.for_each(one.compound, collect);
  } else if (!one.words.empty()) {
    const WordKeys& keys = one.words.front();
    words.for_each(keys.exact != 0 ? keys.exact : keys.stem, collect);
  }
  return slots;
}

}  // namespace

std::vector<WeighedUnit> weigh(const ParsedQuery& query, Terms& terms) {
  std::vector<WeighedUnit> out;
  for (const Unit& unit : query.units) {
    WeighedUnit one{.unit = &unit};
    for (std::size_t i = 0; i < unit.words.size(); ++i) {
      one.words.push_back(terms.keys(unit.words[i], unit.stemmable[i]));
    }
    if (!unit.compound.empty()) one.compound = terms.keys(unit.compound, false).stem;
    for (const std::string& pair : unit.pairs) one.pairs.push_back(terms.keys(pair, false).stem);
    out.push_back(std::move(one));
  }
  return out;
}

void measure(std::span<WeighedUnit> units, const WordIndex& words) {
  const auto content_units = std::ranges::count_if(
      units, [](const WeighedUnit& one) { return !one.unit->negated && !one.unit->stop; });
  for (WeighedUnit& one : units) {
    if (one.unit->kind != Unit::Kind::Word) {
      one.documents = static_cast<std::uint32_t>(one.listed.size());
    } else if (one.compound != 0) {
      one.documents = words.documents(one.compound);
    } else if (!one.pairs.empty()) {
      one.documents = words.covered();
      for (const TermKey pair : one.pairs) {
        one.documents = std::min(one.documents, words.documents(pair));
      }
    } else {
      one.documents = words.documents(one.words.front().stem);
    }
    one.rarity = words.rarity(one.documents);
    if (one.unit->negated || one.unit->stop) continue;
    const bool rare_for_its_kind =
        one.documents <= std::max<std::uint32_t>(kExactAlways, words.covered() / 200);
    const bool very_rare = one.documents <= std::max<std::uint32_t>(2, words.covered() / 5'000);
    one.exact = one.unit->kind == Unit::Kind::Phrase ||
                (one.unit->identifier && rare_for_its_kind) || (content_units <= 2 && very_rare);
    one.exact = one.exact && one.documents > 0;
  }
}

void measure_blindly(std::span<WeighedUnit> units) {
  for (WeighedUnit& one : units) {
    one.documents = 1;
    one.rarity = one.unit->stop ? 0.1F : 1.0F;
    one.exact =
        !one.unit->negated && (one.unit->kind == Unit::Kind::Phrase || one.unit->identifier);
  }
}

WordScan scan_words(const Resident::View& view, std::span<const WeighedUnit> units,
                    const SlotSet* allowed, const SlotSet& excluded, std::size_t wanted,
                    ScanScratch& scratch) {
  const WordIndex& words = view.words();
  std::vector<float>& scores = scratch.scores;
  scores.assign(view.slots(), 0.0F);
  WordScan out;
  const Plan steps = plan(words, units);
  out.complete = steps.complete;
  for (const Step& step : steps.steps) words.accumulate(step.key, step.weight, scores);
  for (const WeighedUnit& one : units) {
    if (one.unit->negated || (one.unit->stop && units.size() > 1)) continue;
    if (one.documents > 0) out.ideal += one.rarity;
    if (one.unit->kind == Unit::Kind::Word) continue;
    for (const Slot slot : one.listed) scores[slot] += kPhraseFactor * one.rarity;
  }
  const auto may_be_found = [&](Slot slot) {
    return view.alive(slot) && !excluded.contains(slot) &&
           (allowed == nullptr || allowed->contains(slot));
  };
  float bar = 0;
  for (Slot slot = 0; slot < scores.size(); ++slot) {
    if (scores[slot] <= bar || !may_be_found(slot)) continue;
    out.best.push_back({scores[slot], slot});
    if (out.best.size() < wanted * 4) continue;
    keep_best(out.best, wanted);
    bar = out.best.back().score;
    for (const SlotScore& one : out.best) bar = std::min(bar, one.score);
  }
  keep_best(out.best, wanted);
  std::ranges::sort(out.best, better);
  for (const WeighedUnit& one : units) {
    if (!one.exact) continue;
    std::vector<SlotScore> holders;
    for (const Slot slot : slots_with(words, one)) {
      if (may_be_found(slot)) holders.push_back({scores[slot], slot});
    }
    keep_best(holders, wanted);
    out.exact.insert(out.exact.end(), holders.begin(), holders.end());
  }
  return out;
}

SlotSet excluded_slots(const Resident::View& view, std::span<const WeighedUnit> units) {
  SlotSet out;
  out.resize(view.slots());
  for (const WeighedUnit& one : units) {
    if (!one.unit->negated) continue;
    if (one.unit->kind != Unit::Kind::Word || one.words.size() > 1) {
      for (const Slot slot : one.listed) out.insert(slot);
      continue;
    }
    // A word is excluded in all its forms.
    const TermKey key = one.compound != 0 ? one.compound : one.words.front().stem;
    view.words().for_each(key, [&out](Slot slot) { out.insert(slot); });
  }
  return out;
}

}  // namespace hearth::search
