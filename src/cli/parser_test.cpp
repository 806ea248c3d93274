#include "cli/parser.h"

#include <set>

#include <gtest/gtest.h>

#include "cli/terminal.h"

namespace hearth::cli {
namespace {

Parsed parse_words(const std::vector<Command>& commands, std::vector<const char*> words) {
  words.insert(words.begin(), "hearth");
  return parse(commands, static_cast<int>(words.size()), words.data());
}

class Parser : public ::testing::Test {
 protected:
  std::vector<Command> commands = all_commands();
};

TEST_F(Parser, ReadsWordsAndOptionsInAnyOrder) {
  const Parsed parsed =
      parse_words(commands, {"search", "-k", "5", "boiler", "--explain", "service", "--json"});
  ASSERT_NE(parsed.command, nullptr);
  EXPECT_EQ(parsed.command->name, "search");
  EXPECT_EQ(parsed.arguments.joined("WORDS"), "boiler service");
  EXPECT_EQ(parsed.arguments.number("k", 1, 100).value(), 5);
  EXPECT_TRUE(parsed.arguments.has("explain"));
  EXPECT_TRUE(parsed.json);
}

TEST_F(Parser, OffersTheNearestCommandForAMisspeltOne) {
  const Parsed parsed = parse_words(commands, {"serach", "x"});
  EXPECT_EQ(parsed.command, nullptr);
  EXPECT_EQ(parsed.exit_code, 64);
  EXPECT_NE(parsed.text.find("Did you mean: hearth search"), std::string::npos);
}

TEST_F(Parser, OffersTheNearestOptionForAMisspeltOne) {
  const Parsed parsed = parse_words(commands, {"add", "x", "--colection", "y"});
  EXPECT_EQ(parsed.exit_code, 64);
  EXPECT_NE(parsed.text.find("Did you mean --collection?"), std::string::npos);
}

TEST_F(Parser, RefusesAMissingWordAndAWrongChoice) {
  EXPECT_EQ(parse_words(commands, {"ask"}).exit_code, 64);
  EXPECT_EQ(parse_words(commands, {"ask", "x", "--mode", "loud"}).exit_code, 64);
  EXPECT_FALSE(parse_words(commands, {"search", "-k", "many", "x"})
                   .arguments.number("k", 1, 100)
                   .has_value());
}

TEST_F(Parser, GivesEveryCommandHelpAndAUniqueName) {
  std::set<std::string> names;
  for (const Command& command : commands) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    const Parsed parsed = parse_words(commands, {command.name.c_str(), "--help"});
    EXPECT_EQ(parsed.exit_code, 0) << command.name;
    EXPECT_NE(parsed.text.find("--json"), std::string::npos) << command.name;
    EXPECT_NE(command.run, nullptr) << command.name;
  }
}

TEST_F(Parser, WritesCompletionForEachShellWithEveryCommandAndOption) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(commands, shell);
    ASSERT_TRUE(script.has_value());
    EXPECT_NE(script->find("search"), std::string::npos);
    EXPECT_NE(script->find("collection"), std::string::npos);
    EXPECT_EQ(script->find("worker"), std::string::npos) << "hidden commands stay hidden";
  }
  EXPECT_EQ(completion_script(commands, "tcsh").error().code, Code::Invalid);
}

TEST(Terminal, SaysAmountsAsPeopleDo) {
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1'250'000), "1.2 MB");
  EXPECT_EQ(human_count(1234567), "1,234,567");
  EXPECT_EQ(human_count(-1234), "-1,234");
  EXPECT_EQ(human_duration(200), "3 min 20 s");
  EXPECT_EQ(bar(0.5, 4), "██░░");
}

TEST(MarkdownPainter, PassesTextThroughWhateverWayItIsCut) {
  const Terminal terminal;  // Not a terminal in tests: marks vanish, words stay.
  const std::string text = "The **rent** is `900` [1] and a[b] * c [12].";
  for (std::size_t size = 1; size < 9; ++size) {
    MarkdownPainter painter(terminal);
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += size)
      out += painter.feed(text.substr(i, size)).text();
    out += painter.finish().text();
    EXPECT_EQ(out, "The rent is 900 [1] and a[b] * c [12].") << size;
  }
}

}  // namespace
}  // namespace hearth::cli
