/// Packs blocks into passages of a good size.
#pragma once

#include <string_view>
#include <vector>

#include "ingest/chunk/blocks.h"
#include "ingest/chunk/chunker.h"

namespace hearth::ingest {

/// A passage before characters and pages are counted.
struct Packed {
  text::Range range;
  std::string heading;
};

[[nodiscard]] std::vector<Packed> pack(std::string_view text, const Blocks& blocks,
                                       const ChunkLimits& limits);

/// Cuts `range` into pieces that each fit, at the best places there are.
[[nodiscard]] std::vector<text::Range> cut(std::string_view text, text::Range range, Grain grain,
                                           const ChunkLimits& limits);

}  // namespace hearth::ingest
