#include "answer/internal/checker.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace hearth::answer {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_negation(std::string_view w) {
  return is_one_of(
      w, {"not",     "never",     "no",         "none",       "nothing",  "without",  "neither",
          "nor",     "cannot",    "nobody",     "nowhere",    "hardly",   "unless",   "except",
          "refused", "forbidden", "prohibited", "impossible", "lacks",    "lack",     "fails",
          "failed",  "denied",    "refuse",     "refuses",    "excluded", "excludes", "stopped",
          "avoid",   "cancelled", "canceled",   "instead",    "rather",   "unable",   "nolonger",
          "barely",  "rarely",    "seldom",     "excluding",  "false",    "untrue"});
}

// Words that bound or order: dropping or adding one changes the claim.
bool is_direction(std::string_view w) {
  return is_one_of(w, {"before", "after",  "until",    "till",    "least",   "most",    "over",
                       "under",  "above",  "below",    "maximum", "minimum", "only",    "all",
                       "every",  "each",   "always",   "first",   "last",    "more",    "less",
                       "fewer",  "since",  "between",  "except",  "both",    "half",    "double",
                       "twice",  "almost", "nearly",   "about",   "than",    "per",     "if",
                       "unless", "up",     "previous", "former",  "next",    "another", "other"});
}

// Words of talk about the text, and of grammar, that claim nothing.
bool claims_nothing(std::string_view w) {
  return is_one_of(w,
                   {"yes",       "no",       "according",   "passage",   "text",      "document",
                    "based",     "provided", "information", "states",    "stated",    "mentions",
                    "mentioned", "says",     "given",       "answer",    "question",  "specified",
                    "context",   "passages", "note",        "following", "indicates", "shows"});
}

bool is_vague(std::string_view w) {
  return is_one_of(w, {"about", "each", "all", "every", "other", "another", "both", "up", "if",
                       "than", "per", "half", "over", "between"});
}

bool is_ordinal(std::string_view w) {
  return is_one_of(w, {"second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
                       "tenth", "eleventh", "twelfth", "twentieth", "thirtieth"});
}

bool is_value(const Word& word) {
  return word.has_digit || is_ordinal(word.lower) || is_number_word(word.lower) ||
         is_month(word.lower) || is_weekday(word.lower);
}

// A name as far as spelling tells: a capital inside a sentence.
bool is_name(const std::vector<Word>& words, std::size_t i) {
  return words[i].capital && i > 0 && !words[i].stop && !is_value(words[i]);
}

std::string value_of(const Word& word) {
  if (word.has_digit) {
    std::string value = number_value(word.lower);
    // "3rd" and "3" are one day; "500g" and "500 g" one weight.
    const std::size_t digits = value.find_first_not_of("0123456789.,:-/");
    if (digits != std::string::npos && digits > 0) value.resize(digits);
    return value;
  }
  if (is_number_word(word.lower)) return number_value(word.lower);
  if (is_ordinal(word.lower)) return "#" + word.lower;
  return word.lower.substr(0,
                           is_month(word.lower) || is_weekday(word.lower) ? 3 : word.lower.size());
}

bool same_value(const Word& a, const Word& b) {
  if (is_value(a) != is_value(b)) return false;
  return value_of(a) == value_of(b);
}

double likeness(const Word& a, const Word& b) {
  if (is_value(a) || is_value(b)) return same_value(a, b) ? 1 : 0;
  if (a.stem == b.stem) return 1;
  return are_synonyms(a.stem, b.stem) ? 0.8 : 0;
}

double best_in(const Word& word, const std::vector<Word>& words) {
  double best = 0;
  for (const Word& other : words) best = std::max(best, likeness(word, other));
  return best;
}

int count_negations(const std::vector<Word>& words, std::string_view text) {
  int count = 0;
  for (const Word& word : words) {
    const std::string_view after = text.substr(word.range.end);
    const bool contracted =
        word.lower.ends_with("n") && (after.starts_with("'t") || after.starts_with("\u2019t"));
    const bool yes_no = word.lower == "no" && &word == &words.front() && after.starts_with(",");
    if ((is_negation(word.lower) || contracted) && !yes_no) ++count;
  }
  return count;
}

// A word of the sentence and where it stands in the ground.
struct Place {
  std::size_t word = 0;
  std::size_t at = 0;
};

