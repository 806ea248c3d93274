#include <algorithm>

#include "ingest/chunk/blocks.h"

namespace hearth::ingest {
namespace {

// Finds the items of objects and arrays by their brackets and commas. The text need not be valid
// JSON: whatever cannot be followed becomes one block, which is then cut by lines.
class JsonSplitter {
 public:
  JsonSplitter(std::string_view text, std::size_t bytes_max) : text_(text), bytes_max_(bytes_max) {}

  Blocks split() {
    Frame all{trimmed({0, text_.size()}), 0, 0};
    // Explicit frames instead of recursion: depth is the file's choice, not ours.
    std::vector<Frame> frames{all};
    while (!frames.empty()) {
      const Frame frame = frames.back();
      frames.pop_back();
      std::vector<Frame> items = divide(frame);
      if (items.size() < 2) {
        add(frame);
        continue;
      }
      for (auto item = items.rbegin(); item != items.rend(); ++item) frames.push_back(*item);
    }
    return std::move(blocks_);
  }

 private:
  struct Frame {
    text::Range range;
    std::size_t section = 0;
    int depth = 0;
  };
  static constexpr int kDepthMax = 12;

  [[nodiscard]] text::Range trimmed(text::Range range) const {
    while (range.start < range.end && is_blank(text_.substr(range.start, 1))) ++range.start;
    while (range.end > range.start && is_blank(text_.substr(range.end - 1, 1))) --range.end;
    return range;
  }

  void add(const Frame& frame) {
    if (frame.range.size() == 0) return;
    add_block(blocks_, {frame.range, frame.section, Grain::Lines, false, false});
  }

  // Where the value of a member begins, and the member's key.
  struct Member {
    std::size_t value = 0;
    std::string_view key;
  };

  [[nodiscard]] std::size_t string_end(std::size_t at, std::size_t end) const {
    for (++at; at < end; ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == '"') {
        return at + 1;
      }
    }
    return end;
  }

  [[nodiscard]] Member member_of(text::Range range) const {
    if (range.size() == 0 || text_[range.start] != '"') return {range.start, {}};
    const std::size_t key_end = string_end(range.start, range.end);
    std::size_t at = key_end;
    while (at < range.end && is_blank(text_.substr(at, 1))) ++at;
    if (at >= range.end || text_[at] != ':') return {range.start, {}};
    ++at;
    while (at < range.end && is_blank(text_.substr(at, 1))) ++at;
    return {at, text_.substr(range.start + 1, key_end - range.start - 2)};
  }

  std::vector<Frame> divide(const Frame& frame) {
    if (frame.range.size() <= bytes_max_ || frame.depth >= kDepthMax) return {};
    const Member member = member_of(frame.range);
    if (member.value >= frame.range.end) return {};
    const char open = text_[member.value];
    if (open != '{' && open != '[') return {};
    const std::size_t section = member.key.empty() ? frame.section : named(frame, member.key);
    return items_of(frame, member.value, section);
  }

  std::size_t named(const Frame& frame, std::string_view key) {
    std::vector<std::string> path = blocks_.sections[frame.section];
    path.push_back(text::shorten(text::squeeze(key), 80));
    blocks_.sections.push_back(std::move(path));
    return blocks_.sections.size() - 1;
  }

  // Items with the commas after them; the opening part goes to the first, the closing to the last.
  std::vector<Frame> items_of(const Frame& frame, std::size_t open, std::size_t section) {
    std::vector<Frame> items;
    std::size_t start = open + 1;
    std::size_t depth = 1;
    std::size_t at = open + 1;
    while (at < frame.range.end && depth > 0) {
      const char c = text_[at];
      if (c == '"') {
        at = string_end(at, frame.range.end);
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (c == ',' && depth == 1) {
        push(items, {start, at + 1}, section, frame.depth + 1);
        start = at + 1;
      }
      ++at;
    }
    push(items, {start, depth == 0 ? at - 1 : at}, section, frame.depth + 1);
    if (depth == 0) push(items, {at - 1, frame.range.end}, section, kDepthMax);
    if (!items.empty())
      items.insert(items.begin(), {{frame.range.start, open + 1}, section, kDepthMax});
    return items;
  }

  void push(std::vector<Frame>& items, text::Range range, std::size_t section, int depth) const {
    range = trimmed(range);
    if (range.size() == 0) return;
    // Neighbours that are small travel together: an array of a million numbers is not a million
    // items.
    if (!items.empty() && items.back().depth == depth && depth < kDepthMax &&
        range.end - items.back().range.start <= bytes_max_ / 2) {
      items.back().range.end = range.end;
      return;
    }
    items.push_back({range, section, depth});
  }

  std::string_view text_;
  std::size_t bytes_max_;
  Blocks blocks_;
};

}  // namespace

Blocks json_blocks(std::string_view text, std::size_t bytes_max) {
  return JsonSplitter(text, bytes_max).split();
}

}  // namespace hearth::ingest
