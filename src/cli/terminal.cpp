#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "core/format.h"
#include "core/text.h"

namespace hearth::cli {
namespace {

std::string_view code(Style style) {
  switch (style) {
    case Style::Plain:
      return "";
    case Style::Bold:
      return "\x1b[1m";
    case Style::Dim:
      return "\x1b[2m";
    case Style::Red:
      return "\x1b[31m";
    case Style::Green:
      return "\x1b[32m";
    case Style::Yellow:
      return "\x1b[33m";
    case Style::Cyan:
      return "\x1b[36m";
  }
  return "";
}

void write(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

Terminal::Ends look_at_ends() {
  const bool out = ::isatty(STDOUT_FILENO) == 1;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term && std::string_view(term) == "dumb";
  return {.out_is_terminal = out,
          .error_is_terminal = ::isatty(STDERR_FILENO) == 1,
          .colour = out && !(no_colour && *no_colour) && !dumb};
}

}  // namespace

Terminal::Terminal() : ends_(look_at_ends()) {}

std::size_t Terminal::width() const {
  winsize size{};
  if (ends_.out_is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) {
    return size.ws_col;
  }
  return 100;
}

void Terminal::print(const Printable& text) const { write(stdout, text.text()); }

void Terminal::line(const Printable& text) const { write(stdout, text.text() + "\n"); }

void Terminal::json(const Json& value) const { line(printable_json(value.dump(2))); }

void Terminal::note(const Printable& text) const { write(stderr, text.text() + "\n"); }

void Terminal::error(std::string_view text) const {
  const Printable line = compose("hearth: {}", text);
  note(ends_.error_is_terminal ? paint(Style::Red, line) : line);
}

Printable Terminal::paint(Style style, const Printable& text) const {
  if (!ends_.colour || style == Style::Plain) return text;
  return {Printable::Trusted{}, format("{}{}\x1b[0m", code(style), text.text())};
}

void Terminal::progress(std::string_view text) {
  if (!ends_.error_is_terminal) {
    // In a log every line stays, so only what is new in words is printed.
    const std::string_view head = text.substr(0, text.find_first_of("0123456789"));
    if (head != last_progress_) note(text);
    last_progress_ = std::string(head);
    return;
  }
  const Printable shown = text::shorten(text, width() - 1);
  write(stderr, format("\r\x1b[2K{}", shown.text()));
  progress_shown_ = true;
}

void Terminal::end_progress() {
  if (progress_shown_) write(stderr, "\r\x1b[2K");
  progress_shown_ = false;
  last_progress_.clear();
}

void Terminal::table(const std::vector<std::string>& head,
                     const std::vector<std::vector<std::string>>& rows) const {
  const auto size = [](const std::string& cell) {
    return text::count_code_points(Printable(cell).text());
  };
  std::vector<std::size_t> widths;
  for (const std::string& cell : head) widths.push_back(size(cell));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], size(row[i]));
    }
  }
  const auto print_row = [&](const std::vector<std::string>& row, Style style) {
    std::string out;
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      out += Printable(row[i]).text();
      if (i + 1 == row.size()) break;
      const std::size_t shown = size(row[i]);
      out.append(shown < widths[i] ? widths[i] - shown + 2 : 2, ' ');
    }
    line(paint(style, ends_.out_is_terminal ? text::shorten(out, width()) : out));
  };
  print_row(head, Style::Dim);
  for (const auto& row : rows) print_row(row, Style::Plain);
}

std::string human_bytes(double bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit < 4) {
    bytes /= 1000;
    ++unit;
  }
  return unit == 0 ? format("{:.0f} B", bytes) : format("{:.1f} {}", bytes, kUnits[unit]);
}