// Where the sentence's content words stand in the ground, each nearest to the others; by place.
std::vector<Place> align(const std::vector<Word>& sentence, const std::vector<std::size_t>& content,
                         const std::vector<Word>& ground) {
  std::vector<Place> places;
  std::vector<std::pair<std::size_t, std::vector<std::size_t>>> choices;
  for (const std::size_t i : content) {
    std::vector<std::size_t> at;
    for (std::size_t g = 0; g < ground.size(); ++g) {
      if (likeness(sentence[i], ground[g]) > 0.7) at.push_back(g);
    }
    if (!at.empty()) choices.emplace_back(i, std::move(at));
  }
  // Words that stand only once anchor those that stand several times.
  std::ranges::stable_sort(choices, {}, [](const auto& c) { return c.second.size(); });
  for (const auto& [word, options] : choices) {
    std::size_t best = options.front();
    if (!places.empty()) {
      const auto distance = [&](std::size_t g) {
        std::size_t sum = 0;
        for (const Place& p : places) sum += p.at > g ? p.at - g : g - p.at;
        return sum;
      };
      best = *std::ranges::min_element(options, {}, distance);
    }
    places.push_back({word, best});
  }
  std::ranges::sort(places, {}, &Place::at);
  return places;
}

enum class ValueKind { None, Number, Month, Weekday, Name };

ValueKind kind_of(const std::vector<Word>& words, std::size_t i) {
  const Word& word = words[i];
  if (word.has_digit || is_number_word(word.lower)) return ValueKind::Number;
  if (is_month(word.lower) && (word.capital || word.lower.size() > 4)) return ValueKind::Month;
  if (is_weekday(word.lower)) return ValueKind::Weekday;
  return is_name(words, i) ? ValueKind::Name : ValueKind::None;
}

// "Tom has piano on Tuesday and Lena swims on Thursday" does not say "Tom swims on Thursday":
// between the words that match stands another value of a kind the sentence speaks of.
bool mixes_values(const std::vector<Word>& sentence, const std::vector<Place>& places,
                  const std::vector<Word>& ground) {
  if (places.size() < 2) return false;
  std::array<bool, 5> speaks_of{};
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    speaks_of[static_cast<std::size_t>(kind_of(sentence, i))] = true;
  }
  for (std::size_t g = places.front().at; g <= places.back().at; ++g) {
    const ValueKind kind = kind_of(ground, g);
    if (kind == ValueKind::None || !speaks_of[static_cast<std::size_t>(kind)]) continue;
    if (kind == ValueKind::Number && ground[g].lower == "one") continue;
    const bool said =
        std::ranges::any_of(sentence, [&](const Word& w) { return likeness(w, ground[g]) > 0.7; });
    if (!said) return true;
  }
  return false;
}

// In a ground that joins several statements the words of each must keep together and in order
// around its values and names: "the deposit is 2 and the rent is 1" does not say "the rent is 2".
bool order_broken(const std::vector<Word>& sentence, const std::vector<Place>& places,
                  const std::vector<Word>& ground) {
  std::array<std::size_t, 5> kinds{};
  bool joined = false;
  for (std::size_t g = 0; g < ground.size(); ++g) {
    ++kinds[static_cast<std::size_t>(kind_of(ground, g))];
    joined =
        joined || is_one_of(ground[g].lower, {"and", "but", "while", "or", "whereas", "though"});
  }
  const bool several =
      std::any_of(kinds.begin() + 1, kinds.end(), [](std::size_t n) { return n > 1; });
  if (!joined && !several) return false;
  for (const Place& a : places) {
    const bool anchor =
        kind_of(sentence, a.word) != ValueKind::None || kind_of(ground, a.at) != ValueKind::None;
    if (!anchor) continue;
    for (const Place& b : places) {
      if (a.at != b.at && (a.word < b.word) != (a.at < b.at)) return true;
    }
  }
  return false;
}

// Negations of the statement itself, not of another one in the same sentence.
int negations_near(const std::vector<Word>& words, std::string_view text,
                   const std::vector<Place>& places) {
  if (places.empty()) return count_negations(words, text);
  const std::size_t first = places.front().at > 3 ? places.front().at - 3 : 0;
  const std::size_t last = std::min(places.back().at + 3, words.size());
  return count_negations({words.begin() + static_cast<std::ptrdiff_t>(first),
                          words.begin() + static_cast<std::ptrdiff_t>(last)},
                         text);
}

