#include "cli/terminal.h"

#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/internal/places.h"
#include "core/text.h"

namespace hearth::cli {
namespace {

using ::testing::HasSubstr;

// A title, the clipboard, a cleared screen, the same in eight bits, a reversed line, a forged line.
constexpr std::string_view kHostile =
    "a\x1b]0;title\x07"
    "b\x1b]52;c;cm0=\x1b\\"
    "c\x1b[2J"
    "d\u009b2J"
    "e\x9b"
    "1m"
    "f\u202egnp.exe\u2066"
    "g\rh\n\u2028hearth: all is well\x7f";

constexpr Terminal::Ends kPipe{};
constexpr Terminal::Ends kScreen{
    .out_is_terminal = true, .error_is_terminal = true, .colour = true};

std::string printed(const std::function<void()>& print) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  print();
  return ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
}

bool drives(const std::string& output) {
  const std::string inside = output.substr(0, output.find_last_not_of('\n') + 1);
  return text::harmless(inside, text::Lines::One) != inside;
}

TEST(Terminal, PrintsNothingForeignThatDrivesIt) {
  Terminal terminal(kPipe);
  EXPECT_TRUE(drives(std::string(kHostile)));
  EXPECT_FALSE(drives(printed([&] { terminal.print(kHostile); })));
  EXPECT_FALSE(drives(printed([&] { terminal.line(std::string(kHostile)); })));
  EXPECT_FALSE(drives(printed([&] { terminal.note(kHostile); })));
  EXPECT_FALSE(drives(printed([&] { terminal.error(kHostile); })));
  EXPECT_FALSE(drives(printed([&] { terminal.progress(kHostile); })));
  EXPECT_FALSE(drives(printed([&] { terminal.line(compose("{}: {}", 1, kHostile)); })));
  EXPECT_FALSE(drives(printed([&] { terminal.line(terminal.paint(Style::Red, kHostile)); })));
  EXPECT_FALSE(drives(printed([&] { terminal.table({std::string(kHostile)}, {}); })));
}

TEST(Terminal, AddsColoursAndNothingElseToForeignText) {
  const Terminal terminal(kScreen);
  EXPECT_EQ(terminal.paint(Style::Red, "a\x1b[31mb").text(), "\x1b[31ma\uFFFD[31mb\x1b[0m");
  const Printable line = compose("{} {:>3} {}", terminal.paint(Style::Cyan, "[1]"), 7, "\x1b[2J");
  EXPECT_EQ(line.text(), "\x1b[36m[1]\x1b[0m   7 \uFFFD[2J");
  EXPECT_EQ(printed([&] { terminal.line(line); }), line.text() + "\n");
  EXPECT_EQ(printed([&] { terminal.error("x\x1b[0m"); }), "\x1b[31mhearth: x\uFFFD[0m\x1b[0m\n");
}

TEST(Terminal, ShowsMovingProgressOnItsOwnLineOnly) {
  Terminal terminal(kScreen);
  EXPECT_EQ(printed([&] { terminal.progress("a\x1b[2J\nb"); }), "\r\x1b[2Ka\uFFFD[2J\uFFFDb");
}

TEST(Terminal, KeepsTheLinesOfTextThatHasLines) {
  EXPECT_EQ(Printable::lines("one\r\n\ttwo\x1b[2J\n").text(), "one\n\ttwo\uFFFD[2J\n");
}

TEST(Terminal, CitesAHostileFileHarmlessly) {
  const Json citation = Json::object(
      {{"n", 1}, {"path", "/a/\x1b]0;t\x07\nhearth: ok"}, {"quote", "q\x1b[2J\u202e"}});
  const Json answer = Json::object({{"citations", Json::array({citation})}});
  const std::string shown = printed([&] { internal::print_citations(Terminal(kPipe), answer); });
  EXPECT_EQ(shown, "\n[1] /a/\uFFFD]0;t\uFFFD\uFFFDhearth: ok\n    “q\uFFFD[2J\uFFFD”\n");
}

TEST(Terminal, EscapesInJsonWhatATerminalWouldObey) {
  const Json value = Json::object({{"text", "\x1b[2J\u009b\u202e\x7f\u2028 é😀\n"}});
  const std::string shown = printed([&] { Terminal(kPipe).json(value); });
  EXPECT_THAT(shown, HasSubstr(R"(\u009b\u202e\u007f\u2028 é😀)"));
  const auto read = Json::parse(shown);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, value);
}

TEST(MarkdownPainter, StylesMarksAndNotTheTextsOwnEscapes) {
  const Terminal terminal(kScreen);
  MarkdownPainter painter(terminal);
  Printable out = painter.feed("**a\x1b[");
  out += painter.feed("2J** `\u009b2J` [1]\r");
  out += painter.feed("\n\u202eend");
  out += painter.finish();
  std::string plain = out.text();
  for (const std::string code : {"\x1b[0m", "\x1b[1m", "\x1b[33m", "\x1b[36m"}) {
    for (std::size_t at; (at = plain.find(code)) != std::string::npos;)
      plain.erase(at, code.size());
  }
  EXPECT_EQ(plain, "a\uFFFD[2J \uFFFD2J [1]\n\uFFFDend");
  EXPECT_THAT(out.text(), HasSubstr("\x1b[33m\uFFFD2J\x1b[0m"));
}

}  // namespace
}  // namespace hearth::cli
