/// The text of a found document as the vault keeps it, with what is needed to cite from it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "core/text.h"
#include "search/types.h"
#include "storage/database.h"

namespace hearth::answer {

/// One content, or the part of it that a hit shows when the vault has no more.
struct SourceText {
  search::Hit hit;  ///< The best hit in it: where it is shown from.
  std::string text;
  std::size_t base_byte = 0;  ///< Offset of `text` in the document; 0 when it is whole.
  std::size_t base_char = 0;
  std::vector<std::size_t> pages;
  std::vector<std::pair<std::size_t, std::string>> outline;  ///< Start and "Chapter > Section".
  struct ChunkRange {
    ChunkId id;
    text::Range bytes;
    std::string heading;
  };
  std::vector<ChunkRange> chunks;  ///< In order; those of the hits at least.
  std::vector<text::Range> found;  ///< The hits' ranges in `text`, best first.
  std::vector<double> found_scores;
  std::vector<double> found_nearness;  ///< Cosines with the question; 0 where unknown.

  [[nodiscard]] std::string_view heading_at(std::size_t offset) const;
  [[nodiscard]] std::optional<int> page_at(std::size_t offset) const;
  [[nodiscard]] ChunkId chunk_at(std::size_t offset) const;
};

/// Reads the contents of the best hits, each once, in order of their best hit; at most `count_max`.
/// A content that vanished meanwhile is shown from the hit's own text.
[[nodiscard]] Result<std::vector<SourceText>> read_sources(const Call& call,
                                                           const storage::Database& database,
                                                           const std::vector<search::Hit>& hits,
                                                           std::size_t count_max);

/// Where to look for answers in the document that search put at place `rank`: a short one of the
/// first few from end to end, else around its hits. Ascending, apart from one another.
[[nodiscard]] std::vector<text::Range> regions_of(const SourceText& source, std::size_t rank);

}  // namespace hearth::answer
