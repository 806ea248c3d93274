#include <algorithm>

#include "core/csv.h"
#include "ingest/chunk/blocks.h"

namespace hearth::ingest {
namespace {

Line record_at(std::string_view text, std::size_t offset) {
  const std::size_t end = csv::record_end(text, offset, text.size());
  const bool carriage = end > offset && end < text.size() && text[end - 1] == '\r';
  return {offset, end - (carriage ? 1U : 0U), std::min(end + 1, text.size())};
}

std::string describe_columns(std::string_view header, char separator) {
  constexpr std::size_t kBytesMax = 400;
  std::string columns;
  for (const std::string& field : csv::fields_of(header, csv::separator_of(header, separator))) {
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