std::string human_duration(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return format("{} s", whole);
  if (whole < 3600) return format("{} min {} s", whole / 60, whole % 60);
  return format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string human_count(std::int64_t count) {
  std::string digits = format("{}", count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    if (digits[at - 1] != '-') digits.insert(at, ",");
  }
  return digits;
}

std::string human_time(std::int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return format("{:04}-{:02}-{:02} {:02}:{:02}", local.tm_year + 1900, local.tm_mon + 1,
                local.tm_mday, local.tm_hour, local.tm_min);
}

std::string bar(double share, std::size_t width) {
  const double clamped = std::clamp(share, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(clamped * static_cast<double>(width));
  std::string out;
  for (std::size_t i = 0; i < width; ++i) out += i < full ? "█" : "░";
  return out;
}

std::string describe_progress(const Json& status) {
  const Json& reading = status["progress"];
  const Json& embedding = status["embedding"];
  const std::int64_t total = embedding["total"].int_or(0);
  const std::int64_t done = embedding["done"].int_or(0);
  if (!reading["idle"].bool_or(true)) {
    const double bytes = reading["bytes_done"].double_or(0);
    const double all = std::max(1.0, reading["bytes_total"].double_or(0));
    std::string out =
        format("Reading   {} {}/{} files, {} of {}, {}/s", bar(bytes / all, 20),
               human_count(reading["files_done"].int_or(0)),
               human_count(reading["files_total"].int_or(0)), human_bytes(bytes), human_bytes(all),
               human_bytes(reading["bytes_per_second"].double_or(0)));
    if (reading["listing"].bool_or(false)) out += ", still listing";
    if (const auto left = reading["seconds_left"].as_double()) {
      out += format(", {} left", human_duration(*left));
    }
    return out;
  }
  if (status["loading"].bool_or(false)) {
    return format("Loading   {} passages", human_count(total));
  }
  if (done < total) {
    const double share = static_cast<double>(done) / static_cast<double>(total);
    std::string out = format("Meaning   {} {}/{} passages", bar(share, 20), human_count(done),
                             human_count(total));
    if (const double rate = embedding["rate"].double_or(0); rate > 0) {
      out += format(", {:.0f}/s", rate);
    }
    if (const auto left = embedding["seconds_left"].as_double()) {
      out += format(", {} left", human_duration(*left));
    }
    return out;
  }
  const std::string passages = format("{} passages", human_count(total));
  if (!status.has("documents")) return "Ready     " + passages;
  return format("Ready     {} documents, {}", human_count(status["documents"].int_or(0)), passages);
}

Printable MarkdownPainter::emit(std::string_view text) const {
  Printable shown = Printable::lines(text);
  if (code_) return terminal_.paint(Style::Yellow, shown);
  if (bold_) return terminal_.paint(Style::Bold, shown);
  return shown;
}

Printable MarkdownPainter::feed(std::string_view piece) {
  held_ += piece;
  Printable out;
  for (;;) {
    const std::size_t at = held_.find_first_of("*`[");
    if (at == std::string::npos) {
      // A line's end may be cut between its two bytes.
      const std::size_t whole = held_.size() - (held_.ends_with('\r') ? 1 : 0);
      out += emit(std::string_view(held_).substr(0, whole));
      held_.erase(0, whole);
      return out;
    }
    out += emit(std::string_view(held_).substr(0, at));
    held_.erase(0, at);
    const char mark = held_[0];
    if (mark == '`') {
      code_ = !code_;
      held_.erase(0, 1);
    } else if (mark == '*') {
      if (held_.size() < 2) return out;
      const bool pair = held_[1] == '*' && !code_;
      if (pair) bold_ = !bold_;
      if (!pair) out += "*";
      held_.erase(0, pair ? 2 : 1);
    } else {
      const std::size_t end = held_.find_first_not_of("0123456789", 1);
      if (end == std::string::npos) return out;
      const bool citation = end > 1 && held_[end] == ']';
      const std::size_t length = citation ? end + 1 : 1;
      out += citation ? terminal_.paint(Style::Cyan, held_.substr(0, length)) : emit("[");
      held_.erase(0, length);
    }
  }
}

Printable MarkdownPainter::finish() {
  Printable out = emit(held_);
  held_.clear();
  return out;
}

}  // namespace hearth::cli
