#include "search/internal/passage_match.h"

#include <algorithm>
#include <limits>

namespace hearth::search {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  return !std::ranges::search(text, part, same).empty();
}

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

PassageMatcher::PassageMatcher(std::span<const WeighedUnit> units, Terms& terms)
    : units_(units), terms_(terms) {
  for (std::uint32_t u = 0; u < units.size(); ++u) {
    const WeighedUnit& one = units[u];
    const bool counts = !one.unit->negated && !one.unit->stop && one.documents > 0;
    if (counts) total_rarity_ += one.rarity;
    if (one.exact) exact_rarity_ += one.rarity;
    if (one.unit->kind != Unit::Kind::Word) continue;
    if (one.compound != 0) wanted_.push_back({one.compound, u, true});
    if (one.words.size() > 1) continue;
    for (const WordKeys& keys : one.words) {
      wanted_.push_back({keys.stem, u, keys.exact == 0});
      if (keys.exact != 0) wanted_.push_back({keys.exact, u, true});
    }
  }
  std::ranges::sort(wanted_, {}, &Wanted::key);
}

void PassageMatcher::find_words(std::string_view text, std::vector<Found>& found) {
  tokens_.read(text);
  for (const Token& token : tokens_.all()) {
    const WordKeys keys = terms_.keys(tokens_.letters(token), token.stemmable);
    for (const TermKey key : {keys.stem, keys.exact}) {
      if (key == 0) continue;
      for (auto at = std::ranges::lower_bound(wanted_, key, {}, &Wanted::key);
           at != wanted_.end() && at->key == key; ++at) {
        // The stem of another form is not the word itself.
        const bool literal = at->exact && (key == keys.exact || keys.exact == 0);
        found[at->unit] = std::max(found[at->unit], literal ? Found::Literally : Found::InAForm);
        occurrences_.push_back({token.position, at->unit});
      }
    }
  }
  find_phrases(found);
}

// Units of several words, and beginnings of words, are looked for one after the other.
void PassageMatcher::find_phrases(std::vector<Found>& found) {
  std::vector<const Token*> words;
  for (std::uint32_t u = 0; u < units_.size(); ++u) {
    const Unit& unit = *units_[u].unit;
    if (unit.words.size() < 2 && unit.kind == Unit::Kind::Word) continue;
    if (words.empty()) {
      for (const Token& token : tokens_.all()) {
        if (token.kind == TokenKind::Word) words.push_back(&token);
      }
    }
    const bool prefix = unit.kind == Unit::Kind::Prefix;
    const auto fits = [&](std::size_t at, std::size_t i) {
      const std::string_view letters = tokens_.letters(*words[at + i]);
      return prefix && i + 1 == unit.words.size() ? letters.starts_with(unit.words[i])
                                                  : letters == unit.words[i];
    };
    for (std::size_t at = 0; at + unit.words.size() <= words.size(); ++at) {
      std::size_t i = 0;
      while (i < unit.words.size() && fits(at, i)) ++i;
      if (i < unit.words.size()) continue;
      found[u] = Found::Literally;
      occurrences_.push_back({words[at]->position, u});
    }
  }
}

// The shortest stretch that holds every matched unit, against the shortest possible.
float PassageMatcher::closeness() {
  std::ranges::sort(occurrences_, {}, &Occurrence::position);
  std::vector<std::uint32_t> inside(units_.size(), 0);
  std::vector<bool> counted(units_.size(), false);
  std::size_t distinct = 0;
  for (const Occurrence& one : occurrences_) {
    const Unit& unit = *units_[one.unit].unit;
    if (unit.negated || unit.stop || counted[one.unit]) continue;
    counted[one.unit] = true;
    ++distinct;
  }
  if (distinct < 2) return distinct == 1 ? 1.0F : 0.0F;
  std::size_t present = 0;
  std::size_t first = 0;
  std::uint32_t shortest = std::numeric_limits<std::uint32_t>::max();
  for (const Occurrence& last : occurrences_) {
    if (!counted[last.unit]) {
      continue;
    }
    if (inside[last.unit]++ == 0) ++present;
    while (present == distinct) {
      const Occurrence& begin = occurrences_[first];
      shortest = std::min(shortest, last.position - begin.position + 1);
      if (counted[begin.unit] && --inside[begin.unit] == 0) --present;
      ++first;
    }
  }
  const auto span = static_cast<float>(std::max<std::uint32_t>(shortest, 1));
  return std::min(1.0F, static_cast<float>(distinct) / span);
}

float PassageMatcher::literal(const WeighedUnit& one, std::string_view text) const {
  return contains_ignoring_case(text, one.unit->raw) ? 1.0F : 0.9F;
}

// The smallest of sixteen hashes of the words: equal in as many places as the texts share words.
void PassageMatcher::sketch(PassageMatch& out) {
  out.sketch.fill(std::numeric_limits<std::uint32_t>::max());
  for (const Token& token : tokens_.all()) {
    if (token.kind != TokenKind::Word) continue;
    const std::string_view letters = tokens_.letters(token);
    std::uint64_t h = terms_.keys(letters, token.stemmable).stem;
    if (std::ranges::any_of(letters, [](char c) { return c >= '0' && c <= '9'; })) {
      out.numbers += h;
    }
    for (std::uint32_t& least : out.sketch) {
      h = h * 0x9e3779b97f4a7c15ULL + 0x7f4a7c15ULL;
      least = std::min(least, static_cast<std::uint32_t>(h >> 32U));
    }
  }
}

PassageMatch PassageMatcher::match(const Hit& hit) {
  PassageMatch out;
  std::vector<Found> in_text(units_.size(), Found::No);
  std::vector<Found> in_title(units_.size(), Found::No);
  occurrences_.clear();
  find_words(hit.heading, in_title);
  find_words(hit.title, in_title);
  find_words(file_name(hit.path), in_title);
  occurrences_.clear();
  find_words(hit.text, in_text);
  sketch(out);
  out.closeness = closeness();
  float covered = 0;
  float titled = 0;
  float literal_rarity = 0;
  for (std::size_t u = 0; u < units_.size(); ++u) {
    const WeighedUnit& one = units_[u];
    const Found text = in_text[u];
    const Found title = in_title[u];
    if (text == Found::No && title == Found::No) {
      out.lacks_phrase = out.lacks_phrase || is_required(*one.unit);
      continue;
    }
    out.excluded = out.excluded || one.unit->negated;
    if (one.unit->stop || one.unit->negated) continue;
    out.terms.push_back(one.unit->raw);
    if (one.documents > 0) {
      covered += one.rarity * (text != Found::No ? 1.0F : 0.8F);
      titled += title != Found::No ? one.rarity : 0.0F;
    }
    if (!one.exact) continue;
    if (text == Found::Literally) literal_rarity += one.rarity * literal(one, hit.text);
    if (text != Found::Literally && title == Found::Literally) literal_rarity += 0.85F * one.rarity;
  }
  out.matched_rarity = covered;
  if (total_rarity_ > 0) {
    out.coverage = std::min(1.0F, covered / total_rarity_);
    out.title_coverage = std::min(1.0F, titled / total_rarity_);
  }
  if (exact_rarity_ > 0) out.exact = literal_rarity / exact_rarity_;
  return out;
}

bool nearly_equal(const PassageMatch& a, const PassageMatch& b) {
  return a.numbers == b.numbers && a.sketch == b.sketch;
}

}  // namespace hearth::search
