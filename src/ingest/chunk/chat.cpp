#include <algorithm>

#include "ingest/chunk/blocks.h"

namespace hearth::ingest {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What begins a message: an optional bracket, a date of digits with . / or -, a time, then a name
// and a colon. Returns the date, or nothing.
std::string_view message_date(std::string_view line) {
  // Exports put direction marks before dates.
  while (line.starts_with("\u200e") || line.starts_with("\u200f")) line.remove_prefix(3);
  if (line.starts_with('[')) line.remove_prefix(1);
  std::size_t at = 0;
  std::size_t digits = 0;
  std::size_t separators = 0;
  while (at < line.size() &&
         (is_digit(line[at]) || line[at] == '.' || line[at] == '/' || line[at] == '-')) {
    is_digit(line[at]) ? ++digits : ++separators;
    ++at;
  }
  if (digits < 4 || digits > 8 || separators < 2 || separators > 3) return {};
  const std::string_view date = line.substr(0, at);
  constexpr std::size_t kTimeReach = 16;
  const std::size_t colon = line.find(':', at);
  if (colon == std::string_view::npos || colon > at + kTimeReach || colon == 0 ||
      !is_digit(line[colon - 1]) || colon + 2 >= line.size() || !is_digit(line[colon + 1])) {
    return {};
  }
  constexpr std::size_t kNameReach = 90;
  const std::size_t name_end = line.find(": ", colon + 2);
  return name_end != std::string_view::npos && name_end < colon + kNameReach ? date
                                                                             : std::string_view{};
}

}  // namespace

bool looks_like_chat(std::string_view text) {
  constexpr std::size_t kLinesLooked = 60;
  std::size_t lines = 0;
  std::size_t messages = 0;
  for (std::size_t offset = 0; offset < text.size() && lines < kLinesLooked;) {
    const Line line = line_at(text, offset);
    offset = line.next;
    const std::string_view words = text.substr(line.start, line.end - line.start);
    if (is_blank(words)) continue;
    ++lines;
    if (!message_date(words).empty()) ++messages;
  }
  return messages >= 3 && messages * 2 >= lines;
}

Blocks chat_blocks(std::string_view text) {
  Blocks blocks;
  std::string_view day;
  for (std::size_t offset = 0; offset < text.size();) {
    const Line line = line_at(text, offset);
    offset = line.next;
    const std::string_view words = text.substr(line.start, line.end - line.start);
    if (is_blank(words)) continue;
    const std::string_view date = message_date(words);
    if (!date.empty() && date != day) {
      day = date;
      blocks.sections.push_back({std::string(day)});
    }
    if (!date.empty() || blocks.items.empty()) {
      blocks.items.push_back(
          {{line.start, line.end}, blocks.sections.size() - 1, Grain::Prose, false, false});
    }
    blocks.items.back().range.end = line.end;
  }
  return blocks;
}

}  // namespace hearth::ingest
