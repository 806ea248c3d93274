#include "answer/internal/question.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "answer/internal/asked.h"

namespace hearth::answer {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// Words that only place the question in time or order.
bool only_relates(std::string_view word) {
  return is_one_of(
      word, {"before",   "after",   "until",    "till",   "since",  "still",   "last",   "next",
             "year",     "under",   "above",    "below",  "during", "ago",     "yet",    "already",
             "always",   "usually", "normally", "please", "ever",   "exactly", "around", "again",
             "together", "today",   "back",     "away",   "else",   "right",   "long",   "much"});
}

class Reader {
 public:
  explicit Reader(const std::vector<Word>& words) : words_(words) {}

  Asked kind(std::string& attribute) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::string& w = lower(i);
      if (w == "who" || w == "whom" || w == "whose") return Asked::Person;
      if (w == "when") return Asked::Date;
      if (w == "where") return is_one_of(lower(i + 1), {"from"}) ? Asked::Place : Asked::Place;
      if (w == "why") return Asked::Reason;
      if (w == "how" && (i == 0 || !is_one_of(lower(i - 1), {"know", "explain"}))) return how(i);
      if (w == "what" || w == "which" || w == "whats") return what(i, attribute);
    }
    return without_question_word(attribute);
  }

 private:
  [[nodiscard]] std::string_view lower_view(std::size_t i) const {
    return i < words_.size() ? std::string_view(words_[i].lower) : std::string_view();
  }
  [[nodiscard]] const std::string& lower(std::size_t i) const {
    static const std::string kNothing;
    return i < words_.size() ? words_[i].lower : kNothing;
  }
  [[nodiscard]] bool has(std::initializer_list<std::string_view> any) const {
    return std::ranges::any_of(words_, [&](const Word& w) { return is_one_of(w.lower, any); });
  }

  [[nodiscard]] Asked how(std::size_t i) const {
    const std::string& next = lower(i + 1);
    if (next == "long") {
      const bool size =
          has({"metres", "meters", "centimetres", "cm", "table", "bed", "rope", "cable"});
      return size ? Asked::Quantity : Asked::Duration;
    }
    if (next == "often" || next == "frequently" || next == "regularly") return Asked::Frequency;
    if (next == "soon" || next == "late" || next == "early") return Asked::Date;
    if (next == "old") return Asked::Age;
    if (next == "much") return how_much(i);
    if (next == "many") {
      if (is_one_of(lower(i + 2), {"days", "hours", "minutes", "weeks", "months", "years",
                                   "seconds", "nights"})) {
        return Asked::Duration;
      }
      if (is_one_of(lower(i + 2), {"euros", "dollars", "pounds", "francs"})) return Asked::Money;
      if (lower(i + 2) == "times") {
        return has({"day", "week", "month", "year", "daily", "weekly"}) ? Asked::Frequency
                                                                        : Asked::Count;
      }
      if (is_one_of(lower(i + 2),
                    {"grams", "litres", "liters", "kilometres", "kilometers", "metres", "kilos",
                     "degrees", "kilograms", "cups", "millilitres", "miles"})) {
        return Asked::Quantity;
      }
      return Asked::Count;
    }
    if (is_one_of(next, {"big", "large", "tall", "high", "heavy", "far", "deep", "wide", "fast",
                         "hot", "cold", "warm", "thick", "small", "strong"})) {
      return Asked::Quantity;
    }
    if (is_one_of(next, {"expensive", "costly"})) return Asked::Money;
    return Asked::Steps;
  }

  [[nodiscard]] Asked how_much(std::size_t i) const {
    static constexpr std::array<std::string_view, 22> kMaterial = {
        "flour",  "sugar",     "butter", "water", "milk",  "salt",  "oil",    "space",
        "memory", "detergent", "rice",   "cream", "yeast", "honey", "cheese", "weight",
        "coffee", "powder",    "juice",  "fuel",  "disk",  "ram"};
    if (std::ranges::find(kMaterial, lower_view(i + 2)) != kMaterial.end()) return Asked::Quantity;
    if (lower_view(i + 2) == "time" || lower_view(i + 2) == "notice") return Asked::Duration;
    if (has({"weigh", "weighs", "weighed", "heavy"})) return Asked::Quantity;
    const bool money =
        has({"cost",    "costs", "pay",   "paid",   "pays",  "charge", "charged", "earn", "owe",
             "owed",    "price", "spend", "spent",  "money", "euros",  "dollars", "fee",  "rent",
             "deposit", "fine",  "worth", "salary", "sold",  "bought", "refund"});
    return money ? Asked::Money : Asked::Amount;
  }

  Asked what(std::size_t i, std::string& attribute) {
    std::size_t at = i + 1;
    // "What time", "which colour": the noun follows at once.
    if (is_one_of(lower(at), {"kind", "kinds", "sort", "type", "types", "sorts"})) {
      attribute = lower(at + 1) == "of" && at + 2 < words_.size() ? words_[at + 2].stem : "";
      return Asked::Which;
    }
    if (!words_at_is_verb(at)) return noun_group(at, attribute);
    const bool pays =
        has({"cost", "costs", "charge", "charges", "pay", "pays", "earn", "earns", "owe"});
    if (pays && is_one_of(lower(at), {"do", "does", "did", "will", "would", "must", "should"})) {
      return Asked::Money;
    }
    if (is_one_of(lower(at), {"do", "does", "did"}) && has({"mean", "stand"}))
      return Asked::Definition;
    if (is_one_of(lower(at), {"happens", "happened", "should", "must", "can", "do"})) {
      return Asked::Generic;
    }
    while (at < words_.size() &&
           (is_one_of(lower(at), {"is",  "are", "was",     "were",  "will", "be",  "s",
                                  "the", "my",  "our",     "your",  "his",  "her", "their",
                                  "a",   "an",  "current", "exact", "full", "new", "old"}))) {
      ++at;
    }
    if (at >= words_.size()) return Asked::Generic;
    return noun_of_phrase(at, attribute);
  }

  [[nodiscard]] bool words_at_is_verb(std::size_t at) const {
    return is_one_of(lower(at), {"is",    "are",   "was",     "were",     "do",  "does",  "did",
                                 "will",  "would", "should",  "must",     "can", "could", "has",
                                 "have",  "had",   "happens", "happened", "s",   "to",    "may",
                                 "might", "the",   "makes",   "causes"});
  }

  Asked noun_group(std::size_t at, std::string& attribute) {
    // The last noun before the verb decides: "which phone number", "what door code".
    std::optional<Asked> kind;
    std::size_t i = at;
    for (; i < words_.size() && i < at + 4; ++i) {
      if (words_[i].stop) break;
      if (lower(i) == "number") {
        kind = kind == Asked::Phone ? Asked::Phone : Asked::Code;
      } else if (const auto here = kind_of_noun(lower(i))) {
        kind = here;
      }
      attribute = words_[i].stem;
    }
    return kind.value_or(Asked::Which);
  }

  // "What is the dentist's phone number", "what is the number of seats", "what is the rent for …".
  Asked noun_of_phrase(std::size_t at, std::string& attribute) {
    std::size_t head = at;
    for (std::size_t i = at; i < words_.size(); ++i) {
      if (words_[i].stop && !is_one_of(lower(i), {"s", "e"})) break;
      head = i;
    }
    attribute = words_[head].stem;
    const std::string& noun = lower(head);
    if (noun == "number") {
      if (head > at && kind_of_noun(lower(head - 1)) == Asked::Phone) return Asked::Phone;
      const bool counted =
          head == at || is_one_of(lower(head - 1), {"total", "maximum", "minimum", "exact",
                                                    "average", "largest", "greatest"});
      if (lower(head + 1) == "of" && counted) return Asked::Count;
      // Someone's number is a telephone number; something's number is its code.
      return head > at && is_role(lower(head - 1)) ? Asked::Phone : Asked::Code;
    }
    if (noun == "address" && head > at && is_one_of(lower(head - 1), {"email", "mail", "e-mail"})) {
      return Asked::Email;
    }
    if (noun == "address" && head > at && is_one_of(lower(head - 1), {"ip", "web", "network"})) {
      return Asked::Code;
    }
    for (std::size_t i = head + 1; i-- > at;) {
      if (i + 2 <= head && !is_one_of(lower(i), {"phone", "email"})) break;
      if (const auto kind = kind_of_noun(lower(i))) return *kind;
    }
    if (is_one_of(noun, {"limit", "maximum", "minimum", "size", "amount", "quantity"})) {
      return Asked::Quantity;
    }
    const bool bare = head + 1 >= words_.size();
    return bare ? Asked::Definition : Asked::Which;
  }

  Asked without_question_word(std::string& attribute) {
    const std::string& first = lower(0);
    if (is_one_of(first, {"is", "are", "was", "were", "do", "does", "did", "can", "could", "may",
                          "must", "should", "will", "would", "has", "have", "had", "am"})) {
      return Asked::YesNo;
    }
    if (is_one_of(first, {"list", "name", "enumerate"}) || has({"list"})) return Asked::List;
    if (is_one_of(first, {"define", "explain", "describe"})) return Asked::Definition;
    for (std::size_t i = words_.size(); i-- > 0;) {
      if (lower(i) == "number") {
        attribute = words_[i].stem;
        return i > 0 && kind_of_noun(lower(i - 1)) == Asked::Phone ? Asked::Phone : Asked::Code;
      }
      if (const auto kind = kind_of_noun(lower(i)); kind && words_.size() <= 4) {
        attribute = words_[i].stem;
        return *kind;
      }
    }
    return Asked::Generic;
  }

  const std::vector<Word>& words_;
};

