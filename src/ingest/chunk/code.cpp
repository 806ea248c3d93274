#include <algorithm>
#include <array>

#include "ingest/chunk/blocks.h"

namespace hearth::ingest {
namespace {

// The signature of the function, class or section that begins at column 0, if it looks like one.
bool names_something(std::string_view line) {
  if (line.empty() || line.front() == ' ' || line.front() == '\t' || line.front() == '}' ||
      line.front() == '#' || line.starts_with("//") || line.starts_with("/*") ||
      line.starts_with("*")) {
    return false;
  }
  static constexpr std::array<std::string_view, 22> kWords{
      "def ",       "class ",  "fn ",    "pub ",    "func ",      "function ",
      "struct ",    "impl ",   "enum ",  "trait ",  "interface ", "module ",
      "namespace ", "export ", "async ", "public ", "private ",   "static ",
      "template",   "sub ",    "type ",  "CREATE "};
  if (std::ranges::any_of(kWords, [&](std::string_view word) { return line.starts_with(word); })) {
    return true;
  }
  const std::string_view trimmed = text::trim(line);
  return trimmed.ends_with('{') || (trimmed.find('(') != std::string_view::npos &&
                                    !trimmed.ends_with(';') && !trimmed.ends_with(')'));
}

}  // namespace

Blocks code_blocks(std::string_view text) {
  Blocks blocks;
  Outline outline(blocks);
  bool after_blank = true;
  bool has_name = false;
  for (std::size_t offset = 0; offset < text.size();) {
    const Line line = line_at(text, offset);
    offset = line.next;
    const std::string_view words = text.substr(line.start, line.end - line.start);
    if (is_blank(words)) {
      after_blank = true;
      continue;
    }
    const bool named = names_something(words);
    if (named) outline.enter(1, words);
    if (after_blank || blocks.items.empty()) {
      add_block(blocks, {{line.start, line.end}, outline.section(), Grain::Lines, false, false});
      has_name = named;
    }
    Block& block = blocks.items.back();
    block.range.end = line.end;
    // The comment above a signature belongs to it.
    if (named && !has_name) {
      block.section = outline.section();
      has_name = true;
    }
    after_blank = false;
  }
  return blocks;
}

}  // namespace hearth::ingest
