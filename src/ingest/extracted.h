/// What reading a file gives, whichever format it had.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hearth::ingest {

/// A heading and where its section begins.
struct OutlineEntry {
  std::size_t start = 0;  ///< Byte offset in the text.
  int level = 1;          ///< 1 is the outermost.
  std::string title;
  friend bool operator==(const OutlineEntry&, const OutlineEntry&) = default;
};

/// A file as text with its structure.
struct Extracted {
  std::string media_type;
  std::string title;  ///< From the document itself; may be empty.
  std::string text;   ///< UTF-8. For plain formats exactly the decoded file.
  std::optional<std::int64_t> date_ms;
  std::vector<std::size_t> pages;  ///< Byte offset at which page 1, 2, … begins; empty: no pages.
  std::vector<OutlineEntry> outline;  ///< In order of `start`.
  std::string problem;  ///< Why it is incomplete, for people; empty when all is there.
};

}  // namespace hearth::ingest
