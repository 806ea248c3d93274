#include "answer/internal/units.h"

#include <algorithm>
#include <array>

namespace hearth::answer {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }

struct Line {
  std::size_t start = 0;
  std::size_t end = 0;  // without the line end
  std::size_t indent = 0;
  std::string_view words;  // trimmed
  [[nodiscard]] bool blank() const { return words.empty(); }
};

std::vector<Line> lines_of(std::string_view text, text::Range region) {
  std::vector<Line> lines;
  std::size_t at = region.start;
  while (at < region.end) {
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos || end > region.end) end = region.end;
    std::string_view whole = text.substr(at, end - at);
    while (!whole.empty() && (whole.back() == '\r' || whole.back() == '\f')) whole.remove_suffix(1);
    Line line;
    line.words = text::trim(whole);
    line.start = line.blank() ? at : static_cast<std::size_t>(line.words.data() - text.data());
    line.end = line.start + line.words.size();
    line.indent = line.start - at;
    lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

// The length of a list mark ("- ", "3. ", "[x] ", "• "), or 0.
std::size_t item_mark(std::string_view line) {
  for (const std::string_view mark : {"- ", "* ", "+ ", "• ", "– ", "◦ ", "▪ ", "· "}) {
    if (!line.starts_with(mark)) continue;
    std::size_t length = mark.size();
    for (const std::string_view box : {"[ ] ", "[x] ", "[X] "}) {
      if (line.substr(length).starts_with(box)) length += box.size();
    }
    return length;
  }
  std::size_t digits = 0;
  while (digits < line.size() && digits < 3 && is_digit(line[digits])) ++digits;
  if (digits == 0 && line.size() > 2 && is_letter(line[0]) && line[1] == ')') return 2;
  if (digits == 0 || digits + 1 >= line.size()) return 0;
  const bool mark = line[digits] == '.' || line[digits] == ')';
  return mark && line[digits + 1] == ' ' ? digits + 2 : 0;
}

// "Key: value" with a short key; the position of the colon, or npos.
std::size_t field_colon(std::string_view line) {
  constexpr std::size_t kKeyMax = 36;
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos || colon == 0 || colon > kKeyMax)
    return std::string_view::npos;
  const std::string_view key = line.substr(0, colon);
  const bool sentence = key.find_first_of(".!?\"()") != std::string_view::npos;
  return sentence || std::ranges::count(key, ' ') > 3 ? std::string_view::npos : colon;
}

// A chat export's line: date, time, name, colon. Gives where the text begins, or npos.
std::size_t message_text(std::string_view line) {
  std::size_t at = line.starts_with('[') ? 1 : 0;
  std::size_t digits = 0;
  while (at < line.size() && at < 12 &&
         (is_digit(line[at]) || line[at] == '.' || line[at] == '/' || line[at] == '-')) {
    digits += is_digit(line[at]) ? 1U : 0U;
    ++at;
  }
  if (digits < 2) return std::string_view::npos;
  const std::size_t clock = line.find(':', at > 2 ? at - 2 : at);
  if (clock == std::string_view::npos || clock > at + 16 || clock + 2 >= line.size() ||
      !is_digit(line[clock + 1]) || clock == 0 || !is_digit(line[clock - 1])) {
    return std::string_view::npos;
  }
  const std::size_t name_end = line.find(": ", clock + 2);
  const bool near = name_end != std::string_view::npos && name_end < clock + 60;
  return near ? name_end + 2 : std::string_view::npos;
}

int heading_level(std::string_view line) {
  std::size_t marks = 0;
  while (marks < line.size() && line[marks] == '#') ++marks;
  return marks > 0 && marks <= 6 && marks < line.size() && line[marks] == ' '
             ? static_cast<int>(marks)
             : 0;
}

bool is_rule(std::string_view line) {
  return line.size() >= 3 && line.find_first_not_of("-=_*~. ") == std::string_view::npos;
}

