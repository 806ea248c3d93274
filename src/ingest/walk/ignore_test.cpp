#include "ingest/walk/ignore.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>

namespace hearth::ingest {
namespace {

IgnoreRules rules(std::string_view text) {
  IgnoreRules made;
  made.add("", parse_ignore(text));
  return made;
}

TEST(IgnoreRules, LeaveOutHiddenAndGeneratedThingsByThemselves) {
  const IgnoreRules none;
  EXPECT_TRUE(none.ignores(".git", true));
  EXPECT_TRUE(none.ignores("web/node_modules", true));
  EXPECT_TRUE(none.ignores("notes.txt~", false));
  EXPECT_FALSE(none.ignores("notes.txt", false));
}

TEST(IgnoreRules, CanTakeADefaultBack) {
  EXPECT_FALSE(rules("!.plan\n").ignores(".plan", false));
  EXPECT_TRUE(rules("!.plan\n").ignores(".profile", false));
}

TEST(IgnoreRules, LetTheDeeperFileDecide) {
  IgnoreRules nested = rules("*.log\n");
  nested.add("keep", parse_ignore("!*.log\n/only.txt\n"));
  EXPECT_TRUE(nested.ignores("a.log", false));
  EXPECT_FALSE(nested.ignores("keep/a.log", false));
  EXPECT_TRUE(nested.ignores("keep/only.txt", false));
  EXPECT_FALSE(nested.ignores("keep/deep/only.txt", false));
  EXPECT_FALSE(nested.ignores("only.txt", false));
}

TEST(IgnoreGlob, GivesUpOnAGlobMadeToTakeForever) {
  std::string glob;
  for (int i = 0; i < 60; ++i) glob += "*a";
  EXPECT_FALSE(matches_glob(glob + "b", std::string(300, 'a')));
}

// Every pattern below is tried on every path below, by us and by git itself.
constexpr const char* kPatterns[] = {
    "*.log",     "/build",    "build/",    "docs/*.txt", "docs/**/x.txt", "**/cache",
    "a/**",      "!keep.log", "sp\\ ace",  "trail   ",   "\\#hash",       "\\!bang",
    "[ab].txt",  "[!ab].txt", "[a-c]?.md", "foo*bar",    "**/*.bin",      "a/*/c",
    "a/**/c",    "deep/**",   "*",         "x/",         "[[:digit:]]*",  "#comment",
    "qu?ck",     "/a/b/",     "**",        "a**b",       "[]]x",          "[",
    "un[closed", "\\*star",   "/*.md",     "docs/",      "***/z"};
constexpr const char* kPaths[] = {"a.log",      "keep.log",
                                  "build",      "src/build",
                                  "docs/a.txt", "docs/sub/a.txt",
                                  "docs/x.txt", "docs/q/r/x.txt",
                                  "cache",      "p/q/cache",
                                  "a/b",        "a/b/c",
                                  "a/c",        "a/x/y/c",
                                  "sp ace",     "trail",
                                  "#hash",      "!bang",
                                  "b.txt",      "c.txt",
                                  "b1.md",      "fooXbar",
                                  "foo/bar",    "m/n.bin",
                                  "deep/er/f",  "x",
                                  "1st",        "quick",
                                  "]x",         "[",
                                  "*star",      "axxb",
                                  "top.md",     "sub/top.md",
                                  "z",          "un[closed"};

std::string run(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  std::string out;
  char buffer[4096];
  while (pipe && ::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) out += buffer;
  return out;
}

TEST(IgnoreGlob, AgreesWithGitOnEveryPatternAndPath) {
  if (run("command -v git").empty()) GTEST_SKIP() << "git is not installed";
  const auto folder = std::filesystem::path(testing::TempDir()) /
                      ("hearth_ignore_" + std::to_string(static_cast<long>(::getpid())));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  run("git -C " + folder.string() + " init -q 2>&1");
  std::ofstream list(folder / "paths");
  for (const char* path : kPaths) list << path << '\n';
  list.close();
  for (const char* pattern : kPatterns) {
    std::ofstream(folder / ".gitignore") << pattern << '\n';
    const std::string said =
        "\n" + run("cd " + folder.string() +
                   " && git -c core.quotePath=false check-ignore --no-index --stdin < paths");
    IgnoreRules ours;
    ours.add("", parse_ignore(std::string(pattern) + "\n"));
    for (const char* path : kPaths) {
      const bool git = said.find("\n" + std::string(path) + "\n") != std::string::npos;
      // A path is out when it or a folder above it is.
      bool out = false;
      const std::string whole = path;
      for (std::size_t at = whole.find('/'); at != std::string::npos;
           at = whole.find('/', at + 1)) {
        out = out || ours.ignores(whole.substr(0, at), true);
      }
      out = out || ours.ignores(whole, false);
      EXPECT_EQ(out, git) << pattern << " on " << path;
    }
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace hearth::ingest