std::vector<Focus> focus_of(const std::vector<Word>& words, Asked asked) {
  std::vector<Focus> focus;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    // Written in capitals by everybody, and no names.
    const bool plain = is_one_of(
        word.lower, {"ok", "tv", "pc", "id", "pin", "usb", "pdf", "dvd", "cd", "vat", "faq"});
    const bool name = word.capital && i > 0 && !plain && !is_month(word.lower);
    if (word.stop && !(name && word.lower.size() > 2 && !is_stop_word(word.lower))) continue;
    if (word.lower.size() < 2 && !word.has_digit) continue;
    const bool address = is_one_of(word.lower, {"mr", "mrs", "ms", "miss", "dr"});
    const bool proper = name && !is_weekday(word.lower) && !is_role(word.lower) && !address;
    Focus f{word.lower, word.stem, 1, proper, word.has_digit};
    if (address) {
      f.weight = 0.1;
    } else if (accounted_by_kind(asked, word.lower)) {
      f.weight = 0.15;
    } else if (only_relates(word.lower)) {
      f.weight = 0.2;
    } else if (f.number || f.name) {
      f.weight = 1.4;
    } else if (is_common_word(word.lower)) {
      f.weight = 0.3;
    } else if (word.lower.size() <= 3) {
      f.weight = 0.8;
    }
    const auto same = std::ranges::find(focus, f.stem, &Focus::stem);
    if (same == focus.end()) focus.push_back(std::move(f));
  }
  return focus;
}

