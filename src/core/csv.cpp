#include "core/csv.h"

#include <algorithm>

namespace hearth::csv {

std::size_t record_end(std::string_view text, std::size_t start, std::size_t limit) {
  constexpr std::size_t kQuotedBytesMax = 16 * 1024;
  bool quoted = false;
  for (std::size_t i = start; i < limit && i < start + kQuotedBytesMax; ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '\n' && !quoted) return i;
  }
  return std::min(text.find('\n', start), limit);
}

std::vector<std::string> fields_of(std::string_view record, char separator) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (c == '"') {
      const bool doubled = quoted && i + 1 < record.size() && record[i + 1] == '"';
      if (doubled) fields.back().push_back(record[++i]);
      if (!doubled) quoted = !quoted;
    } else if (c == separator && !quoted) {
      fields.emplace_back();
    } else {
      fields.back().push_back(c);
    }
  }
  return fields;
}

char separator_of(std::string_view header, char declared) {
  char best = declared;
  std::size_t most = fields_of(header, declared).size();
  for (const char other : {',', ';', '\t', '|'}) {
    const std::size_t count = fields_of(header, other).size();
    if (count > most) {
      most = count;
      best = other;
    }
  }
  return best;
}

}  // namespace hearth::csv
