#include "ingest/chunk/chunker.h"

#include <algorithm>

#include "ingest/chunk/measure.h"
#include "ingest/chunk/pack.h"

namespace hearth::ingest {
namespace {

Blocks blocks_of(const Extracted& document, const ChunkLimits& limits) {
  const std::string& type = document.media_type;
  if (type == "text/markdown") return markdown_blocks(document.text);
  if (type == "text/csv") return table_blocks(document.text, ',');
  if (type == "text/tab-separated-values") return table_blocks(document.text, '\t');
  if (type == "application/json") return json_blocks(document.text, limits.bytes_target);
  if (type == "application/jsonl") return code_blocks(document.text);
  if (type.starts_with("text/x-")) return code_blocks(document.text);
  if (type == "text/plain" && looks_like_chat(document.text)) return chat_blocks(document.text);
  return prose_blocks(document);
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

text::Range trimmed(std::string_view text, text::Range range) {
  while (range.start < range.end && is_space(text[range.start])) ++range.start;
  while (range.end > range.start && is_space(text[range.end - 1])) --range.end;
  return range;
}

// A short note is best read whole, whatever headings it has.
void join_short_note(const Extracted& document, const ChunkLimits& limits,
                     std::vector<Packed>& packed) {
  if (packed.size() < 2 || document.pages.size() > 1) return;
  const text::Range all{packed.front().range.start, packed.back().range.end};
  const std::string_view words = std::string_view(document.text).substr(all.start, all.size());
  if (all.size() > limits.bytes_target || estimate_tokens(words) > limits.tokens_max) return;
  const bool same = std::ranges::all_of(
      packed, [&](const Packed& p) { return p.heading == packed.front().heading; });
  packed = {Packed{all, same ? packed.front().heading : std::string{}}};
}

std::optional<int> page_of(const std::vector<std::size_t>& pages, std::size_t offset) {
  if (pages.empty()) return std::nullopt;
  const auto after = std::ranges::upper_bound(pages, offset);
  return std::max(1, static_cast<int>(after - pages.begin()));
}

}  // namespace

std::vector<Chunk> chunk(const Extracted& document, const ChunkLimits& limits) {
  const std::string_view text = document.text;
  std::vector<Packed> packed = pack(text, blocks_of(document, limits), limits);
  join_short_note(document, limits, packed);
  std::vector<Chunk> chunks;
  chunks.reserve(packed.size());
  std::size_t counted = 0;
  std::size_t characters = 0;
  for (Packed& piece : packed) {
    const text::Range range = trimmed(text, piece.range);
    if (range.size() == 0) continue;
    Chunk chunk{range, {}, page_of(document.pages, range.start), std::move(piece.heading)};
    characters += text::count_code_points(text.substr(counted, range.start - counted));
    chunk.characters.start = characters;
    characters += text::count_code_points(text.substr(range.start, range.size()));
    chunk.characters.end = characters;
    counted = range.end;
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

}  // namespace hearth::ingest