bool looks_like_heading(const std::vector<Line>& lines, std::size_t i) {
  const std::string_view line = lines[i].words;
  if (heading_level(line) > 0) return true;
  const bool underlined = i + 1 < lines.size() && lines[i + 1].words.size() >= 3 &&
                          lines[i + 1].words.find_first_not_of("=-~") == std::string_view::npos;
  if (underlined) return true;
  const bool alone =
      (i == 0 || lines[i - 1].blank()) && i + 1 < lines.size() && lines[i + 1].blank();
  return alone && line.size() <= 60 && line.find_first_of(".!?,;") == std::string_view::npos &&
         (is_upper(line.front()) || is_digit(line.front())) && field_colon(line) == line.npos;
}

std::size_t paragraph_width(const std::vector<Line>& lines, std::size_t from) {
  std::size_t width = 0;
  for (std::size_t i = from; i < lines.size() && !lines[i].blank(); ++i) {
    width = std::max(width, lines[i].words.size());
  }
  return width;
}

class ProseCutter {
 public:
  ProseCutter(std::string_view text, text::Range region, std::vector<Unit>& units)
      : text_(text), lines_(lines_of(text, region)), units_(units) {}

  void run() {
    for (std::size_t i = 0; i < lines_.size();) i = take(i);
  }

 private:
  std::size_t take(std::size_t i) {
    const Line& line = lines_[i];
    if (line.blank() || is_rule(line.words)) {
      if (line.blank() && !in_list_) ++block_;
      return i + 1;
    }
    if (line.words.starts_with("```") || line.words.starts_with("~~~")) return take_fence(i);
    if (looks_like_heading(lines_, i)) return take_heading(i);
    if (opens_pipes(i)) return take_pipes(i);
    if (message_text(line.words) != std::string_view::npos) return take_message(i);
    if (item_mark(line.words) > 0) return take_item(i);
    in_list_ = false;
    if (field_colon(line.words) != std::string_view::npos) return take_field(i);
    return take_paragraph(i);
  }

  void add(Form form, std::size_t start, std::size_t end, std::string shown, std::string context) {
    if (shown.empty()) return;
    units_.push_back({form, {start, end}, block_, std::move(shown), std::move(context)});
  }

  [[nodiscard]] std::string headings() const {
    std::string out;
    for (const auto& [level, title] : headings_) {
      if (!out.empty()) out += " > ";
      out += title;
    }
    return out;
  }

  std::size_t take_heading(std::size_t i) {
    const Line& line = lines_[i];
    int level = heading_level(line.words);
    std::string title =
        plain(level > 0 ? line.words.substr(static_cast<std::size_t>(level)) : line.words);
    if (level == 0) level = 7;
    while (!headings_.empty() && headings_.back().first >= level) headings_.pop_back();
    ++block_;
    in_list_ = false;
    add(Form::Heading, line.start, line.end, title, headings());
    headings_.emplace_back(level, std::move(title));
    ++block_;
    return i + 1;
  }

  std::size_t take_fence(std::size_t i) {
    ++block_;
    std::size_t at = i + 1;
    while (at < lines_.size() && !lines_[at].words.starts_with("```") &&
           !lines_[at].words.starts_with("~~~")) {
      const Line& line = lines_[at];
      if (!line.blank()) add(Form::Code, line.start, line.end, std::string(line.words), headings());
      ++at;
    }
    ++block_;
    return at + 1;
  }

