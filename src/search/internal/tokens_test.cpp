#include "search/internal/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hearth::search {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> of_kind(std::string_view text, TokenKind kind) {
  Tokens tokens;
  tokens.read(text);
  std::vector<std::string> out;
  for (const Token& token : tokens.all()) {
    if (token.kind == kind) out.emplace_back(tokens.letters(token));
  }
  return out;
}

TEST(Tokens, FoldWordsAndDropPunctuation) {
  EXPECT_THAT(of_kind("Hello, WORLD! Élan", TokenKind::Word),
              ElementsAre("hello", "world", "elan"));
  EXPECT_THAT(of_kind("", TokenKind::Word), IsEmpty());
}

TEST(Tokens, KeepIdentifiersWholeBesideTheirWords) {
  EXPECT_THAT(of_kind("XJ-4410B", TokenKind::Word), ElementsAre("xj", "4410b"));
  EXPECT_THAT(of_kind("XJ-4410B", TokenKind::Compound), ElementsAre("xj4410b"));
  EXPECT_THAT(of_kind("see foo_bar() now", TokenKind::Compound), ElementsAre("foobar"));
  EXPECT_THAT(of_kind("ann.lee@example.org.", TokenKind::Compound),
              ElementsAre("annleeexampleorg"));
  EXPECT_THAT(of_kind("1,250.00 euros", TokenKind::Compound), ElementsAre("125000"));
  EXPECT_THAT(of_kind("C++ and F#", TokenKind::Compound), ElementsAre("c++", "f#"));
}

TEST(Tokens, EndASentenceAtItsFullStop) {
  EXPECT_THAT(of_kind("The end. Next - one", TokenKind::Compound), IsEmpty());
  EXPECT_THAT(of_kind("usr/share:doc", TokenKind::Compound), IsEmpty());
}

TEST(Tokens, TakeCamelCaseApart) {
  EXPECT_THAT(of_kind("parseConfigFile", TokenKind::Part), ElementsAre("parse", "config", "file"));
  EXPECT_THAT(of_kind("parseConfigFile", TokenKind::Word), ElementsAre("parseconfigfile"));
}

TEST(Tokens, PairNeighboursInScriptsWithoutSpaces) {
  EXPECT_THAT(of_kind("東京タ", TokenKind::Word), ElementsAre("東", "京", "タ"));
  EXPECT_THAT(of_kind("東京タ", TokenKind::Pair), ElementsAre("東京", "京タ"));
  EXPECT_THAT(of_kind("東 京", TokenKind::Pair), IsEmpty());
}

TEST(Tokens, CutEndlessWords) {
  const std::string endless(10'000, 'a');
  Tokens tokens;
  tokens.read(endless);
  for (const Token& token : tokens.all()) EXPECT_LE(token.length, 80U);
  EXPECT_THAT(of_kind(endless, TokenKind::Compound), IsEmpty());
}

TEST(Tokens, AcceptAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 70'000; ++i) bytes.push_back(static_cast<char>((i * 7919) >> 3));
  Tokens tokens;
  tokens.read(bytes);
  for (const Token& token : tokens.all()) {
    EXPECT_LE(token.start, token.end);
    EXPECT_LE(token.end, bytes.size());
  }
}

TEST(Tokens, KnowWhereEachWordStands) {
  Tokens tokens;
  tokens.read("ab  cde");
  ASSERT_EQ(tokens.all().size(), 2U);
  EXPECT_EQ(tokens.all()[1].start, 4U);
  EXPECT_EQ(tokens.all()[1].end, 7U);
  EXPECT_EQ(tokens.all()[1].position, 1U);
  EXPECT_EQ(tokens.plain(), "ab cde");
}

}  // namespace
}  // namespace hearth::search
