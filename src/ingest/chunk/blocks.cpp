#include "ingest/chunk/blocks.h"

#include <algorithm>

namespace hearth::ingest {

Line line_at(std::string_view text, std::size_t offset) {
  const std::size_t newline = text.find('\n', offset);
  if (newline == std::string_view::npos) return {offset, text.size(), text.size()};
  const bool carriage = newline > offset && text[newline - 1] == '\r';
  return {offset, newline - (carriage ? 1U : 0U), newline + 1};
}

bool is_blank(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; });
}

void add_block(Blocks& blocks, const Block& block) {
  constexpr std::size_t kScrapBytes = 120;
  if (!blocks.items.empty()) {
    Block& last = blocks.items.back();
    const bool alike = last.section == block.section && !last.is_heading && !block.is_heading &&
                       !block.breaks_before;
    if (alike && block.range.end - last.range.start <= kScrapBytes) {
      last.range.end = block.range.end;
      return;
    }
  }
  blocks.items.push_back(block);
}

std::size_t Outline::enter(int level, std::string_view title) {
  // Far more than any book has; beyond that headings are noise.
  constexpr std::size_t kSectionsMax = 50'000;
  if (blocks_.sections.size() >= kSectionsMax) return section();
  while (!path_.empty() && path_.back().first >= level) path_.pop_back();
  constexpr std::size_t kTitleBytesMax = 120;
  path_.emplace_back(level, text::shorten(text::squeeze(title), kTitleBytesMax));
  std::vector<std::string> titles;
  for (const auto& [_, name] : path_) {
    if (!name.empty()) titles.push_back(name);
  }
  blocks_.sections.push_back(std::move(titles));
  return section();
}

}  // namespace hearth::ingest
