#include "search/internal/parsed_query.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hearth::search {
namespace {

using ::testing::ElementsAre;

TEST(ParsedQuery, TellsWordsPhrasesPrefixesAndExclusionsApart) {
  const ParsedQuery query = parse_query("boiler \"blue pipe\" repai* -rust -\"old valve\"");
  ASSERT_EQ(query.units.size(), 5U);
  EXPECT_EQ(query.units[0].kind, Unit::Kind::Word);
  EXPECT_EQ(query.units[1].kind, Unit::Kind::Phrase);
  EXPECT_THAT(query.units[1].words, ElementsAre("blue", "pipe"));
  EXPECT_EQ(query.units[2].kind, Unit::Kind::Prefix);
  EXPECT_THAT(query.units[2].words, ElementsAre("repai"));
  EXPECT_TRUE(query.units[3].negated);
  EXPECT_TRUE(query.units[4].negated);
  EXPECT_EQ(query.units[4].kind, Unit::Kind::Phrase);
}

TEST(ParsedQuery, SeesIdentifiers) {
  for (const char* text : {"XJ-4410B", "foo_bar()", "10.0.0.1", "ann.lee@example.org", "C++",
                           "parseConfig", "2023", "v1.2"}) {
    const ParsedQuery query = parse_query(text);
    ASSERT_EQ(query.units.size(), 1U) << text;
    EXPECT_TRUE(query.units[0].identifier) << text;
  }
  EXPECT_FALSE(parse_query("well-known").units[0].identifier);
  EXPECT_FALSE(parse_query("Paris").units[0].identifier);
}

TEST(ParsedQuery, MakesOneUnitOfEachRun) {
  EXPECT_EQ(parse_query("and/or").units.size(), 2U);
  EXPECT_EQ(parse_query("foo(bar)").units.size(), 2U);
  EXPECT_EQ(parse_query("東京タワー").units.size(), 1U);
}

TEST(ParsedQuery, KnowsStopWordsAndNegativeNumbers) {
  const ParsedQuery query = parse_query("what is -5 degrees");
  ASSERT_EQ(query.units.size(), 4U);
  EXPECT_TRUE(query.units[0].stop);
  EXPECT_TRUE(query.units[1].stop);
  EXPECT_FALSE(query.units[2].negated);
  EXPECT_FALSE(query.units[3].stop);
}

TEST(ParsedQuery, CountsRepetitionsOnce) {
  EXPECT_EQ(parse_query("rain Rain RAIN").units.size(), 1U);
}

TEST(ParsedQuery, AsksForNothingWithoutAPositiveUnit) {
  EXPECT_FALSE(parse_query("").asks_for_something());
  EXPECT_FALSE(parse_query("-no -\"such thing\"").asks_for_something());
  EXPECT_TRUE(parse_query("-no yes").asks_for_something());
}

TEST(ParsedQuery, AcceptsAnyBytes) {
  std::mt19937 random(7);
  constexpr std::string_view kAlphabet = "ab-*\"“” \t'.@_+#,東\xff\xc3 1NOT(){}:^\\";
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (std::size_t i = random() % 60; i > 0; --i) text += kAlphabet[random() % kAlphabet.size()];
    for (const Unit& unit : parse_query(text).units) {
      EXPECT_FALSE(unit.words.empty());
      EXPECT_EQ(unit.words.size(), unit.stemmable.size());
      for (const std::string& word : unit.words) {
        EXPECT_EQ(word.find_first_of("\"*^:(){} -+"), std::string::npos) << text;
      }
    }
  }
}

TEST(ParsedQuery, BoundsTheNumberOfUnits) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "w" + std::to_string(i) + " ";
  EXPECT_LE(parse_query(text).units.size(), 64U);
}

}  // namespace
}  // namespace hearth::search
