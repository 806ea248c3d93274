#include "extractor/text_builder.h"

#include <algorithm>

#include "core/text.h"

namespace hearth::extractor {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

}  // namespace

void TextBuilder::append(std::string_view text) {
  std::string& out = document_.text;
  if (full_) return;
  if (out.size() + text.size() > bytes_max_) {
    full_ = true;
    document_.problem = "It holds more text than can be searched; the rest is left out.";
    text =
        text.substr(0, text::floor_boundary(text, bytes_max_ - std::min(bytes_max_, out.size())));
  }
  out.append(text);
}

void TextBuilder::flush_breaks() {
  if (in_heading_ && !heading_started_) breaks_ = std::max(breaks_, 2);
  if (!document_.text.empty()) {
    for (; breaks_ > 0; --breaks_) append("\n");
  }
  breaks_ = 0;
  if (in_heading_ && !heading_started_) {
    heading_start_ = document_.text.size();
    heading_started_ = true;
  }
}

void TextBuilder::words(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_space(text[at])) {
      space_ = true;
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    const bool fresh = breaks_ > 0 || document_.text.empty();
    flush_breaks();
    if (space_ && !fresh && !is_space(document_.text.back())) append(" ");
    space_ = false;
    marked_ = false;
    append(text.substr(at, end - at));
    at = end;
  }
}

void TextBuilder::verbatim(std::string_view text) {
  if (text.empty()) return;
  flush_breaks();
  space_ = false;
  marked_ = false;
  append(text);
}

void TextBuilder::mark(std::string_view sign, Joined joined) {
  if (joined == Joined::Yes) breaks_ = 0;
  words(sign);
  marked_ = true;
}

void TextBuilder::line_ends(int count) {
  if (marked_) return;
  breaks_ = std::max(breaks_, count);
  space_ = false;
}

void TextBuilder::begin_heading(int level) {
  line_ends(2);
  in_heading_ = true;
  heading_started_ = false;
  heading_level_ = level;
}

void TextBuilder::end_heading() {
  if (in_heading_ && heading_started_ && document_.text.size() > heading_start_) {
    document_.outline.push_back(
        {heading_start_, heading_level_, text::squeeze(document_.text.substr(heading_start_))});
  }
  in_heading_ = false;
  line_ends(2);
}

void TextBuilder::finish() {
  if (!document_.text.empty() && document_.text.back() != '\n') append("\n");
}

}  // namespace hearth::extractor