  std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    if (line.starts_with('|')) line.remove_prefix(1);
    if (line.ends_with('|')) line.remove_suffix(1);
    for (const std::string_view cell : text::split(line, '|')) cells.push_back(plain(cell));
    return cells;
  }

  static std::size_t bars(std::string_view line) {
    std::size_t count = 0;
    for (std::size_t at = line.find(" | "); at != line.npos; at = line.find(" | ", at + 2)) ++count;
    return count;
  }

  // Rows in bars; without outer bars (a table of a web page) only when the next line is like it.
  [[nodiscard]] bool opens_pipes(std::size_t i) const {
    const std::string_view line = lines_[i].words;
    if (line.starts_with('|')) return line.size() > 2;
    return bars(line) > 0 && i + 1 < lines_.size() && bars(lines_[i + 1].words) == bars(line);
  }

  std::size_t take_pipes(std::size_t i) {
    ++block_;
    const std::vector<std::string> header = cells_of(lines_[i].words);
    std::size_t at = i + 1;
    const bool outer = lines_[i].words.starts_with('|');
    const std::size_t count = bars(lines_[i].words);
    const auto is_row = [&](std::string_view line) {
      return outer ? line.starts_with('|') : bars(line) == count;
    };
    for (; at < lines_.size() && is_row(lines_[at].words); ++at) {
      const Line& line = lines_[at];
      if (line.words.find_first_not_of("|-: ") == std::string_view::npos) continue;
      const std::vector<std::string> cells = cells_of(line.words);
      std::string shown;
      for (std::size_t k = 0; k < cells.size(); ++k) {
        if (cells[k].empty()) continue;
        if (!shown.empty()) shown += "; ";
        if (k < header.size() && !header[k].empty()) shown += header[k] + ": ";
        shown += cells[k];
      }
      add(Form::Row, line.start, line.end, std::move(shown), headings());
    }
    ++block_;
    return at;
  }

  std::size_t take_message(std::size_t i) {
    std::size_t end = lines_[i].end;
    std::size_t at = i + 1;
    while (at < lines_.size() && !lines_[at].blank() &&
           message_text(lines_[at].words) == std::string_view::npos) {
      end = lines_[at++].end;
    }
    add(Form::Message, lines_[i].start, end,
        plain(text_.substr(lines_[i].start, end - lines_[i].start)), headings());
    return at;
  }

  std::size_t take_item(std::size_t i) {
    if (!in_list_) in_list_ = true;
    const std::size_t mark = item_mark(lines_[i].words);
    std::size_t end = lines_[i].end;
    std::size_t at = i + 1;
    while (at < lines_.size() && !lines_[at].blank() && item_mark(lines_[at].words) == 0 &&
           (lines_[at].indent > lines_[i].indent || !is_upper(lines_[at].words.front())) &&
           heading_level(lines_[at].words) == 0) {
      end = lines_[at++].end;
    }
    const std::size_t start = lines_[i].start;
    const std::string_view body = text_.substr(start + mark, end - start - mark);
    std::vector<text::Range> parts = sentences_of(body);
    constexpr std::size_t kItemMax = 260;
    if (body.size() <= kItemMax || parts.size() < 2) {
      add(Form::Item, start, end, plain(body), headings());
      return at;
    }
    for (const text::Range& part : parts) {
      add(Form::Item, start + mark + part.start, start + mark + part.end,
          plain(body.substr(part.start, part.size())), headings());
    }
    return at;
  }

  std::size_t take_field(std::size_t i) {
    const Line& line = lines_[i];
    const std::size_t colon = field_colon(line.words);
    std::size_t end = line.end;
    std::size_t at = i + 1;
    // A folded header or a value that runs on.
    while (at < lines_.size() && !lines_[at].blank() && lines_[at].indent > line.indent &&
           item_mark(lines_[at].words) == 0) {
      end = lines_[at++].end;
    }
    const std::string_view whole = text_.substr(line.start, end - line.start);
    const bool prose = sentences_of(whole.substr(colon)).size() > 1;
    if (prose) return take_paragraph(i);
    const bool wraps = at < lines_.size() && at == i + 1 && !lines_[at].blank() &&
                       line.words.size() > 60 && !is_upper(lines_[at].words.front());
    if (wraps) return take_paragraph(i);
    add(Form::Field, line.start, end, plain(whole), headings());
    return at;
  }

  // Lines up to a blank one or another kind of line; short lines end where the next begins anew.
  std::size_t take_paragraph(std::size_t i) {
    const std::size_t width = paragraph_width(lines_, i);
    std::size_t at = i + 1;
    while (at < lines_.size() && continues(i, at, width)) ++at;
    const std::size_t start = lines_[i].start;
    const std::string_view body = text_.substr(start, lines_[at - 1].end - start);
    for (const text::Range& part : sentences_of(body)) {
      add(Form::Sentence, start + part.start, start + part.end,
          plain(body.substr(part.start, part.size())), headings());
    }
    return at;
  }

  [[nodiscard]] bool continues(std::size_t first, std::size_t at, std::size_t width) const {
    const Line& line = lines_[at];
    const Line& before = lines_[at - 1];
    if (line.blank() || is_rule(line.words) || item_mark(line.words) > 0) return false;
    if (heading_level(line.words) > 0 || line.words.starts_with("```")) return false;
    if (opens_pipes(at)) return false;
    if (message_text(line.words) != std::string_view::npos) return false;
    if (at > first + 1 || before.words.size() < 60) {
      if (field_colon(line.words) != std::string_view::npos && is_upper(line.words.front()) &&
          before.words.size() * 10 < width * 8) {
        return false;
      }
    }
    const bool begins = is_upper(line.words.front()) || is_digit(line.words.front());
    const bool ended_early = before.words.size() * 10 < width * 6 && before.words.size() < 60;
    return !(begins && ended_early);
  }

  std::string_view text_;
  std::vector<Line> lines_;
  std::vector<Unit>& units_;
  std::vector<std::pair<int, std::string>> headings_;
  std::size_t block_ = 0;
  bool in_list_ = false;
};

