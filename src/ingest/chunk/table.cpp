#include <algorithm>

#include "ingest/chunk/blocks.h"

namespace hearth::ingest {
namespace {

// A record ends at a line end outside quotes. A quote that never closes would swallow the file, so
// a record is given up after a few thousand bytes and ends with its line.
Line record_at(std::string_view text, std::size_t offset) {
  constexpr std::size_t kQuotedBytesMax = 16384;
  bool quoted = false;
  const std::size_t stop = std::min(text.size(), offset + kQuotedBytesMax);
  for (std::size_t i = offset; i < stop; ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] != '\n' || quoted) continue;
    const bool carriage = i > offset && text[i - 1] == '\r';
    return {offset, i - (carriage ? 1U : 0U), i + 1};
  }
  return line_at(text, offset);
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

// Spreadsheets of half the world separate with semicolons and still call it CSV.
char true_separator(std::string_view header, char separator) {
  std::size_t most = fields_of(header, separator).size();
  for (const char other : {';', '\t'}) {
    const std::size_t count = fields_of(header, other).size();
    if (count > most) {
      most = count;
      separator = other;
    }
  }
  return separator;
}

std::string describe_columns(std::string_view header, char separator) {
  constexpr std::size_t kBytesMax = 400;
  std::string columns;
  for (const std::string& field : fields_of(header, true_separator(header, separator))) {
    if (!columns.empty()) columns += ", ";
    columns += text::squeeze(field);
  }
  return text::shorten("columns: " + columns, kBytesMax);
}

}  // namespace

Blocks table_blocks(std::string_view text, char separator) {
  Blocks blocks;
  std::size_t offset = 0;
  while (offset < text.size()) {
    const Line record = record_at(text, offset);
    offset = record.next;
    const std::string_view words = text.substr(record.start, record.end - record.start);
    if (is_blank(words)) continue;
    if (blocks.sections.size() == 1)
      blocks.sections.push_back({describe_columns(words, separator)});
    add_block(blocks, {{record.start, record.end}, 1, Grain::Lines, false, false});
  }
  return blocks;
}

}  // namespace hearth::ingest