// The words beside a number say what it counts.
bool number_bound_elsewhere(const std::vector<Word>& sentence, const std::vector<Word>& ground) {
  for (std::size_t i = 0; i + 1 < sentence.size(); ++i) {
    const Word& number = sentence[i];
    if (!number.has_digit && !is_number_word(number.lower)) continue;
    const Word& unit = sentence[i + 1];
    if (unit.stop || is_value(unit)) continue;
    bool bound = false;
    bool there = false;
    for (std::size_t g = 0; g < ground.size(); ++g) {
      if (!same_value(number, ground[g])) continue;
      there = true;
      for (std::size_t k = g > 3 ? g - 3 : 0; k < std::min(g + 5, ground.size()); ++k) {
        bound = bound || likeness(unit, ground[k]) > 0.7;
      }
      // Glued units: "500g", "10:00", "€12".
      bound = bound || (ground[g].has_digit && ground[g].lower.ends_with(unit.lower));
    }
    if (there && !bound && !claims_nothing(unit.lower)) return true;
  }
  return false;
}

bool direction_differs(const std::vector<Word>& sentence, const std::vector<Word>& ground,
                       const std::vector<Place>& places) {
  const auto has = [](const std::vector<Word>& words, const Word& word) {
    return std::ranges::any_of(words, [&](const Word& w) {
      return w.lower == word.lower || are_synonyms(w.stem, word.stem);
    });
  };
  for (const Word& word : sentence) {
    if (is_direction(word.lower) && !is_vague(word.lower) && !has(ground, word)) return true;
    if (is_one_of(word.lower, {"all", "every", "both", "each"}) && !has(ground, word)) {
      const bool other = std::ranges::any_of(ground, [](const Word& w) {
        return is_one_of(w.lower, {"all", "every", "both", "each", "everyone", "any"});
      });
      if (!other) return true;
    }
  }
  if (places.empty()) return false;
  // The other way round only beside what the sentence took over.
  for (std::size_t g = places.front().at > 2 ? places.front().at - 2 : 0;
       g < std::min(places.back().at + 2, ground.size()); ++g) {
    const std::string_view w = ground[g].lower;
    const bool strong = is_one_of(
        w, {"until",  "till",    "least",   "most",  "before", "after",    "only",  "except",
            "unless", "almost",  "nearly",  "half",  "former", "previous", "if",    "under",
            "below",  "maximum", "minimum", "since", "more",   "less",     "fewer", "than"});
    if (strong && !has(sentence, ground[g])) return true;
  }
  return false;
}

bool modality_differs(const std::vector<Word>& sentence, const std::vector<Word>& ground) {
  const auto any = [](const std::vector<Word>& words,
                      std::initializer_list<std::string_view> list) {
    return std::ranges::any_of(words, [&](const Word& w) { return is_one_of(w.lower, list); });
  };
  const bool must =
      any(sentence, {"must", "required", "mandatory", "obliged", "need", "needs", "has"});
  const bool may =
      any(sentence, {"may", "can", "could", "might", "optional", "allowed", "permitted"});
  const bool ground_must = any(ground, {"must", "required", "mandatory", "obliged", "need", "needs",
                                        "shall", "should", "has", "have"});
  const bool ground_may =
      any(ground, {"may", "can", "could", "might", "optional", "allowed", "permitted", "possible",
                   "possibly", "perhaps", "maybe", "able", "probably", "likely"});
  if (must && ground_may && !ground_must) return true;
  if (may && !ground_may && ground_must) return true;
  const bool certain = !must && !may;
  const bool doubted = any(
      ground, {"might", "maybe", "perhaps", "possibly", "probably", "likely", "would", "could",
               "should", "hope", "hopes", "wants", "planned", "plans", "considering", "thinks"});
  const bool kept = any(
      sentence, {"might", "maybe", "perhaps", "possibly", "probably", "likely", "would", "could",
                 "should", "hope", "hopes", "wants", "planned", "plans", "considering", "thinks"});
  return certain && doubted && !kept;
}

// Who does and who suffers: two names in the other order, without "by".
bool order_turned(const std::vector<Word>& sentence, const std::vector<Word>& ground) {
  std::vector<std::string> in_sentence;
  for (const Word& w : sentence) {
    if ((w.capital || is_role(w.lower)) && !w.stop && !is_value(w)) in_sentence.push_back(w.stem);
  }
  std::vector<std::size_t> order;
  for (const std::string& name : in_sentence) {
    for (std::size_t g = 0; g < ground.size(); ++g) {
      if (ground[g].stem == name && (ground[g].capital || is_role(ground[g].lower))) {
        order.push_back(g);
        break;
      }
    }
  }
  const bool passive =
      std::ranges::any_of(sentence, [](const Word& w) { return w.lower == "by"; }) !=
      std::ranges::any_of(ground, [](const Word& w) { return w.lower == "by"; });
  return order.size() >= 2 && !passive && !std::ranges::is_sorted(order);
}

