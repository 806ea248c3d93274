#include "answer/internal/checker.h"

#include <gtest/gtest.h>

namespace hearth::answer {
namespace {

struct Pair {
  const char* source;
  const char* sentence;
  const char* question = "";
};

std::vector<Ground> grounds_of(std::string_view source) {
  std::vector<Ground> grounds;
  bool follows = false;
  for (const std::string_view line : text::split(source, '\n')) {
    grounds.push_back({std::string(line), "", follows});
    follows = true;
  }
  return grounds;
}

class TruePairs : public testing::TestWithParam<Pair> {};
class FalsePairs : public testing::TestWithParam<Pair> {};

TEST_P(TruePairs, AreSupported) {
  const Checker checker(grounds_of(GetParam().source), GetParam().question);
  const Support support = checker.check(GetParam().sentence);
  EXPECT_TRUE(support.supported) << GetParam().sentence << ": " << support.why;
}

TEST_P(FalsePairs, AreRefused) {
  const Checker checker(grounds_of(GetParam().source), GetParam().question);
  EXPECT_FALSE(checker.check(GetParam().sentence).supported)
      << GetParam().sentence << " / " << GetParam().source;
}

constexpr const char* kRent = "The rent is 1,240 euros a month, payable by the third working day.";
constexpr const char* kLessons = "Tom has piano on Tuesday and Lena swims on Thursday.";
constexpr const char* kGarlic = "Grandma never put garlic in her lentil soup.";
constexpr const char* kDeposit = "The deposit is 2,480 euros and the rent is 1,240 euros.";
constexpr const char* kNotice =
    "Either side may end the lease in writing with three months' notice.";
constexpr const char* kShop = "The shop is open from 9 to 18 on weekdays and closed on Sundays.";
constexpr const char* kLadder = "Mrs Okafor lent Jonas the long ladder.";
constexpr const char* kDog = "One dog is permitted, but snakes are not allowed.";

INSTANTIATE_TEST_SUITE_P(
    Checker, TruePairs,
    testing::Values(
        Pair{kRent, "The rent is 1,240 euros a month."},
        Pair{kRent, "The rent is 1240 euros a month."},
        Pair{kRent, "According to the text, the rent is 1,240 euros a month [1]."},
        Pair{kLessons, "Tom has piano on Tuesday."}, Pair{kLessons, "Lena swims on Thursday."},
        Pair{kGarlic, "Grandma never put garlic in her lentil soup."},
        Pair{kGarlic, "No, grandma never put garlic in her soup.",
             "Did grandma put garlic in her soup?"},
        Pair{kGarlic, "No.", "Did grandma put garlic in her soup?"},
        Pair{kDeposit, "The deposit is 2,480 euros."}, Pair{kDeposit, "The rent is 1,240 euros."},
        Pair{kNotice, "The lease may be ended in writing with three months' notice."},
        Pair{kNotice, "Either side may end the lease with 3 months' notice."},
        Pair{"The shop is closed on Sundays.", "The shop is closed on Sundays."},
        Pair{"The shop is closed on Sundays.", "No, the shop is closed on Sundays.",
             "Is the shop open on Sundays?"},
        Pair{kLadder, "Mrs Okafor lent Jonas the ladder."}, Pair{kDog, "One dog is permitted."},
        Pair{kDog, "Snakes are not allowed."},
        Pair{"Bake at 190 degrees for 40 minutes.", "Bake at 190 degrees for 40 minutes."},
        Pair{"Bake at 190 degrees for 40 minutes.", "It is baked at 190 degrees."},
        Pair{"The next meeting is on 13 March 2026.", "The next meeting is on 13 March 2026."},
        Pair{"Samira Holt is elected treasurer with 19 votes.",
             "Samira Holt was elected treasurer."},
        Pair{"The bus leaves at 7:40 from the car park behind the gym.",
             "The bus leaves at 7:40 from the car park."},
        Pair{"Biscuit is a beagle.\nHe weighs 18.1 kg.", "Biscuit weighs 18.1 kg."},
        Pair{"You bear the first 150 euros of every claim yourselves.",
             "You bear the first 150 euros of every claim."},
        Pair{"The network is called quince-attic.", "The network is called quince-attic."},
        Pair{"The car was bought from Merle in 2021.", "The car was purchased from Merle in 2021."},
        Pair{"Otto is allergic to hazelnuts.", "Otto is allergic to hazelnuts."},
        Pair{"Otto is allergic to hazelnuts.", "Yes, Otto is allergic to hazelnuts.",
             "Is Otto allergic to hazelnuts?"},
        Pair{"Replace the filter every two months.", "Replace the filter every 2 months."},
        Pair{"The main valve is in the cellar, to the left of the meter.",
             "The main valve is in the cellar."}));

INSTANTIATE_TEST_SUITE_P(
    Checker, FalsePairs,
    testing::Values(
        Pair{kRent, "The rent is 1,420 euros a month."},
        Pair{kRent, "The rent is 1,240 dollars a month."},
        Pair{kRent, "The rent is payable by the fifth working day."},
        Pair{kRent, "The rent is not 1,240 euros a month."},
        Pair{kLessons, "Tom swims on Thursday."}, Pair{kLessons, "Lena has piano on Tuesday."},
        Pair{kLessons, "Tom has piano on Thursday."}, Pair{kLessons, "Tom has piano on Wednesday."},
        Pair{kGarlic, "Yes, grandma did put garlic in her soup.",
             "Did grandma put garlic in her soup?"},
        Pair{kGarlic, "Grandma put garlic in her lentil soup."},
        Pair{kGarlic, "Yes.", "Did grandma put garlic in her soup?"},
        Pair{kGarlic, "Grandma always put garlic in her lentil soup."},
        Pair{kGarlic, "Grandpa never put garlic in his lentil soup."},
        Pair{kDeposit, "The deposit is 1,240 euros."}, Pair{kDeposit, "The rent is 2,480 euros."},
        Pair{kNotice, "The lease ends with three weeks' notice."},
        Pair{kNotice, "Either side may end the lease with six months' notice."},
        Pair{kNotice, "Neither side may end the lease."},
        Pair{kNotice, "Either side must end the lease in writing with three months' notice."},
        Pair{kShop, "The shop is open on Sundays."},
        Pair{kShop, "Yes, the shop is open on Sundays.", "Is the shop open on Sundays?"},
        Pair{kShop, "The shop is closed on weekdays."},
        Pair{kLadder, "Jonas lent Mrs Okafor the long ladder."},
        Pair{kLadder, "Mrs Okafor borrowed the long ladder from Pavel."},
        Pair{kDog, "Snakes are allowed."}, Pair{kDog, "One dog is not permitted."},
        Pair{kDog, "Two dogs are permitted."},
        Pair{"Bake at 190 degrees for 40 minutes.", "Bake at 40 degrees for 190 minutes."},
        Pair{"Bake at 190 degrees for 40 minutes.", "Bake at 190 degrees for 40 hours."},
        Pair{"The next meeting is on 13 March 2026.", "The next meeting is on 13 May 2026."},
        Pair{"The next meeting is on 13 March 2026.", "The previous meeting was on 13 March 2026."},
        Pair{"Samira Holt is elected treasurer with 19 votes.", "Ulf Renner is elected treasurer."},
        Pair{"Hedda Marsh is re-elected as chair; Samira Holt is elected treasurer.",
             "Hedda Marsh is elected treasurer."},
        Pair{"The bus leaves from the car park and not from the main gate.",
             "The bus leaves from the main gate."},
        Pair{"Report a claim within seven days.", "Report a claim after seven days."},
        Pair{"You must wait at least 30 days.", "You must wait at most 30 days."},
        Pair{"The ferry may be changed free of charge until 14 days before departure.",
             "The ferry may be changed free of charge after departure."},
        Pair{"Glass breakage is not included.", "Glass breakage is included."},
        Pair{"The motion to charge for parking was rejected.",
             "The motion to charge for parking was accepted."},
        Pair{"Children under six sleep for free.", "Children over six sleep for free."},
        Pair{"The tap is on the left.", "The tap is on the right."},
        Pair{"The cellar is shared with number 16.", "The attic is shared with number 16."},
        Pair{"The pump costs 1,150 euros.", "The pump costs 1,150 euros and was made in Norway."},
        Pair{"Maud brings the plum cake.", "Merle brings the plum cake."},
        Pair{"Maud brings the plum cake.", "The capital of France is Paris."},
        Pair{"Wren might sing in the choir.", "Wren sings in the choir."},
        Pair{"Only members may vote.", "Everyone may vote."},
        Pair{"The heating was repaired before Christmas.",
             "The heating was repaired after Christmas."},
        Pair{"The rent is 950 euros.", "Yes, the rent is 950 euros.", "Is the rent 800 euros?"},
        Pair{
            "The upper bound on the database cache size has traditionally defaulted to 2000 pages.",
            "The default page size of a database is 2000 pages."},
        Pair{"Use the shelf when you want to record the state of the hall and the index.",
             "This is stored in the index."},
        Pair{"The price fell from 80 to 60 euros.", "The price rose from 80 to 60 euros."},
        Pair{"No powder goes into the drum.", "Powder goes into the drum."},
        Pair{"The lemon goes in at the end, otherwise it turns bitter.",
             "The lemon goes in at the beginning, otherwise it turns bitter."}));

TEST(Checker, TakesARefusalForWhatItIs) {
  EXPECT_TRUE(is_refusal("The passage does not mention the price."));
  EXPECT_TRUE(is_refusal("I'm sorry, but I don't know."));
  EXPECT_FALSE(is_refusal("The price is 12 euros."));
}

TEST(Checker, NamesTheSentenceThatSupports) {
  const Checker checker(grounds_of("The dog is called Biscuit.\nThe cat is called Admiral."), "");
  EXPECT_EQ(checker.check("The cat is called Admiral.").ground, 1U);
}

TEST(Checker, RefusesEverythingWithoutSources) {
  EXPECT_FALSE(Checker({}, "").check("The sky is blue.").supported);
}

}  // namespace
}  // namespace hearth::answer
