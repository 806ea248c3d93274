/// The pieces a text falls into before they are packed into passages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "ingest/extracted.h"

namespace hearth::ingest {

/// Where an oversized block is cut best.
enum class Grain { Prose, Lines };

/// A paragraph, a code block, a row, a message: kept whole where it fits.
struct Block {
  text::Range range;
  std::size_t section = 0;  ///< Index into `Blocks::sections`.
  Grain grain = Grain::Prose;
  bool is_heading = false;     ///< Stays with what follows.
  bool breaks_before = false;  ///< A passage never reaches across its start (a new page).
};

/// Blocks in order, and the heading paths of their sections. Section 0 has the empty path.
struct Blocks {
  std::vector<Block> items;
  std::vector<std::vector<std::string>> sections{{}};
};

/// Appends `block`; scraps of one section become one block, so that a hostile text of single
/// letters does not cost more memory than itself.
void add_block(Blocks& blocks, const Block& block);

/// A line without its end; `next` is where the following one begins.
struct Line {
  std::size_t start = 0;
  std::size_t end = 0;
  std::size_t next = 0;
};

/// The line that begins at `offset`. Ends are LF or CRLF.
[[nodiscard]] Line line_at(std::string_view text, std::size_t offset);
[[nodiscard]] bool is_blank(std::string_view text);

/// The path of headings above the present place.
class Outline {
 public:
  explicit Outline(Blocks& blocks) : blocks_(blocks) {}
  /// Enters a section; deeper and equal levels are left first. Returns its index.
  std::size_t enter(int level, std::string_view title);
  [[nodiscard]] std::size_t section() const { return blocks_.sections.size() - 1; }

 private:
  Blocks& blocks_;
  std::vector<std::pair<int, std::string>> path_;
};

[[nodiscard]] Blocks prose_blocks(const Extracted& document);
[[nodiscard]] Blocks markdown_blocks(std::string_view text);
[[nodiscard]] Blocks code_blocks(std::string_view text);
[[nodiscard]] Blocks table_blocks(std::string_view text, char separator);
[[nodiscard]] Blocks json_blocks(std::string_view text, std::size_t bytes_max);
[[nodiscard]] Blocks chat_blocks(std::string_view text);
/// True when most lines look like "12.03.24, 18:02 - Anna: text" in one of the usual forms.
[[nodiscard]] bool looks_like_chat(std::string_view text);

}  // namespace hearth::ingest
