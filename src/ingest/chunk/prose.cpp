#include <algorithm>
#include <cstdint>

#include "ingest/chunk/blocks.h"

namespace hearth::ingest {
namespace {

bool is_quoted(std::string_view line) { return !line.empty() && line.front() == '>'; }

// A row of one repeated sign under a line makes that line a heading, as in many README files.
int underline_level(std::string_view line) {
  constexpr std::string_view kSigns = "=-~^*#+";
  if (line.size() < 3) return 0;
  const std::size_t sign = kSigns.find(line.front());
  if (sign == std::string_view::npos) return 0;
  return line.find_first_not_of(line.front()) == std::string_view::npos ? static_cast<int>(sign) + 1
                                                                        : 0;
}

bool is_shouted_heading(std::string_view line) {
  constexpr std::size_t kBytesMax = 60;
  if (line.size() < 4 || line.size() > kBytesMax || line.front() == ' ') return false;
  std::size_t letters = 0;
  for (const char c : line) {
    if (c >= 'a' && c <= 'z') return false;
    if (c >= 'A' && c <= 'Z') ++letters;
  }
  return letters * 2 > line.size() && (line.front() >= 'A' && line.front() <= 'Z');
}

bool starts_item(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || line.size() - first < 3) return false;
  line.remove_prefix(first);
  if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ")) return true;
  if (line.starts_with("\u2022")) return true;
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits > 0 && digits < 4 && digits + 1 < line.size() &&
         (line[digits] == '.' || line[digits] == ')') && line[digits + 1] == ' ';
}

// Walks the lines once and closes a block wherever the structure says so.
class ProseSplitter {
 public:
  explicit ProseSplitter(const Extracted& document)
      : document_(document), text_(document.text), outline_(blocks_) {}

  Blocks split() {
    std::size_t offset = 0;
    while (offset < text_.size()) {
      take_marks(offset);
      Line line = line_at(text_, offset);
      clip_to_mark(line);
      take_line(line);
      offset = line.next;
    }
    close();
    return std::move(blocks_);
  }

 private:
  // The outline and the pages know where sections and pages begin, also in the middle of a line.
  void take_marks(std::size_t offset) {
    while (next_page_ < document_.pages.size() && document_.pages[next_page_] <= offset) {
      if (next_page_ > 0 && !paragraph_runs_on(offset)) {
        close();
        break_next_ = true;
      }
      ++next_page_;
    }
    while (next_entry_ < document_.outline.size() &&
           document_.outline[next_entry_].start <= offset) {
      const OutlineEntry& entry = document_.outline[next_entry_++];
      close();
      outline_.enter(entry.level, entry.title);
      heading_next_ = true;
    }
  }

  void clip_to_mark(Line& line) const {
    std::size_t mark = line.next;
    if (next_page_ < document_.pages.size()) mark = std::min(mark, document_.pages[next_page_]);
    if (next_entry_ < document_.outline.size()) {
      mark = std::min(mark, document_.outline[next_entry_].start);
    }
    if (mark <= line.start || mark >= line.next) return;
    line.next = mark;
    line.end = std::min(line.end, mark);
  }

  // A sentence that goes on over the page's end belongs to one passage.
  [[nodiscard]] bool paragraph_runs_on(std::size_t offset) const {
    const std::string_view before =
        text::trim(text_.substr(0, offset).substr(offset > kLookBytes ? offset - kLookBytes : 0));
    const std::string_view after = text::trim(text_.substr(offset, kLookBytes));
    if (before.empty() || after.empty()) return false;
    constexpr std::string_view kEnds = ".!?:;\"')]";
    return kEnds.find(before.back()) == std::string_view::npos && after.front() >= 'a' &&
           after.front() <= 'z';
  }

  void take_line(const Line& line) {
    const std::string_view content = text_.substr(line.start, line.end - line.start);
    if (is_blank(content)) {
      close();
      after_blank_ = true;
      return;
    }
    if (document_.outline.empty() && take_plain_heading(line, content)) return;
    const bool quoted = is_quoted(content);
    if (open_ && (quoted != quoted_ || (starts_item(content) && !quoted))) close();
    extend(line);
    quoted_ = quoted;
    after_blank_ = false;
    if (heading_next_) close();
  }

  bool take_plain_heading(const Line& line, std::string_view content) {
    if (document_.media_type != "text/plain" && document_.media_type != "application/pdf") {
      return false;
    }
    if (open_) return false;
    const Line under = line_at(text_, line.next);
    const int level = underline_level(text_.substr(under.start, under.end - under.start));
    const bool shouted = (after_blank_ || line.start == 0) && is_shouted_heading(content);
    if ((level == 0 || content.size() > kHeadingBytesMax) && !shouted) return false;
    outline_.enter(level == 0 ? 1 : level, content);
    heading_next_ = true;
    extend(line);
    // The underline itself is the rest of this heading.
    if (level == 0) close();
    return true;
  }

  void extend(const Line& line) {
    if (!open_) {
      block_ = {
          {line.start, line.end}, outline_.section(), Grain::Prose, heading_next_, break_next_};
      break_next_ = false;
      open_ = true;
    }
    block_.range.end = line.end;
  }

  void close() {
    if (!open_) return;
    add_block(blocks_, block_);
    open_ = false;
    heading_next_ = false;
  }

  static constexpr std::size_t kLookBytes = 200;
  static constexpr std::size_t kHeadingBytesMax = 100;
  const Extracted& document_;
  std::string_view text_;
  Blocks blocks_;
  Outline outline_;
  Block block_;
  std::size_t next_page_ = 0;
  std::size_t next_entry_ = 0;
  bool open_ = false;
  bool quoted_ = false;
  bool after_blank_ = false;
  bool heading_next_ = false;
  bool break_next_ = false;
};

}  // namespace

Blocks prose_blocks(const Extracted& document) { return ProseSplitter(document).split(); }

}  // namespace hearth::ingest
