#include <algorithm>
#include <array>
#include <utility>

#include "answer/internal/words.h"

namespace hearth::answer {
namespace {

bool is_vowel(char c) {
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

// The word being stemmed; 'Y' marks a y that is a consonant. Names follow the published algorithm.
class Stemmer {
 public:
  explicit Stemmer(std::string_view word) : word_(word) { mark_regions(); }

  std::string run() {
    step_plural();
    step_past();
    step_y();
    step_suffixes();
    step_derivations();
    step_endings();
    step_last();
    std::ranges::replace(word_, 'Y', 'y');
    return std::move(word_);
  }

 private:
  void mark_regions() {
    for (std::size_t i = 0; i < word_.size(); ++i) {
      if (word_[i] == 'y' && (i == 0 || is_vowel(word_[i - 1]))) word_[i] = 'Y';
    }
    r1_ = region_after(0);
    for (const std::string_view prefix : {"gener", "commun", "arsen"}) {
      if (word_.starts_with(prefix)) r1_ = prefix.size();
    }
    r2_ = region_after(r1_);
  }

  [[nodiscard]] std::size_t region_after(std::size_t from) const {
    for (std::size_t i = from; i + 1 < word_.size(); ++i) {
      if (is_vowel(word_[i]) && !is_vowel(word_[i + 1])) return i + 2;
    }
    return word_.size();
  }

  [[nodiscard]] bool ends(std::string_view suffix) const { return word_.ends_with(suffix); }
  [[nodiscard]] bool in_r1(std::size_t suffix) const { return word_.size() - suffix >= r1_; }
  [[nodiscard]] bool in_r2(std::size_t suffix) const { return word_.size() - suffix >= r2_; }
  [[nodiscard]] bool vowel_before(std::size_t suffix) const {
    return std::any_of(word_.begin(), word_.end() - static_cast<std::ptrdiff_t>(suffix), is_vowel);
  }
  void cut(std::size_t count) { word_.resize(word_.size() - count); }
  void replace(std::size_t count, std::string_view with) {
    cut(count);
    word_ += with;
  }

  [[nodiscard]] bool ends_short_syllable() const {
    const std::size_t n = word_.size();
    if (n == 2) return is_vowel(word_[0]) && !is_vowel(word_[1]);
    if (n < 3) return false;
    const char last = word_[n - 1];
    return !is_vowel(word_[n - 3]) && is_vowel(word_[n - 2]) && !is_vowel(last) && last != 'w' &&
           last != 'x' && last != 'Y';
  }

  [[nodiscard]] bool ends_double() const {
    const std::size_t n = word_.size();
    return n >= 2 && word_[n - 1] == word_[n - 2] &&
           std::string_view("bdfgmnprt").find(word_[n - 1]) != std::string_view::npos;
  }

  void step_plural() {
    if (ends("sses")) {
      cut(2);
    } else if (ends("ied") || ends("ies")) {
      replace(3, word_.size() > 4 ? "i" : "ie");
    } else if (ends("us") || ends("ss")) {
      return;
    } else if (ends("s") && word_.size() > 2 && vowel_before(2)) {
      cut(1);
    }
  }

  void step_past() {
    if (ends("eedly")) {
      if (in_r1(5)) cut(3);
      return;
    }
    if (ends("eed")) {
      if (in_r1(3)) cut(1);
      return;
    }
    for (const std::string_view suffix : {"ingly", "edly", "ing", "ed"}) {
      if (!ends(suffix)) continue;
      if (!vowel_before(suffix.size())) return;
      cut(suffix.size());
      repair_past();
      return;
    }
  }

  void repair_past() {
    if (ends("at") || ends("bl") || ends("iz")) {
      word_ += 'e';
    } else if (ends_double()) {
      cut(1);
    } else if (r1_ >= word_.size() && ends_short_syllable()) {
      word_ += 'e';
    }
  }

  void step_y() {
    const std::size_t n = word_.size();
    if (n > 2 && (ends("y") || ends("Y")) && !is_vowel(word_[n - 2])) word_[n - 1] = 'i';
  }

  using Rule = std::pair<std::string_view, std::string_view>;

  void step_suffixes() {
    static constexpr std::array<Rule, 22> kRules = {
        {{"ization", "ize"}, {"ational", "ate"}, {"fulness", "ful"}, {"ousness", "ous"},
         {"iveness", "ive"}, {"tional", "tion"}, {"biliti", "ble"},  {"lessli", "less"},
         {"entli", "ent"},   {"ation", "ate"},   {"alism", "al"},    {"aliti", "al"},
         {"ousli", "ous"},   {"iviti", "ive"},   {"fulli", "ful"},   {"enci", "ence"},
         {"anci", "ance"},   {"abli", "able"},   {"izer", "ize"},    {"ator", "ate"},
         {"alli", "al"},     {"bli", "ble"}}};
    for (const auto& [suffix, with] : kRules) {
      if (!ends(suffix)) continue;
      if (in_r1(suffix.size())) replace(suffix.size(), with);
      return;
    }
    if (ends("li") && in_r1(2) && word_.size() > 2 &&
        std::string_view("cdeghkmnrt").find(word_[word_.size() - 3]) != std::string_view::npos) {
      cut(2);
    }
  }

  void step_derivations() {
    static constexpr std::array<Rule, 8> kRules = {{{"ational", "ate"},
                                                    {"tional", "tion"},
                                                    {"alize", "al"},
                                                    {"icate", "ic"},
                                                    {"iciti", "ic"},
                                                    {"ical", "ic"},
                                                    {"ness", ""},
                                                    {"ful", ""}}};
    for (const auto& [suffix, with] : kRules) {
      if (!ends(suffix)) continue;
      if (in_r1(suffix.size())) replace(suffix.size(), with);
      return;
    }
    if (ends("ative") && in_r2(5)) cut(5);
  }

  void step_endings() {
    static constexpr std::array<std::string_view, 17> kEndings = {
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism",
        "ate",   "iti",  "ous",  "ive",  "ize",  "al",   "er",  "ic"};
    for (const std::string_view suffix : kEndings) {
      if (!ends(suffix)) continue;
      if (in_r2(suffix.size())) cut(suffix.size());
      return;
    }
    if ((ends("sion") || ends("tion")) && in_r2(3)) cut(3);
  }

  void step_last() {
    if (ends("e")) {
      const bool drop = in_r2(1) || (in_r1(1) && !Stemmer(word_, 1).ends_short_syllable());
      if (drop) cut(1);
    } else if (ends("ll") && in_r2(1)) {
      cut(1);
    }
  }

  // The same word without its last letters, for looking only.
  Stemmer(std::string_view word, std::size_t without)
      : word_(word.substr(0, word.size() - without)) {}

  std::string word_;
  std::size_t r1_ = 0;
  std::size_t r2_ = 0;
};

// Irregular forms whose stems would differ from their relatives'.
constexpr std::array<std::pair<std::string_view, std::string_view>, 66> kIrregular = {{
    {"bought", "buy"},   {"paid", "pay"},      {"sold", "sell"},     {"sent", "send"},
    {"spent", "spend"},  {"lent", "lend"},     {"built", "build"},   {"kept", "keep"},
    {"left", "leave"},   {"lost", "lose"},     {"met", "meet"},      {"ran", "run"},
    {"wrote", "write"},  {"written", "write"}, {"drove", "drive"},   {"driven", "drive"},
    {"flew", "fly"},     {"flown", "fly"},     {"chose", "choose"},  {"chosen", "choose"},
    {"broke", "break"},  {"broken", "break"},  {"spoke", "speak"},   {"spoken", "speak"},
    {"took", "take"},    {"taken", "take"},    {"gave", "give"},     {"given", "give"},
    {"came", "come"},    {"went", "go"},       {"gone", "go"},       {"made", "make"},
    {"said", "say"},     {"told", "tell"},     {"thought", "think"}, {"brought", "bring"},
    {"taught", "teach"}, {"caught", "catch"},  {"found", "find"},    {"held", "hold"},
    {"began", "begin"},  {"begun", "begin"},   {"grew", "grow"},     {"grown", "grow"},
    {"knew", "know"},    {"known", "know"},    {"ate", "eat"},       {"eaten", "eat"},
    {"slept", "sleep"},  {"stood", "stand"},   {"won", "win"},       {"wore", "wear"},
    {"hid", "hide"},     {"hidden", "hide"},   {"stolen", "steal"},  {"children", "child"},
    {"men", "man"},      {"women", "woman"},   {"feet", "foot"},     {"teeth", "tooth"},
    {"mice", "mouse"},   {"knives", "knife"},  {"shelves", "shelf"}, {"keys", "key"},
    {"got", "get"},      {"planted", "plant"},
}};

}  // namespace

std::string stem_of(std::string_view lower) {
  for (const auto& [form, base] : kIrregular) {
    if (form == lower) return stem_of(base);
  }
  const bool plain = std::ranges::all_of(lower, [](char c) { return c >= 'a' && c <= 'z'; });
  if (lower.size() < 3 || !plain) return std::string(lower);
  return Stemmer(lower).run();
}

}  // namespace hearth::answer
