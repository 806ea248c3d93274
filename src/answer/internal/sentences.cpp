#include <algorithm>
#include <array>

#include "answer/internal/units.h"

namespace hearth::answer {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr std::array<std::string_view, 44> kAbbreviations = {
    "mr",  "mrs",  "ms",  "dr",  "prof", "st",  "jr",     "sr",  "vs",  "etc", "eg",
    "ie",  "e.g",  "i.e", "no",  "nr",   "fig", "approx", "ca",  "cf",  "inc", "ltd",
    "co",  "dept", "tel", "ext", "jan",  "feb", "mar",    "apr", "jun", "jul", "aug",
    "sep", "sept", "oct", "nov", "dec",  "al",  "vol",    "pp",  "a.m", "p.m", "str"};

// Does the full stop at `at` close an abbreviation, an initial or an ordinal?
bool is_abbreviation(std::string_view text, std::size_t at) {
  std::size_t start = at;
  while (start > 0 &&
         (is_letter(text[start - 1]) || text[start - 1] == '.' || is_digit(text[start - 1]))) {
    --start;
  }
  const std::string word = text::to_lower_ascii(text.substr(start, at - start));
  if (word.size() == 1 && is_letter(word[0]) && word[0] != 'i') return true;
  if (!word.empty() && word.size() <= 2 && std::ranges::all_of(word, is_digit)) {
    return start == 0 || text[start - 1] == '\n';  // "1. Preheat …" at the start of a line
  }
  return std::ranges::find(kAbbreviations, word) != kAbbreviations.end();
}

bool opens_sentence(std::string_view text, std::size_t at) {
  while (at < text.size() &&
         std::string_view("\"'([*_`").find(text[at]) != std::string_view::npos) {
    ++at;
  }
  if (at >= text.size()) return true;
  const auto byte = static_cast<unsigned char>(text[at]);
  return (text[at] >= 'A' && text[at] <= 'Z') || is_digit(text[at]) || byte >= 0x80 ||
         text[at] == '-' || text[at] == '$' || text[at] == '/' || text[at] == '#';
}

// One past the closing mark and quotes if a sentence ends at the mark `at`; else 0.
std::size_t sentence_end(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && std::string_view(".!?").find(text[end]) != std::string_view::npos)
    ++end;
  while (end < text.size() &&
         std::string_view("\"')]*_`").find(text[end]) != std::string_view::npos) {
    ++end;
  }
  if (text.substr(end).starts_with("\u201D") || text.substr(end).starts_with("\u2019")) end += 3;
  if (end < text.size() && !is_blank(text[end])) return 0;
  std::size_t next = end;
  while (next < text.size() && is_blank(text[next])) ++next;
  if (text[at] == '.' && end == at + 1 && is_abbreviation(text, at)) {
    // "at 7 p.m. The door …" ends; "Dr. Lind" does not.
    const bool half_day = at >= 2 && text[at - 1] == 'm' && text[at - 2] == '.';
    if (!half_day || !opens_sentence(text, next) || is_digit(text[next])) return 0;
  }
  return opens_sentence(text, next) ? end : 0;
}

text::Range trimmed(std::string_view text, text::Range range) {
  while (range.start < range.end && is_blank(text[range.start])) ++range.start;
  while (range.end > range.start && is_blank(text[range.end - 1])) --range.end;
  return range;
}

}  // namespace

std::vector<text::Range> sentences_of(std::string_view text) {
  std::vector<text::Range> out;
  std::size_t start = 0;
  const auto push = [&](std::size_t end) {
    const text::Range range = trimmed(text, {start, end});
    if (range.size() > 0) out.push_back(range);
    start = end;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '.' && c != '!' && c != '?') continue;
    if (const std::size_t end = sentence_end(text, i); end > 0) {
      push(end);
      i = end - 1;
    }
  }
  push(text.size());
  return out;
}

std::string plain(std::string_view markdown) {
  std::string out;
  out.reserve(markdown.size());
  std::size_t i = 0;
  while (i < markdown.size()) {
    const char c = markdown[i];
    if (c == '*' || c == '`') {
      const bool multiply = c == '*' && i > 0 && i + 1 < markdown.size() &&
                            is_blank(markdown[i - 1]) && is_blank(markdown[i + 1]);
      if (multiply) out.push_back(c);
      ++i;
      continue;
    }
    if (c == '_' && (i == 0 || is_blank(markdown[i - 1]) || markdown[i - 1] == '_' ||
                     i + 1 == markdown.size() || is_blank(markdown[i + 1]))) {
      ++i;
      continue;
    }
    if (c == '[') {  // [text](address)
      const std::size_t close = markdown.find("](", i);
      const std::size_t end = close == std::string_view::npos ? close : markdown.find(')', close);
      if (end != std::string_view::npos && markdown.find('\n', i) > close) {
        out += markdown.substr(i + 1, close - i - 1);
        i = end + 1;
        continue;
      }
    }
    out.push_back(c);
    ++i;
  }
  return text::squeeze(out);
}

}  // namespace hearth::answer