bool is_beside(const std::vector<Word>& words, std::size_t i, std::string_view text) {
  const std::size_t gap = words[i].range.end;
  return i + 1 < words.size() && words[i + 1].range.start == gap + 1 &&
         (text[gap] == ' ' || text[gap] == '-');
}

// "The cache size is 2000 pages" does not say what the page size is: beside the word that both have
// stands another one.
bool compound_differs(const std::vector<Word>& sentence, std::string_view sentence_text,
                      const std::vector<Word>& ground, std::string_view ground_text) {
  const auto carries = [](const Word& word) { return !word.stop && !is_value(word); };
  for (std::size_t i = 0; i + 1 < sentence.size(); ++i) {
    if (!carries(sentence[i]) || !carries(sentence[i + 1])) continue;
    if (!is_beside(sentence, i, sentence_text)) continue;
    bool there = false;
    bool fits = false;
    for (std::size_t g = 0; g < ground.size(); ++g) {
      if (likeness(sentence[i + 1], ground[g]) <= 0.7) continue;
      there = true;
      const bool joined = g > 0 && carries(ground[g - 1]) && is_beside(ground, g - 1, ground_text);
      fits = fits || !joined || likeness(sentence[i], ground[g - 1]) > 0.7;
    }
    if (there && !fits) return true;
  }
  return false;
}

// What "it" stands for, nobody checked: the rest must be the ground's very words.
bool leans_loosely(const std::vector<Word>& sentence, const std::vector<std::size_t>& content,
                   const StemSet& ground) {
  static constexpr std::array<std::string_view, 9> kPronouns = {
      "it", "this", "that", "these", "those", "they", "he", "she", "there"};
  if (sentence.empty()) return false;
  if (std::ranges::find(kPronouns, sentence.front().lower) == kPronouns.end()) return false;
  return std::ranges::any_of(content, [&](std::size_t i) {
    return !is_value(sentence[i]) && !ground.contains(sentence[i].stem);
  });
}

std::string_view without_marks(std::string_view sentence, std::string& storage) {
  storage.clear();
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    if (sentence[i] == '[') {
      const std::size_t close = sentence.find(']', i);
      const bool digits = close != std::string_view::npos && close > i + 1 && close < i + 5 &&
                          sentence.substr(i + 1, close - i - 1).find_first_not_of("0123456789, ") ==
                              std::string_view::npos;
      if (digits) {
        i = close;
        continue;
      }
    }
    storage.push_back(sentence[i]);
  }
  return text::trim(storage);
}

// +1 for a leading yes, -1 for a leading no, 0 for neither.
int leading_polarity(const std::vector<Word>& words, std::string_view text) {
  if (words.empty()) return 0;
  const std::string& first = words.front().lower;
  const std::string_view after = text.substr(words.front().range.end);
  const bool stands_alone =
      after.empty() || std::string_view(",.!;:").find(after.front()) != std::string_view::npos ||
      words.size() == 1;
  if (first == "yes" || first == "yeah" || first == "indeed") return 1;
  return first == "no" && stands_alone ? -1 : 0;
}

}  // namespace

bool is_refusal(std::string_view sentence) {
  const std::string lower = text::to_lower_ascii(sentence);
  for (const std::string_view sign :
       {"does not say",     "do not say",       "doesn't say",  "not mentioned",
        "does not mention", "don't know",       "do not know",  "no information",
        "not provided",     "cannot answer",    "can't answer", "not specified",
        "does not specify", "does not provide", "not stated",   "does not state",
        "unable to answer", "i'm sorry",        "i am sorry",   "nothing in your files",
        "no mention",       "unknown",          "as an ai"}) {
    if (lower.find(sign) != std::string::npos) return true;
  }
  return false;
}

Checker::Text Checker::read(std::string_view raw) {
  Text out;
  out.shown = std::string(raw);
  out.words = words_of(out.shown);
  for (std::size_t i = 0; i < out.words.size(); ++i) {
    const Word& word = out.words[i];
    if (word.stop && !is_value(word)) continue;
    if (claims_nothing(word.lower) || is_negation(word.lower)) continue;
    out.content.push_back(i);
  }
  out.stems = stems_of(out.words);
  out.negations = count_negations(out.words, out.shown);
  return out;
}

Checker::Checker(std::vector<Ground> grounds, std::string_view question)
    : grounds_(std::move(grounds)), question_(read(question)) {
  for (const Ground& ground : grounds_) {
    texts_.push_back(read(ground.text));
    contexts_.push_back(stems_of(words_of(ground.context)));
  }
}

