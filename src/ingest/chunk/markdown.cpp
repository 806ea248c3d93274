#include <algorithm>

#include "ingest/chunk/blocks.h"

namespace hearth::ingest {
namespace {

std::size_t indent_of(std::string_view line) {
  const std::size_t first = line.find_first_not_of(' ');
  return first == std::string_view::npos ? line.size() : first;
}

// The level of "## Title", else 0.
int atx_level(std::string_view line) {
  const std::size_t indent = indent_of(line);
  if (indent > 3) return 0;
  line.remove_prefix(indent);
  const std::size_t signs = line.find_first_not_of('#');
  if (signs == 0 || line.empty() || line.front() != '#') return 0;
  const std::size_t count = signs == std::string_view::npos ? line.size() : signs;
  if (count > 6) return 0;
  const bool spaced = count == line.size() || line[count] == ' ' || line[count] == '\t';
  return spaced ? static_cast<int>(count) : 0;
}

std::string_view atx_title(std::string_view line) {
  line = text::trim(line);
  line.remove_prefix(std::min(line.find_first_not_of('#'), line.size()));
  line = text::trim(line);
  const std::size_t last = line.find_last_not_of('#');
  if (last == std::string_view::npos) return {};
  if (last + 1 < line.size() && line[last] == ' ') line = line.substr(0, last);
  return text::trim(line);
}

int setext_level(std::string_view line) {
  if (indent_of(line) > 3) return 0;
  line = text::trim(line);
  if (line.empty() || (line.front() != '=' && line.front() != '-')) return 0;
  if (line.find_first_not_of(line.front()) != std::string_view::npos) return 0;
  return line.front() == '=' ? 1 : 2;
}

std::string_view fence_of(std::string_view line) {
  const std::size_t indent = indent_of(line);
  if (indent > 3) return {};
  line.remove_prefix(indent);
  if (line.empty() || (line.front() != '`' && line.front() != '~')) return {};
  const std::size_t count = std::min(line.find_first_not_of(line.front()), line.size());
  return count >= 3 ? line.substr(0, count) : std::string_view{};
}

bool closes(std::string_view line, std::string_view fence) {
  const std::string_view other = fence_of(line);
  return other.size() >= fence.size() && other.front() == fence.front() &&
         text::trim(line).size() == other.size();
}

bool starts_item(std::string_view line) {
  line.remove_prefix(indent_of(line));
  if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ")) return true;
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits != std::string_view::npos && digits > 0 && digits < 10 &&
         digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') &&
         line[digits + 1] == ' ';
}

class MarkdownSplitter {
 public:
  explicit MarkdownSplitter(std::string_view text) : text_(text), outline_(blocks_) {}

  Blocks split() {
    std::size_t offset = skip_front_matter();
    while (offset < text_.size()) offset = take(line_at(text_, offset));
    close();
    return std::move(blocks_);
  }

 private:
  [[nodiscard]] std::string_view content(const Line& line) const {
    return text_.substr(line.start, line.end - line.start);
  }

  std::size_t skip_front_matter() {
    const Line first = line_at(text_, 0);
    if (content(first) != "---") return 0;
    for (std::size_t at = first.next; at < text_.size();) {
      const Line line = line_at(text_, at);
      if (content(line) == "---" || content(line) == "...") {
        add_block(blocks_, {{0, line.end}, 0, Grain::Lines, false, false});
        return line.next;
      }
      at = line.next;
    }
    return 0;
  }

  std::size_t take(const Line& line) {
    const std::string_view words = content(line);
    if (is_blank(words)) {
      close();
      return line.next;
    }
    if (const std::string_view fence = fence_of(words); !fence.empty()) {
      return take_fence(line, fence);
    }
    if (const int level = atx_level(words)) {
      close();
      add_heading(line, line.end, level, atx_title(words));
      return line.next;
    }
    const Line under = line_at(text_, line.next);
    const int level = line.next < text_.size() ? setext_level(content(under)) : 0;
    if (level != 0 && !open_ && !starts_item(words)) {
      add_heading(line, under.end, level, words);
      return under.next;
    }
    const bool row = text::trim(words).starts_with('|');
    if (open_ && starts_item(words)) close();
    extend(line, row ? Grain::Lines : Grain::Prose);
    return line.next;
  }

  std::size_t take_fence(const Line& first, std::string_view fence) {
    close();
    Block block{{first.start, first.end}, outline_.section(), Grain::Lines, false, false};
    std::size_t offset = first.next;
    while (offset < text_.size()) {
      const Line line = line_at(text_, offset);
      block.range.end = line.end;
      offset = line.next;
      if (closes(content(line), fence)) break;
    }
    add_block(blocks_, block);
    return offset;
  }

  void add_heading(const Line& line, std::size_t end, int level, std::string_view title) {
    const std::size_t section = outline_.enter(level, title);
    add_block(blocks_, {{line.start, end}, section, Grain::Prose, true, false});
  }

  void extend(const Line& line, Grain grain) {
    if (!open_) block_ = {{line.start, line.end}, outline_.section(), grain, false, false};
    open_ = true;
    block_.range.end = line.end;
  }

  void close() {
    if (open_) add_block(blocks_, block_);
    open_ = false;
  }

  std::string_view text_;
  Blocks blocks_;
  Outline outline_;
  Block block_;
  bool open_ = false;
};

}  // namespace

Blocks markdown_blocks(std::string_view text) { return MarkdownSplitter(text).split(); }

}  // namespace hearth::ingest
