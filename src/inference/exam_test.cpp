#include "inference/exam.h"

#include <gmock/gmock.h>

#include "inference/scripted.h"

namespace hearth::inference {
namespace {

/// What a model that reads well would say: the passage that shares most with the question.
std::string read_well(const ChatRequest& request) {
  const std::string& prompt = request.messages.back().content;
  for (const char* unknown : {"lawyer", "new tyres cost", "name of the cat", "Which wine"}) {
    if (prompt.find(unknown) != std::string::npos) return "The text does not say.";
  }
  static const std::vector<std::pair<std::string, std::string>> kAnswers = {
      {"serviced the boiler?", "Lindqvist Heating [1]."},
      {"library close", "At 20:30."},
      {"garlic in the sauce?", "No, never."},
      {"much is the deposit", "1,450 euros."},
      {"rehearsals?", "Tuesdays."},
      {"be pressed", "Ten seconds."},
      {"platform does", "Platform 7."},
      {"cover theft", "No."},
      {"Where was Ravi", "In Pune."},
      {"roses be cut", "In February."},
      {"filter changed", "Every 90 days."},
      {"key to the cellar?", "Behind the clock."}};
  for (const auto& [sign, answer] : kAnswers) {
    if (prompt.find(sign) != std::string::npos) return answer;
  }
  return "?";
}

TEST(Exam, IsPassedByAModelThatReadsWell) {
  ScriptedChatModel model;
  model.answer_with([](const ChatRequest& request) { return read_well(request); });
  const auto result = sit_exam({}, model);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_DOUBLE_EQ(result->score, 1.0);
  EXPECT_TRUE(result->passed);
  EXPECT_EQ(result->best_form, PromptForm::NumberedPassages);
  for (const auto& request : model.requests()) EXPECT_EQ(request.urgency, Urgency::Background);
}

TEST(Exam, IsFailedByAModelThatInventsHoweverWellItReads) {
  ScriptedChatModel model;
  model.answer_with([](const ChatRequest& request) {
    std::string answer = read_well(request);
    return answer == "The text does not say." ? "It is Felix." : answer;
  });
  const auto result = sit_exam({}, model);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->invented, 4U);
  EXPECT_FALSE(result->passed);
}

TEST(Exam, FindsTheFormThatSuitsAModel) {
  ScriptedChatModel model;
  model.answer_with([](const ChatRequest& request) {
    return request.messages.size() == 1 ? read_well(request) : std::string("[1] [1] [1]");
  });
  const auto result = sit_exam({}, model);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->best_form, PromptForm::OneParagraph);
  EXPECT_TRUE(result->passed);
}

TEST(Exam, TriesATaskAgainWhenAPersonOvertookIt) {
  ScriptedChatModel model;
  model.fail_once({Code::Busy, "gave way"});
  model.answer_with([](const ChatRequest& request) { return read_well(request); });
  EXPECT_DOUBLE_EQ(sit_exam({}, model)->score, 1.0);
}

TEST(Exam, HasNoResultWhenTheModelFails) {
  ScriptedChatModel model;
  EXPECT_EQ(sit_exam({}, model).error().code, Code::Unavailable);
}

TEST(ExamResult, SurvivesTheWayThroughJsonAndIsVoidForAnotherExam) {
  ExamResult result{0.9, PromptForm::NumberedPassages, 0, 16, true};
  EXPECT_EQ(ExamResult::from_json(result.to_json()).to_json(), result.to_json());
  Json old = result.to_json();
  old.set("version", 0);
  EXPECT_FALSE(ExamResult::from_json(old).passed);
}

}  // namespace
}  // namespace hearth::inference
