#include "answer/internal/units.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "answer/internal/question.h"
#include "answer/internal/recognise.h"
#include "answer/internal/words.h"

namespace hearth::answer {
namespace {

std::vector<std::string> shown(std::string_view text, std::string_view type = "text/plain") {
  std::vector<std::string> out;
  for (const Unit& unit : units_of(text, type, {0, text.size()})) out.push_back(unit.shown);
  return out;
}

using Texts = std::vector<std::string>;

TEST(Sentences, AreNotEndedByAbbreviationsInitialsOrDecimals) {
  EXPECT_EQ(
      shown("Dr. Lind came at 7.30 p.m. The door was open, e.g. wide. J. Roth left."),
      (Texts{"Dr. Lind came at 7.30 p.m.", "The door was open, e.g. wide.", "J. Roth left."}));
}

TEST(Sentences, RunOnOverWrappedLines) {
  EXPECT_EQ(
      shown(
          "The main water valve is in the cellar, to the left of the meter, painted\nred. Turn it."),
      (Texts{"The main water valve is in the cellar, to the left of the meter, painted red.",
             "Turn it."}));
}

TEST(Units, AreItemsHeadingsAndTheirContext) {
  const std::string text =
      "# Home\n\n## Keys\n\n- Front door: one **key** each\n- Shed: behind the door\n";
  const std::vector<Unit> units = units_of(text, "text/markdown", {0, text.size()});
  ASSERT_EQ(units.size(), 4U);
  EXPECT_EQ(units[2].form, Form::Item);
  EXPECT_EQ(units[2].shown, "Front door: one key each");
  EXPECT_EQ(units[2].context, "Home > Keys");
  EXPECT_EQ(text.substr(units[2].range.start, units[2].range.size()),
            "- Front door: one **key** each");
}

TEST(Units, AreRowsWithTheirColumnNames) {
  EXPECT_EQ(shown("what,price_eur\n\"Oven, large\",689\n", "text/csv"),
            (Texts{"what: Oven, large; price eur: 689"}));
  EXPECT_EQ(shown("a;b\n1;2\n", "text/csv"), (Texts{"a: 1; b: 2"}));
  EXPECT_EQ(shown("| who | what |\n|---|---|\n| Otto | nuts |\n"),
            (Texts{"who: Otto; what: nuts"}));
  EXPECT_EQ(shown("From | To\nWick | Sark\nSark | Wick\n"),
            (Texts{"From: Wick; To: Sark", "From: Sark; To: Wick"}));
}

TEST(Units, AreMessagesOfAChat) {
  EXPECT_EQ(
      shown(
          "14.06.25, 18:02 - Ida: Who has the tent?\n14.06.25, 18:05 - Merle: We do\nand the poles\n"),
      (Texts{"14.06.25, 18:02 - Ida: Who has the tent?",
             "14.06.25, 18:05 - Merle: We do and the poles"}));
}

TEST(Units, AreObjectsOfJsonAndEntriesOfCalendars) {
  EXPECT_EQ(shown(R"({"box": "tin", "seeds": [{"plant": "Carrot", "sow": "March"}]})",
                  "application/json"),
            (Texts{"box: tin", "plant: Carrot; sow: March"}));
  EXPECT_EQ(
      shown("BEGIN:VEVENT\nDTSTART:20251206T150000\nSUMMARY:Party\nEND:VEVENT\n", "text/calendar"),
      (Texts{"start: 2025-12-06 15:00; Party"}));
}

TEST(Units, SurviveAnyBytesOfBrokenRecords) {
  for (const std::string_view text :
       {"{", "\"", "a,\"b\n", "BEGIN:VEVENT", "[[[{\"a\":", "|", "- ", "```", ":", "}"}) {
    for (const std::string_view type :
         {"text/csv", "application/json", "text/calendar", "text/plain", "text/x-c"}) {
      for (const Unit& unit : units_of(text, type, {0, text.size()}))
        EXPECT_LE(unit.range.end, text.size());
    }
  }
}

bool has(std::string_view text, Thing thing, std::string_view what) {
  for (const Span& span : recognise(text, words_of(text))) {
    if (span.thing == thing && text.substr(span.range.start, span.range.size()) == what)
      return true;
  }
  return false;
}

TEST(Recognise, FindsDatesTimesAmountsAndContacts) {
  EXPECT_TRUE(has("It starts on 12 March 2024 at 7:40 am.", Thing::Date, "12 March 2024"));
  EXPECT_TRUE(has("It starts on 12 March 2024 at 7:40 am.", Thing::Time, "7:40 am"));
  EXPECT_TRUE(has("Due 2025-11-03.", Thing::Date, "2025-11-03"));
  EXPECT_TRUE(has("The rent is 1,240 euros.", Thing::Money, "1,240 euros"));
  EXPECT_TRUE(has("It costs €12.50 today.", Thing::Money, "€12.50"));
  EXPECT_TRUE(has("Leave three months before.", Thing::Duration, "three months"));
  EXPECT_TRUE(has("Clean it every two months.", Thing::Frequency, "every two months"));
  EXPECT_TRUE(has("Weight 18.1 kg now.", Thing::Quantity, "18.1 kg"));
  EXPECT_TRUE(has("Call 555-0142 now, tel. 555-0142.", Thing::Phone, "555-0142"));
  EXPECT_TRUE(has("Write to ida@alder.example.", Thing::Email, "ida@alder.example"));
  EXPECT_TRUE(has("Policy HM-4471-0926 applies.", Thing::Code, "HM-4471-0926"));
  EXPECT_TRUE(has("It was Samira Holt who won.", Thing::Name, "Samira Holt"));
  EXPECT_FALSE(has("You may march on.", Thing::Date, "may"));
}

TEST(Question, KnowsWhatKindOfAnswerIsAskedFor) {
  EXPECT_EQ(read_question("Who built the shed?").asked, Asked::Person);
  EXPECT_EQ(read_question("When does the lease end?").asked, Asked::Date);
  EXPECT_EQ(read_question("What time does the bus leave?").asked, Asked::Time);
  EXPECT_EQ(read_question("How long is the notice period?").asked, Asked::Duration);
  EXPECT_EQ(read_question("How often is the filter cleaned?").asked, Asked::Frequency);
  EXPECT_EQ(read_question("How much does the pump cost?").asked, Asked::Money);
  EXPECT_EQ(read_question("How much does Biscuit weigh?").asked, Asked::Quantity);
  EXPECT_EQ(read_question("How many blankets are there?").asked, Asked::Count);
  EXPECT_EQ(read_question("What is the phone number of the dentist?").asked, Asked::Phone);
  EXPECT_EQ(read_question("What is the serial number of the oven?").asked, Asked::Code);
  EXPECT_EQ(read_question("What colour is the car?").asked, Asked::Colour);
  EXPECT_EQ(read_question("Are snakes allowed?").asked, Asked::YesNo);
  EXPECT_EQ(read_question("How do I clean the filter?").asked, Asked::Steps);
  EXPECT_EQ(read_question("Why did the crater crack?").asked, Asked::Reason);
  EXPECT_EQ(read_question("Where is the key?").asked, Asked::Place);
}

TEST(Question, TakesTheTopicOfAFollowUpFromTheOneBefore) {
  const Request request =
      read_question("And for Lena?", {"When is the dentist appointment of Tom?"});
  EXPECT_EQ(request.asked, Asked::Date);
  std::vector<std::string> words;
  for (const Focus& focus : request.focus) words.push_back(focus.word);
  EXPECT_NE(std::ranges::find(words, "dentist"), words.end());
  EXPECT_NE(std::ranges::find(words, "lena"), words.end());
  EXPECT_EQ(std::ranges::find(words, "tom"), words.end());
}

TEST(Question, LeavesAQuestionThatStandsAloneAsItIs) {
  EXPECT_EQ(read_question("What is the rent of the flat?", {"Who swims on Thursday?"}).text,
            "What is the rent of the flat?");
}

TEST(Words, StemTheFormsOfAWordAlike) {
  for (const auto& [a, b] :
       std::vector<std::pair<std::string, std::string>>{{"rents", "rent"},
                                                        {"paid", "pay"},
                                                        {"running", "run"},
                                                        {"vaccination", "vaccinate"},
                                                        {"children", "child"},
                                                        {"allergies", "allergy"},
                                                        {"cleaned", "clean"}}) {
    EXPECT_EQ(stem_of(a), stem_of(b)) << a;
  }
  EXPECT_NE(stem_of("universe"), stem_of("rent"));
}

TEST(Words, KeepNumbersWholeAndFoldAccents) {
  const std::vector<Word> words = words_of("Café 1,240.50 at 07:30, landlord's max_size");
  ASSERT_EQ(words.size(), 6U);
  EXPECT_EQ(words[0].lower, "cafe");
  EXPECT_EQ(words[1].lower, "1,240.50");
  EXPECT_EQ(words[3].lower, "07:30");
  EXPECT_EQ(words[4].lower, "landlord");
  EXPECT_TRUE(stems_of(words).contains("size"));
}

}  // namespace
}  // namespace hearth::answer