// Would "yes" (+1) or "no" (-1) to the question agree with the ground?
std::string Checker::polarity_fault(const Text& ground, int polarity) const {
  double held = 0;
  bool opposite = false;
  bool other_value = false;
  for (const std::size_t i : question_.content) {
    const Word& word = question_.words[i];
    const double here = best_in(word, ground.words);
    held += here;
    if (here > 0.7) continue;
    if (is_value(word)) other_value = true;
    for (const Word& w : ground.words) opposite = opposite || are_opposites(word.stem, w.stem);
  }
  const double share =
      question_.content.empty() ? 0 : held / static_cast<double>(question_.content.size());
  const int flips = (question_.negations % 2) + (ground.negations % 2) + (opposite ? 1 : 0);
  const int expected = other_value ? -1 : (flips % 2 == 0 ? 1 : -1);
  if (polarity != expected) return "yes or no turned";
  // "Yes" also affirms everything the question says.
  if (polarity > 0 && share < 0.6) return "the question's words are not there";
  return "";
}

std::string Checker::fault(const Text& sentence, const Text& ground, const StemSet& context,
                           int polarity) const {
  if (sentence.content.empty() && polarity == 0) return "claims nothing";
  double held = 0;
  std::size_t lost = 0;
  for (const std::size_t i : sentence.content) {
    const Word& word = sentence.words[i];
    double here = best_in(word, ground.words);
    if (here < 0.7 && !is_value(word) && context.contains(word.stem)) here = 0.8;
    if (here < 0.7 && is_value(word)) return "a number or date is not there";
    if (here < 0.7 && is_name(sentence.words, i)) return "a name is not there";
    if (here < 0.7) {
      for (const Word& w : ground.words) {
        if (are_opposites(word.stem, w.stem)) return "an opposite stands there";
      }
      if (!is_common_word(word.lower)) ++lost;
    }
    held += here;
  }
  const double share =
      sentence.content.empty() ? 1 : held / static_cast<double>(sentence.content.size());
  if (share < 0.75 || lost > 1 || (lost == 1 && sentence.content.size() < 8)) {
    return "its words are not there";
  }
  if (sentence.content.empty()) return polarity_fault(ground, polarity);
  const std::vector<Place> places = align(sentence.words, sentence.content, ground.words);
  // Both readings of the ground must agree: all of it, and the part around what the sentence took
  // over.
  const int near = negations_near(ground.words, ground.shown, places);
  if (sentence.negations % 2 != near % 2) return "negation differs";
  if (leans_loosely(sentence.words, sentence.content, ground.stems))
    return "a pronoun without words";
  if (compound_differs(sentence.words, sentence.shown, ground.words, ground.shown)) {
    return "another thing of that kind";
  }
  if (order_broken(sentence.words, places, ground.words)) return "words of another statement";
  if (mixes_values(sentence.words, places, ground.words)) return "values of another thing";
  if (number_bound_elsewhere(sentence.words, ground.words)) return "a number counts something else";
  if (direction_differs(sentence.words, ground.words, places)) return "a bound differs";
  if (modality_differs(sentence.words, ground.words)) return "must and may differ";
  if (order_turned(sentence.words, ground.words)) return "the order of names is turned";
  for (const Word& word : sentence.words) {  // he/she and the like are stop words
    if (best_in(word, ground.words) > 0.7) continue;
    for (const Word& w : ground.words) {
      if (word.stop && are_opposites(word.stem, w.stem)) return "an opposite stands there";
    }
  }
  return polarity == 0 ? "" : polarity_fault(ground, polarity);
}

Support Checker::check(std::string_view raw) const {
  std::string storage;
  const std::string_view clean = without_marks(raw, storage);
  Text sentence = read(clean);
  const int polarity = leading_polarity(sentence.words, clean);
  Support nearest{false, 0, grounds_.empty() ? "no sources" : ""};
  double nearest_share = -1;
  for (std::size_t g = 0; g < grounds_.size(); ++g) {
    double share = 0;
    for (const std::size_t i : sentence.content)
      share += best_in(sentence.words[i], texts_[g].words);
    std::string why = fault(sentence, texts_[g], contexts_[g], polarity);
    if (why.empty()) return {true, g, ""};
    // A pronoun's sentence together with the one before it.
    if (g > 0 && grounds_[g].follows && polarity == 0) {
      const Text both = read(grounds_[g - 1].text + " " + grounds_[g].text);
      if (texts_[g - 1].negations == 0 && fault(sentence, both, contexts_[g], polarity).empty()) {
        return {true, g, ""};
      }
    }
    if (share > nearest_share) {
      nearest_share = share;
      nearest = {false, g, std::move(why)};
    }
  }
  return nearest;
}

}  // namespace hearth::answer
