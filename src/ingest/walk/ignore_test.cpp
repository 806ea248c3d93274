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
  made.add("", parse_ignore(text), ".gitignore");
  return made;
}

TEST(IgnoreRules, LeaveOutHiddenAndGeneratedThingsByThemselves) {
  IgnoreRules none;
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
  nested.add("keep", parse_ignore("!*.log\n/only.txt\n"), "keep/.gitignore");
  EXPECT_TRUE(nested.ignores("a.log", false));
  EXPECT_FALSE(nested.ignores("keep/a.log", false));
  EXPECT_TRUE(nested.ignores("keep/only.txt", false));
  EXPECT_FALSE(nested.ignores("keep/deep/only.txt", false));
  EXPECT_FALSE(nested.ignores("only.txt", false));
}

bool matches(std::string_view glob, std::string_view path, std::int64_t steps = 1'000'000) {
  return matches_glob(glob, path, steps);
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(IgnoreGlob, NeedsNoMoreStackForManyStars) {
  EXPECT_FALSE(matches(repeated("**/", 70'000) + "z", "a/b/c"));
  EXPECT_TRUE(matches(repeated("**/", 70'000) + "c", "a/b/c"));
  EXPECT_FALSE(matches(repeated("*", 70'000) + "z", "a"));
  const IgnoreFile folded = parse_ignore(repeated("**/", 70'000) + "z\n***/**/**/\n");
  EXPECT_EQ(folded.patterns.at(0).glob, "**/z");
  EXPECT_EQ(folded.patterns.at(1).glob, "**/**");
}

TEST(IgnoreGlob, CostsAtMostItsLengthTimesThePaths) {
  const std::string path = repeated("aaaaaaaaa/", 30) + std::string(200, 'a');
  for (const std::string& glob :
       {repeated("*a", 60) + "b", repeated("**/*a*a/", 20) + "b", repeated("a*", 60) + "/**/b",
        repeated("[[:alpha:]]*", 20) + "[b", std::string("**/") + repeated("[[:", 100) + "]*b"}) {
    std::int64_t steps = 10'000'000;
    EXPECT_FALSE(matches_glob(glob, path, steps)) << glob;
    EXPECT_LT(10'000'000 - steps, static_cast<std::int64_t>(2 * glob.size() * path.size())) << glob;
  }
}

TEST(IgnoreGlob, GoesBackToTheRightStar) {
  EXPECT_TRUE(matches("**/a*b/c", "ab/d/aXb/c"));
  EXPECT_TRUE(matches("**/a/**/b*d", "a/x/a/y/bcbd"));
  EXPECT_TRUE(matches("x/**/y/**", "x/y/y/z"));
  EXPECT_FALSE(matches("x/**/y/**", "x/q/y"));
  EXPECT_TRUE(matches("*a*ab", "aaaab"));
  EXPECT_FALSE(matches("a*b", "a/b"));
  EXPECT_FALSE(matches("**/a", "ba"));
}

TEST(IgnoreGlob, GivesUpWhenItsStepsAreUsed) {
  EXPECT_TRUE(matches("*a", std::string(100, 'a')));
  EXPECT_FALSE(matches("*a", std::string(100, 'a'), 50));
}

TEST(IgnoreRules, TakeOnlySoMuchOfAFile) {
  const IgnoreFile many = parse_ignore(repeated("*.log\n", 1500));
  EXPECT_EQ(many.patterns.size(), kIgnorePatternsMax);
  EXPECT_EQ(many.left_out, 500U);
  const IgnoreFile wide = parse_ignore(std::string(5000, 'x') + "\n*.log\n");
  EXPECT_EQ(wide.patterns.size(), 1U);
  EXPECT_EQ(wide.left_out, 1U);
}

TEST(IgnoreRules, DropTheFileThatCostsTooMuchAndKeepTheOthers) {
  IgnoreRules all = rules("*.log\n");
  all.add("sub", parse_ignore(repeated("*a*a*a*a*b\n", 100) + "*.txt\n"), "sub/.gitignore");
  IgnoreRules copy = all;
  all.allow(2000);
  EXPECT_TRUE(all.ignores("sub/x.txt", false));
  EXPECT_TRUE(all.take_dropped().empty());
  EXPECT_FALSE(all.ignores("sub/" + std::string(200, 'a'), false));
  EXPECT_EQ(all.take_dropped(), std::vector<std::string>{"sub/.gitignore"});
  EXPECT_TRUE(all.take_dropped().empty());
  EXPECT_FALSE(all.ignores("sub/x.txt", false)) << "its rules do not hold any more";
  EXPECT_TRUE(all.ignores("sub/x.log", false));
  EXPECT_FALSE(copy.ignores("sub/x.txt", false)) << "nor in a folder below";
}

TEST(IgnoreRules, AreSharedByAllFoldersBelow) {
  IgnoreRules all = rules(repeated(std::string(60, 'x') + "\n", 1000));
  // As copies they would take gigabytes.
  std::vector<IgnoreRules> folders(50'000, all);
  EXPECT_TRUE(folders.back().ignores(std::string(60, 'x'), false));
}

// Every pattern below is tried on every path below, by us and by git itself.
constexpr const char* kPatterns[] = {
    "*.log",     "/build",    "build/",    "docs/*.txt", "docs/**/x.txt", "**/cache",
    "a/**",      "!keep.log", "sp\\ ace",  "trail   ",   "\\#hash",       "\\!bang",
    "[ab].txt",  "[!ab].txt", "[a-c]?.md", "foo*bar",    "**/*.bin",      "a/*/c",
    "a/**/c",    "deep/**",   "*",         "x/",         "[[:digit:]]*",  "#comment",
    "**/a/**/c", "a/**/**/c", "**/**",     "**/b/*",     "a/**/?/c",      "d*/**/*f",
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
    ours.add("", parse_ignore(std::string(pattern) + "\n"), ".gitignore");
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
