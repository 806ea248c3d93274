#include "ingest/chunk/pack.h"

#include <algorithm>

#include "ingest/chunk/measure.h"

namespace hearth::ingest {
namespace {

using Path = std::vector<std::string>;

std::size_t common_length(const Path& a, const Path& b) {
  std::size_t n = 0;
  while (n < a.size() && n < b.size() && a[n] == b[n]) ++n;
  return n;
}

std::string join(const Path& path, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += " > ";
    out += path[i];
  }
  return out;
}

class Packer {
 public:
  Packer(std::string_view text, const Blocks& blocks, const ChunkLimits& limits)
      : text_(text), blocks_(blocks), limits_(limits) {}

  std::vector<Packed> run() {
    for (const Block& block : blocks_.items) {
      if (fits(block.range)) {
        take({block, tokens(block.range)});
        continue;
      }
      Block piece = block;
      for (const text::Range& range : cut(text_, block.range, block.grain, limits_)) {
        piece.range = range;
        take({piece, tokens(range)});
        piece.breaks_before = false;
      }
    }
    flush();
    return std::move(packed_);
  }

 private:
  struct Item : Block {
    std::size_t tokens = 0;
  };

  [[nodiscard]] std::size_t tokens(text::Range range) const {
    return estimate_tokens(text_.substr(range.start, range.size()));
  }

  [[nodiscard]] bool fits(text::Range range) const {
    return range.size() <= limits_.bytes_max && tokens(range) <= limits_.tokens_max;
  }

  // Sums what is known instead of reading the text again for every small block.
  [[nodiscard]] bool fits_behind_open(const Item& block) const {
    return block.range.end - open_.front().range.start <= limits_.bytes_max &&
           open_tokens_ + block.tokens <= limits_.tokens_max;
  }

  void append(const Item& block) {
    open_.push_back(block);
    open_tokens_ += block.tokens;
  }

  [[nodiscard]] text::Range range() const {
    return {open_.front().range.start, open_.back().range.end};
  }

  [[nodiscard]] bool must_close_before(const Item& block) const {
    if (block.breaks_before || !fits_behind_open(block)) return true;
    const std::size_t size = range().size();
    if (only_headings()) return false;
    if (block.section != open_.back().section && size >= limits_.bytes_min) return true;
    return size >= limits_.bytes_target;
  }

  [[nodiscard]] bool only_headings() const {
    return std::ranges::all_of(open_, [](const Block& block) { return block.is_heading; });
  }

  void take(const Item& block) {
    if (!open_.empty() && must_close_before(block)) {
      // A heading at the end of a passage would say nothing there.
      std::size_t kept = open_.size();
      while (!block.breaks_before && kept > 1 && open_[kept - 1].is_heading) --kept;
      const std::vector<Item> headings(open_.begin() + static_cast<std::ptrdiff_t>(kept),
                                       open_.end());
      open_.resize(kept);
      flush();
      for (const Item& heading : headings) append(heading);
      if (!open_.empty() && !fits_behind_open(block)) flush();
    }
    append(block);
  }

  // Where several sections share a passage, what they have in common names it; headings alone lend
  // their name to nothing.
  [[nodiscard]] std::string heading() const {
    const auto first_text =
        std::ranges::find_if(open_, [](const Block& b) { return !b.is_heading; });
    const Block& first = first_text == open_.end() ? open_.back() : *first_text;
    const Path& path = blocks_.sections[first.section];
    std::size_t count = path.size();
    for (const Block& block : open_) {
      if (block.is_heading) continue;
      count = std::min(count, common_length(path, blocks_.sections[block.section]));
    }
    return join(path, count);
  }

  void flush() {
    if (open_.empty()) return;
    Packed next{range(), heading()};
    // A scrap at the end of a section goes with what stands before it.
    const bool scrap = next.range.size() < limits_.bytes_min / 2 && !open_.front().breaks_before;
    if (scrap && !packed_.empty() && packed_.back().heading == next.heading &&
        fits({packed_.back().range.start, next.range.end})) {
      packed_.back().range.end = next.range.end;
    } else {
      packed_.push_back(std::move(next));
    }
    open_.clear();
    open_tokens_ = 0;
  }

  std::string_view text_;
  const Blocks& blocks_;
  const ChunkLimits& limits_;
  std::vector<Item> open_;
  std::size_t open_tokens_ = 0;
  std::vector<Packed> packed_;
};

}  // namespace

std::vector<Packed> pack(std::string_view text, const Blocks& blocks, const ChunkLimits& limits) {
  return Packer(text, blocks, limits).run();
}

}  // namespace hearth::ingest