// Can the question be understood alone? Pronouns without a noun, "and …", or hardly any topic.
bool leans_on_earlier(const std::vector<Word>& words, const std::vector<Focus>& focus) {
  if (words.empty()) return false;
  const auto is_pronoun = [](const Word& w) {
    return is_one_of(
        w.lower, {"it", "he", "she", "they", "him", "her", "them", "its", "his", "their", "that",
                  "this", "those", "these", "there", "then", "one", "ones"});
  };
  const double topic = [&] {
    double sum = 0;
    for (const Focus& f : focus) sum += f.weight;
    return sum;
  }();
  const std::string& first = words.front().lower;
  if (first == "and" || first == "but" || first == "or" || first == "so") return true;
  if (words.size() >= 2 && words[1].lower == "about" && (first == "what" || first == "how"))
    return true;
  if (first == "why" && words.size() <= 2) return true;
  const bool determiner_only = std::ranges::any_of(words, is_pronoun);
  return topic < 0.9 || (determiner_only && topic < 2.3);
}

// "The PASSPORT number", "the booking REFERENCE", "the PIN": without these words a code is any
// code.
void mark_required(const std::vector<Word>& words, Request& request) {
  if (request.asked != Asked::Code) return;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool head = words[i].stem == request.attribute ||
                      kind_of_noun(words[i].lower) == Asked::Code || words[i].lower == "number";
    if (!head) continue;
    const bool general = words[i].lower == "number" || words[i].lower == "code";
    std::vector<std::size_t> named;
    if (!general) named.push_back(i);
    if (general && i > 0 && !words[i - 1].stop) named.push_back(i - 1);
    for (const std::size_t w : named) {
      const auto focus = std::ranges::find(request.focus, words[w].stem, &Focus::stem);
      if (focus == request.focus.end()) continue;
      focus->required = true;
      focus->weight = std::max(focus->weight, 1.0);
    }
    return;
  }
}

