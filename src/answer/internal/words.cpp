#include "answer/internal/words.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "core/fold.h"

namespace hearth::answer {
namespace {

using Vocabulary = std::unordered_set<std::string_view>;

const Vocabulary& stop_words() {
  static const Vocabulary kWords = {
      "a",         "an",      "the",     "and",       "or",         "but",      "if",
      "of",        "at",      "by",      "for",       "with",       "about",    "to",
      "from",      "in",      "on",      "is",        "am",         "are",      "was",
      "were",      "be",      "been",    "being",     "do",         "does",     "did",
      "doing",     "done",    "has",     "have",      "had",        "having",   "will",
      "would",     "shall",   "should",  "can",       "could",      "may",      "might",
      "must",      "i",       "me",      "my",        "mine",       "we",       "us",
      "our",       "ours",    "you",     "your",      "yours",      "he",       "him",
      "his",       "she",     "her",     "hers",      "it",         "its",      "they",
      "them",      "their",   "theirs",  "this",      "that",       "these",    "those",
      "there",     "here",    "what",    "which",     "who",        "whom",     "whose",
      "when",      "where",   "why",     "how",       "as",         "so",       "than",
      "then",      "too",     "very",    "just",      "also",       "any",      "some",
      "each",      "such",    "own",     "same",      "into",       "out",      "up",
      "down",      "off",     "over",    "again",     "once",       "not",      "no",
      "nor",       "only",    "s",       "t",         "d",          "ll",       "m",
      "re",        "ve",      "don",     "doesn",     "didn",       "isn",      "aren",
      "wasn",      "weren",   "won",     "wouldn",    "couldn",     "hasn",     "haven",
      "shouldn",   "ain",     "please",  "tell",      "let",        "ever",     "really",
      "actually",  "exactly", "anyone",  "anybody",   "someone",    "somebody", "anything",
      "something", "via",     "per",     "both",      "between",    "during",   "while",
      "because",   "until",   "myself",  "ourselves", "themselves", "itself",   "himself",
      "herself",   "be",      "am",      "show",      "give",       "many",     "much",
      "upon",      "within",  "without", "whether",   "etc",        "hi",       "hello"};
  return kWords;
}

const Vocabulary& common_words() {
  static const Vocabulary kWords = {
      "get",      "gets",      "got",       "make",    "makes",   "made",   "need",     "needs",
      "needed",   "use",       "uses",      "used",    "using",   "want",   "wants",    "find",
      "found",    "know",      "say",       "says",    "said",    "take",   "takes",    "took",
      "put",      "puts",      "keep",      "kept",    "keeps",   "go",     "goes",     "went",
      "going",    "come",      "comes",     "came",    "thing",   "things", "way",      "ways",
      "work",     "works",     "like",      "new",     "old",     "good",   "best",     "right",
      "first",    "last",      "next",      "one",     "two",     "long",   "often",    "big",
      "kind",     "sort",      "type",      "called",  "name",    "named",  "happen",   "happens",
      "happened", "mean",      "means",     "look",    "looks",   "see",    "set",      "have",
      "people",   "person",    "everyone",  "every",   "all",     "more",   "most",     "less",
      "least",    "other",     "another",   "part",    "place",   "time",   "day",      "now",
      "still",    "currently", "current",   "usually", "allowed", "allow",  "able",     "possible",
      "supposed", "according", "mentioned", "mention", "file",    "files",  "document", "documents",
      "note",     "notes",     "default",   "number",  "amount",  "total",  "date",     "much",
      "many",     "family",    "house",     "home",    "written", "write",  "list",     "listed",
      "exact",    "give",      "given",     "ask",     "asked",   "call",   "full",     "whole"};
  return kWords;
}

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Does a mark at `at` belong to a number or identifier rather than end it?
bool joins(std::string_view text, std::size_t start, std::size_t at) {
  if (at + 1 >= text.size() || at == start) return false;
  const char mark = text[at];
  const char before = text[at - 1];
  const char after = text[at + 1];
  if (mark == '_') return true;
  if (!is_digit(before) || !is_digit(after)) return false;
  return mark == '.' || mark == ',' || mark == ':' || mark == '-' || mark == '/';
}

struct Scan {
  std::size_t end = 0;
  bool capital = false;
  bool digit = false;
};

Scan scan_word(std::string_view text, std::size_t start) {
  Scan scan{start, false, false};
  text::Folded scratch;
  while (scan.end < text.size()) {
    const text::Decoded now = text::decode(text, scan.end);
    const text::Folded& folded = text::fold(now.code_point, scratch);
    if (folded.glyph == text::Glyph::Ideograph) {
      if (scan.end == start) scan.end += now.length;
      return scan;
    }
    if (folded.glyph == text::Glyph::Separator && !joins(text, start, scan.end)) return scan;
    if (folded.glyph == text::Glyph::Mark && scan.end == start) return scan;
    if (scan.end == start) scan.capital = folded.upper;
    scan.digit = scan.digit || folded.glyph == text::Glyph::Digit;
    scan.end += now.length;
  }
  return scan;
}

Word make_word(std::string_view text, std::size_t start, const Scan& scan) {
  Word word;
  word.range = {start, scan.end};
  word.capital = scan.capital;
  word.has_digit = scan.digit;
  word.lower = fold(text.substr(start, scan.end - start));
  word.stem = scan.digit ? word.lower : stem_of(word.lower);
  word.stop = is_stop_word(word.lower);
  return word;
}

// "'s" and "'t" after a word are grammar, not words; returns how many bytes to skip.
std::size_t apostrophe_tail(std::string_view text, std::size_t at) {
  std::size_t mark = 0;
  if (text.substr(at).starts_with("'")) mark = 1;
  if (text.substr(at).starts_with("\xE2\x80\x99")) mark = 3;
  if (mark == 0) return 0;
  std::size_t end = at + mark;
  while (end < text.size() && is_ascii_letter(text[end])) ++end;
  const std::string tail = text::to_lower_ascii(text.substr(at + mark, end - at - mark));
  constexpr std::array<std::string_view, 7> kTails = {"s", "t", "ll", "re", "ve", "d", "m"};
  return std::ranges::find(kTails, tail) != kTails.end() ? end - at : 0;
}

}  // namespace

std::string fold(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  text::Folded scratch;
  for (std::size_t i = 0; i < utf8.size();) {
    const text::Decoded now = text::decode(utf8, i);
    const text::Folded& folded = text::fold(now.code_point, scratch);
    if (folded.glyph == text::Glyph::Separator) text::append_utf8(out, now.code_point);
    for (std::size_t k = 0; k < folded.size; ++k) text::append_utf8(out, folded.text[k]);
    i += now.length;
  }
  return out;
}

bool is_stop_word(std::string_view lower) { return stop_words().contains(lower); }
bool is_common_word(std::string_view lower) { return common_words().contains(lower); }

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size();) {
    const Scan scan = scan_word(text, i);
    if (scan.end == i) {
      i += text::decode(text, i).length;
      continue;
    }
    words.push_back(make_word(text, i, scan));
    i = scan.end + apostrophe_tail(text, scan.end);
  }
  return words;
}

StemSet stems_of(const std::vector<Word>& words) {
  StemSet stems;
  for (const Word& word : words) {
    stems.insert(word.stem);
    if (word.lower.find('_') == std::string::npos) continue;
    for (const std::string_view part : text::split(word.lower, '_')) {
      if (!part.empty()) stems.insert(stem_of(part));
    }
  }
  return stems;
}

}  // namespace hearth::answer
