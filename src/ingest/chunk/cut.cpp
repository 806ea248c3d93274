#include <algorithm>
#include <array>

#include "ingest/chunk/measure.h"
#include "ingest/chunk/pack.h"

namespace hearth::ingest {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

bool is_abbreviation(std::string_view before_dot) {
  std::size_t start = before_dot.size();
  while (start > 0 && (is_letter(before_dot[start - 1]) || before_dot[start - 1] == '.')) --start;
  const std::string_view word = before_dot.substr(start);
  static constexpr std::array<std::string_view, 24> kKnown{
      "Dr", "Mr",  "Mrs", "Ms",  "Prof", "St",  "No",  "Nr",  "vs", "etc",    "e.g", "i.e",
      "cf", "Fig", "fig", "Sec", "sec",  "z.B", "d.h", "bzw", "ca", "approx", "Jr",  "vol"};
  return (word.size() == 1 && is_letter(word.front())) ||
         std::ranges::find(kKnown, word) != kKnown.end();
}

bool ends_wide_sentence(std::string_view text, std::size_t at) {
  if (at < 3) return false;
  const std::string_view sign = text.substr(at - 3, 3);
  return sign == "\u3002" || sign == "\uff01" || sign == "\uff1f";
}

// True when a sentence ends before the white space that ends at `at`.
bool is_sentence_start(std::string_view text, std::size_t start, std::size_t at) {
  if (ends_wide_sentence(text, at)) return true;
  if (at >= text.size() || at == start || !is_space(text[at - 1]) || is_lower(text[at]))
    return false;
  std::size_t end = at;
  while (end > start && is_space(text[end - 1])) --end;
  constexpr std::string_view kClosers = "\"')]";
  while (end > start && kClosers.find(text[end - 1]) != std::string_view::npos) --end;
  if (end == start) return false;
  const char sign = text[end - 1];
  if (sign == '!' || sign == '?') return true;
  return sign == '.' && !is_abbreviation(text.substr(start, end - 1 - start));
}

int cut_quality(std::string_view text, std::size_t start, std::size_t at, Grain grain) {
  if (grain == Grain::Lines) {
    if (text[at - 1] == '\n') return 3;
    return is_space(text[at - 1]) ? 1 : 0;
  }
  if (is_sentence_start(text, start, at)) return text[at - 1] == '\n' ? 4 : 3;
  if (text[at - 1] == '\n') return 2;
  return is_space(text[at - 1]) ? 1 : 0;
}

// The best place in (start, limit]; later places win among equals, unless too early to be useful.
std::size_t best_cut(std::string_view text, std::size_t start, std::size_t limit, Grain grain) {
  const std::size_t earliest = start + (limit - start) * 2 / 5;
  std::size_t best = 0;
  int best_quality = 0;
  for (std::size_t at = limit; at > earliest; --at) {
    const int quality = cut_quality(text, start, at, grain);
    if (quality <= best_quality) continue;
    best = at;
    best_quality = quality;
    if (quality >= 3) break;
  }
  if (best_quality > 0) return best;
  const std::size_t whole = text::floor_boundary(text, limit);
  return whole > start ? whole : limit;
}

}  // namespace

std::vector<text::Range> cut(std::string_view text, text::Range range, Grain grain,
                             const ChunkLimits& limits) {
  std::vector<text::Range> pieces;
  std::size_t left_tokens = estimate_tokens(text.substr(range.start, range.size()));
  while (range.size() > 0) {
    if (range.size() <= limits.bytes_max && left_tokens <= limits.tokens_max) {
      pieces.push_back(range);
      break;
    }
    // Near the end, two halves read better than a full piece and a scrap.
    std::size_t bytes = limits.bytes_max;
    if (range.size() < 2 * limits.bytes_max) bytes = std::min(bytes, range.size() * 3 / 5 + 1);
    const std::size_t limit =
        fitting_end(text, range.start, range.start + bytes, limits.tokens_max);
    const std::size_t at = best_cut(text, range.start, std::min(limit, range.end), grain);
    pieces.push_back({range.start, at});
    const std::size_t taken = estimate_tokens(text.substr(range.start, at - range.start));
    left_tokens -= std::min(left_tokens, taken);
    range.start = at;
  }
  return pieces;
}

}  // namespace hearth::ingest