bool is_comment(std::string_view line) {
  for (const std::string_view mark : {"//", "#", "--", "/*", "*", ";;", "\"\"\"", "'''", "%"}) {
    if (line.starts_with(mark) && !line.starts_with("#include") && !line.starts_with("#!"))
      return true;
  }
  return false;
}

// Lines; comment lines that follow one another belong together. Context: the nearest line above
// that is indented less.
void cut_code(std::string_view text, text::Range region, std::vector<Unit>& units) {
  const std::vector<Line> lines = lines_of(text, region);
  std::size_t block = 0;
  for (std::size_t i = 0; i < lines.size();) {
    if (lines[i].blank()) {
      ++block;
      ++i;
      continue;
    }
    std::size_t last = i;
    while (is_comment(lines[i].words) && last + 1 < lines.size() &&
           is_comment(lines[last + 1].words) && last < i + 5) {
      ++last;
    }
    std::string context;
    for (std::size_t up = i; up-- > 0;) {
      if (lines[up].blank() || lines[up].indent >= lines[i].indent) continue;
      context = std::string(lines[up].words);
      break;
    }
    const text::Range range{lines[i].start, lines[last].end};
    units.push_back({Form::Code, range, block,
                     text::squeeze(text.substr(range.start, range.size())), std::move(context)});
    i = last + 1;
  }
}

bool is_code_type(std::string_view type) {
  static constexpr std::array<std::string_view, 6> kTexts = {
      "text/x-rst", "text/x-markdown", "text/x-tex", "text/x-org", "text/x-log", "text/x-vcard"};
  if (std::ranges::find(kTexts, type) != kTexts.end()) return false;
  return type.starts_with("text/x-") || type.find("javascript") != std::string_view::npos ||
         type.find("typescript") != std::string_view::npos || type == "application/x-sh" ||
         type == "text/css" || type == "application/sql" || type.ends_with("python");
}

}  // namespace

std::vector<Unit> units_of(std::string_view text, std::string_view media_type, text::Range region) {
  std::vector<Unit> units;
  region.end = std::min(region.end, text.size());
  const std::string_view part = text.substr(region.start, region.size());
  if (media_type == "text/csv" || media_type == "text/tab-separated-values") {
    detail::cut_table(text, region, media_type, units);
  } else if (media_type.find("json") != std::string_view::npos) {
    detail::cut_json(text, region, units);
  } else if (part.find("BEGIN:VEVENT") != part.npos || part.find("BEGIN:VCARD") != part.npos) {
    detail::cut_records(text, region, units);
  } else if (is_code_type(media_type)) {
    cut_code(text, region, units);
  } else {
    ProseCutter(text, region, units).run();
  }
  return units;
}

}  // namespace hearth::answer