bool is_auxiliary(std::string_view w) {
  return is_one_of(
      w, {"is",   "are",   "was", "were",  "do",   "does",   "did", "has",   "have", "had",
          "will", "would", "can", "could", "must", "should", "may", "might", "be",   "been"});
}

// "How much does Anselm Roth EARN", "where does Faye LIVE": the end of the run of content words
// after the auxiliary, when that run holds the subject as well.
std::optional<std::size_t> verb_of(const std::vector<Word>& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (!is_one_of(words[i].lower, {"do", "does", "did", "will", "can", "must", "should", "may"}))
      continue;
    std::size_t at = i + 1;
    const bool pronoun = is_one_of(words[at].lower, {"i", "we", "you", "he", "she", "they", "it"});
    while (at < words.size() && words[at].stop) ++at;
    std::size_t end = at;
    while (end < words.size() && !words[end].stop) ++end;
    if (pronoun && end > at) return at;
    return end > at + 1 ? std::optional(end - 1) : std::nullopt;
  }
  return std::nullopt;
}

// The verb or attribute that the question is about, as far as word order tells: "who BUILT the
// shed", "when was the roof last REPAIRED", "what is the CARGO of the ship".
void mark_key(const std::vector<Word>& words, Request& request) {
  const auto mark = [&](std::size_t i) {
    if (i >= words.size() || words[i].capital || is_common_word(words[i].lower)) return;
    const auto focus = std::ranges::find(request.focus, words[i].stem, &Focus::stem);
    if (focus != request.focus.end() && focus->weight >= 0.6) focus->key = true;
  };
  bool auxiliary = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& w = words[i].lower;
    if (w == "who" && i + 1 < words.size() && !words[i + 1].stop) mark(i + 1);
    auxiliary = auxiliary || is_auxiliary(w);
    const bool participle =
        w.size() > 4 && (w.ends_with("ed") ||
                         is_one_of(w, {"built", "bought", "written", "stolen", "broken", "taught",
                                       "driven", "grown", "spent", "drawn", "worn"}));
    if (auxiliary && participle && i > 1) mark(i);
    if (words[i].stem == request.attribute && !accounted_by_kind(request.asked, w) && i > 0)
      mark(i);
  }
  if (const auto verb = verb_of(words);
      verb && !accounted_by_kind(request.asked, words[*verb].lower))
    mark(*verb);
}

bool opens_noun(const Word& word) {
  return is_one_of(
      word.lower,
      {"the",   "a",     "an",      "my",      "our",   "your", "his",    "her",  "their", "its",
       "of",    "for",   "in",      "on",      "at",    "to",   "with",   "from", "by",    "per",
       "each",  "every", "many",    "much",    "which", "what", "this",   "that", "any",   "no",
       "about", "into",  "against", "without", "all",   "some", "between"});
}

bool is_describing(std::string_view w) {
  return w.ends_with("est") || w.ends_with("ly") ||
         (w.size() > 5 && (w.ends_with("ed") || w.ends_with("ing")));
}

// Runs of content words after an article, a possessive or a preposition name things. After "does
// the …" the last word of the run is the verb.
void mark_nouns(std::string_view text, const std::vector<Word>& words, Request& request) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool possessive = i > 0 && words[i].range.start > words[i - 1].range.end + 1 &&
                            text[words[i - 1].range.end] == '\'';
    const bool bare_subject = i > 0 && is_one_of(words[i - 1].lower, {"do", "does", "did"});
    if (words[i].stop || i == 0 || !(opens_noun(words[i - 1]) || possessive || bare_subject))
      continue;
    std::size_t end = i;
    while (end < words.size() && !words[end].stop) ++end;
    const bool subject =
        bare_subject || (i > 1 && is_one_of(words[i - 2].lower, {"do", "does", "did", "can",
                                                                 "should", "will", "must", "may"}));
    if (subject && end > i + 1) --end;
    for (std::size_t k = i; k < end; ++k) {
      const auto focus = std::ranges::find(request.focus, words[k].stem, &Focus::stem);
      if (focus == request.focus.end() || is_describing(words[k].lower)) continue;
      focus->noun = focus->weight >= 0.6;
    }
  }
  for (Focus& f : request.focus) {
    const bool other = !f.noun && !f.name && !f.number && !f.required && f.weight >= 0.8;
    if (other && request.focus.size() > 1) f.weight = 0.65;
  }
}

