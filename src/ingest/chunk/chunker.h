/// Cuts a text into passages along its own structure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/text.h"
#include "ingest/extracted.h"

namespace hearth::ingest {

/// One passage: an exact range of the text.
struct Chunk {
  text::Range bytes;
  text::Range characters;   ///< The same range in code points.
  std::optional<int> page;  ///< The page of its start, from 1.
  std::string heading;      ///< "Chapter > Section"; may be empty.
};

/// How large a passage may be. Bytes bound what a person reads at once; tokens, estimated from the
/// kind of characters, bound what an embedding model sees of it.
struct ChunkLimits {
  std::size_t bytes_target = 900;
  std::size_t bytes_max = 1200;
  std::size_t bytes_min = 250;  ///< Shorter neighbours are merged across sections.
  std::size_t tokens_max = 460;
};

/// Passages in the order of the text; together they cover every character that is not white space,
/// and none overlaps another. A short text stays whole. Boundaries follow headings, pages, code
/// blocks, rows, items and messages, then paragraphs, then sentences; only a single word longer
/// than a passage is cut inside.
[[nodiscard]] std::vector<Chunk> chunk(const Extracted& document, const ChunkLimits& limits = {});

}  // namespace hearth::ingest
