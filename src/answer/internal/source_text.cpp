#include "answer/internal/source_text.h"

#include <algorithm>

#include "core/json.h"

namespace hearth::answer {
namespace {

void read_pages(std::string_view json, SourceText& source) {
  const auto parsed = Json::parse(json);
  if (!parsed) return;
  for (const Json& page : parsed->items()) {
    source.pages.push_back(static_cast<std::size_t>(std::max<std::int64_t>(page.int_or(0), 0)));
  }
}

void read_outline(std::string_view json, SourceText& source) {
  const auto parsed = Json::parse(json);
  if (!parsed) return;
  std::vector<std::pair<std::int64_t, std::string>> open;
  for (const Json& entry : parsed->items()) {
    const std::int64_t level = entry["level"].int_or(1);
    while (!open.empty() && open.back().first >= level) open.pop_back();
    open.emplace_back(level, entry["title"].string_or(""));
    std::string path;
    for (const auto& [depth, title] : open) path += (path.empty() ? "" : " > ") + title;
    const std::int64_t start = std::max<std::int64_t>(entry["start"].int_or(0), 0);
    source.outline.emplace_back(static_cast<std::size_t>(start), std::move(path));
  }
}

Result<bool> read_content(const Call& call, const storage::Database& database, SourceText& source) {
  bool there = false;
  TRY(database.read(call, [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto content,
               connection.prepare("SELECT text, pages, outline FROM contents WHERE id = ?1"));
    content.bind(1, source.hit.content.value);
    TRY_ASSIGN(const bool found, content.step());
    if (!found) return {};
    there = true;
    source.text = std::string(content.text(0));
    read_pages(content.text(1), source);
    read_outline(content.text(2), source);
    TRY_ASSIGN(auto chunks,
               connection.prepare("SELECT id, start_byte, end_byte, heading FROM chunks "
                                  "WHERE content_id = ?1 ORDER BY ordinal"));
    chunks.bind(1, source.hit.content.value);
    for (;;) {
      TRY_ASSIGN(const bool row, chunks.step());
      if (!row) return {};
      source.chunks.push_back({ChunkId{chunks.integer(0)},
                               {static_cast<std::size_t>(chunks.integer(1)),
                                static_cast<std::size_t>(chunks.integer(2))},
                               std::string(chunks.text(3))});
    }
  }));
  return there;
}

void show_hit_alone(SourceText& source) {
  const search::Hit& hit = source.hit;
  source.text = hit.text;
  source.base_byte = hit.start_byte;
  source.base_char = hit.start_char;
  source.pages.clear();
  source.outline.clear();
  source.chunks = {{hit.chunk, {0, hit.text.size()}, hit.heading}};
  source.found = {{0, hit.text.size()}};
}

// Do the stored text and the hit agree? The content may have been replaced since the search.
bool agrees(const SourceText& source, const search::Hit& hit) {
  return hit.end_byte <= source.text.size() && hit.start_byte <= hit.end_byte &&
         std::string_view(source.text).substr(hit.start_byte, hit.end_byte - hit.start_byte) ==
             hit.text;
}

}  // namespace

std::string_view SourceText::heading_at(std::size_t offset) const {
  const auto after =
      std::ranges::upper_bound(outline, offset, {}, [](const auto& e) { return e.first; });
  if (after != outline.begin()) return std::prev(after)->second;
  for (const ChunkRange& chunk : chunks) {
    if (offset >= chunk.bytes.start && offset < chunk.bytes.end) return chunk.heading;
  }
  return {};
}

std::optional<int> SourceText::page_at(std::size_t offset) const {
  if (base_byte > 0 || pages.empty()) return hit.page;
  const auto after = std::ranges::upper_bound(pages, offset);
  return after == pages.begin() ? 1 : static_cast<int>(after - pages.begin());
}

ChunkId SourceText::chunk_at(std::size_t offset) const {
  ChunkId nearest = hit.chunk;
  for (const ChunkRange& chunk : chunks) {
    if (offset >= chunk.bytes.start) nearest = chunk.id;
  }
  return nearest;
}

Result<std::vector<SourceText>> read_sources(const Call& call, const storage::Database& database,
                                             const std::vector<search::Hit>& hits,
                                             std::size_t count_max) {
  std::vector<SourceText> sources;
  for (const search::Hit& hit : hits) {
    const auto same = std::ranges::find_if(sources, [&](const SourceText& s) {
      return s.hit.content == hit.content && s.base_byte == 0 && agrees(s, hit);
    });
    if (same != sources.end()) {
      same->found.push_back({hit.start_byte, hit.end_byte});
      same->found_scores.push_back(hit.score);
      same->found_nearness.push_back(hit.similarity.value_or(0));
      continue;
    }
    if (sources.size() >= count_max) continue;
    SourceText source;
    source.hit = hit;
    TRY_ASSIGN(const bool there, read_content(call, database, source));
    if (!there || !agrees(source, hit)) {
      show_hit_alone(source);
    } else {
      source.found = {{hit.start_byte, hit.end_byte}};
    }
    source.found_scores = {hit.score};
    source.found_nearness = {hit.similarity.value_or(0)};
    sources.push_back(std::move(source));
  }
  return sources;
}

std::vector<text::Range> regions_of(const SourceText& source, std::size_t rank) {
  constexpr std::size_t kWholeBytesMax = 7000;
  constexpr std::size_t kWholeRankMax = 6;
  constexpr std::size_t kMarginBytes = 500;
  if (source.text.size() <= kWholeBytesMax && rank < kWholeRankMax)
    return {{0, source.text.size()}};
  std::vector<text::Range> regions;
  for (const text::Range& hit : source.found) {
    std::size_t start = hit.start > kMarginBytes ? hit.start - kMarginBytes : 0;
    std::size_t end = std::min(hit.end + kMarginBytes, source.text.size());
    if (start > 0) start = std::min(source.text.rfind('\n', start) + 1, hit.start);
    end = std::max(std::min(source.text.find('\n', end), source.text.size()), hit.end);
    regions.push_back({start, end});
  }
  std::ranges::sort(regions, {}, &text::Range::start);
  std::vector<text::Range> merged;
  for (const text::Range& region : regions) {
    if (!merged.empty() && region.start <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, region.end);
    } else {
      merged.push_back(region);
    }
  }
  return merged;
}

}  // namespace hearth::answer