Measure measure_asked(const std::vector<Word>& words) {
  for (const Word& word : words) {
    const std::string& w = word.lower;
    if (is_one_of(w, {"heavy", "weigh", "weighs", "weight", "weighed"})) return Measure::Mass;
    if (is_one_of(
            w, {"tall", "far", "deep", "wide", "height", "width", "distance", "length", "depth"})) {
      return Measure::Length;
    }
    if (is_one_of(w, {"temperature", "hot", "cold", "warm", "degrees"}))
      return Measure::Temperature;
    if (const Measure unit = measure_of(w); unit != Measure::Any && w.size() > 2) return unit;
  }
  return Measure::Any;
}

void read_compounds(std::string_view text, const std::vector<Word>& words, Request& request) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::size_t gap = words[i].range.end;
    const bool joined = words[i + 1].range.start == gap + 1 && text[gap] == '-';
    if (joined && (words[i].lower.size() > 2 || words[i + 1].has_digit)) {
      request.compounds.push_back(words[i].lower + "-" + words[i + 1].lower);
    }
  }
}

bool is_bare(const std::vector<Word>& words, Asked asked) {
  return asked == Asked::Generic || asked == Asked::Definition || asked == Asked::Which
             ? words.size() <= 6
             : false;
}

}  // namespace

double Request::weight() const {
  double sum = 0;
  for (const Focus& f : focus) sum += f.weight;
  return sum;
}

Request read_question(std::string_view question, const std::vector<std::string>& earlier) {
  Request request;
  request.text = text::squeeze(question);
  const std::vector<Word> words = words_of(request.text);
  request.asked = Reader(words).kind(request.attribute);
  request.focus = focus_of(words, request.asked);
  mark_required(words, request);
  mark_key(words, request);
  mark_nouns(request.text, words, request);
  if (request.asked == Asked::Quantity) request.measure = measure_asked(words);
  read_compounds(request.text, words, request);
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    const bool doing = is_one_of(words[i + 1].lower, {"do", "should", "can", "must", "may"}) &&
                       is_one_of(words[i + 2].lower, {"i", "we", "you", "one"});
    request.soft = request.soft || (words[i].lower == "when" && doing);
  }
  if (!earlier.empty() && leans_on_earlier(words, request.focus)) {
    const std::vector<std::string> before(earlier.begin(), earlier.end() - 1);
    const Request topic = read_question(earlier.back(), before);
    const bool about = is_bare(words, request.asked);
    if (about) {
      request.asked = topic.asked;
      request.attribute = topic.attribute;
    }
    const bool new_name = std::ranges::any_of(request.focus, &Focus::name);
    std::string prefix;
    for (const Focus& f : topic.focus) {
      if ((new_name && about && f.name) || (accounted_by_kind(topic.asked, f.word) && !about))
        continue;
      if (std::ranges::find(request.focus, f.stem, &Focus::stem) != request.focus.end()) continue;
      Focus kept = f;
      if (!about) kept.weight *= 0.6;
      request.focus.push_back(kept);
      prefix += f.word + " ";
    }
    request.text = prefix + request.text;
  }
  for (const Word& word : words_of(request.text)) {
    request.stems.push_back(word.stem);
    if (is_one_of(word.lower, {"not", "never", "without", "no"})) request.negated = true;
    if (is_one_of(word.lower, {"all", "list", "are", "were"})) request.plural = true;
  }
  const bool listing = request.asked == Asked::Which || request.asked == Asked::List;
  request.plural = request.plural && listing;
  return request;
}

}  // namespace hearth::answer
