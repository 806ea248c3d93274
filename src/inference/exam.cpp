#include "inference/exam.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/format.h"
#include "core/text.h"
#include "platform/pause.h"

namespace hearth::inference {
namespace {

/// One task: three passages, of which `right` holds the answer, unless there is none.
struct Task {
  std::array<std::string_view, 3> passages;
  std::string_view question;
  std::size_t right;           ///< Index of the passage; also the one that weak models are given.
  std::string_view must_hold;  ///< Lower case. Empty: the passages do not answer.
  std::string_view must_not_hold;
};

constexpr std::array<Task, 16> kTasks = {{
    {{"The boiler was serviced on 14 March by Lindqvist Heating.",
      "The garden shed needs two coats of green paint.", "The spare fuses lie in the hall drawer."},
     "Who serviced the boiler?",
     0,
     "lindqvist",
     "shed"},
    {{"Parking is free after 18:00.", "The library closes at 20:30 on Wednesdays.",
      "Returns go in the red box."},
     "When does the library close on Wednesdays?",
     1,
     "20:30",
     "18:00"},
    {{"Add 250 grams of flour.", "Bake for 35 minutes.",
      "Grandmother never put garlic in the sauce."},
     "Did grandmother put garlic in the sauce?",
     2,
     "n",
     "yes"},
    {{"The deposit is 1,450 euros and is paid back within six weeks.",
      "Pets are allowed with the owner's consent.", "The bins are emptied on Fridays."},
     "How much is the deposit?",
     0,
     "1,450",
     "six hundred"},
    {{"Marta leads the choir.", "Rehearsals are on Tuesdays in the parish hall.",
      "Tickets cost nine euros."},
     "On which day are the rehearsals?",
     1,
     "tuesday",
     "friday"},
    {{"Press the power button for ten seconds to reset the router.",
      "The blue light means that it is connected.", "The password is on the label."},
     "How long must the power button be pressed to reset the router?",
     0,
     "ten",
     "blue"},
    {{"The train to Ghent leaves from platform 7.", "Bicycles need a ticket of their own.",
      "The last bus runs at midnight."},
     "From which platform does the train to Ghent leave?",
     0,
     "7",
     "midnight"},
    {{"The insurance covers water damage but not theft.", "The premium is due in May.",
      "Claims are sent to Oslo."},
     "Does the insurance cover theft?",
     0,
     "no",
     "yes"},
    {{"Ravi was born in Pune in 1968.", "His sister Anjali is four years younger.",
      "They moved to Leeds in 1980."},
     "Where was Ravi born?",
     0,
     "pune",
     "leeds"},
    {{"Water the orchid once a week.", "The fern wants shade.", "Cut the roses in February."},
     "When should the roses be cut?",
     2,
     "february",
     "week"},
    {{"The guarantee ends 24 months after purchase.", "The filter is changed every 90 days.",
      "Spare parts are numbered from A10."},
     "How often is the filter changed?",
     1,
     "90",
     "24"},
    {{"The key to the cellar hangs behind the clock.", "The ladder is at the neighbours'.",
      "The paint is dry after six hours."},
     "Where is the key to the cellar?",
     0,
     "clock",
     "neighbour"},
    {{"The meeting is on Monday at ten.", "Bring the signed contract.",
      "Coffee is in the kitchen."},
     "What is the name of the landlord's lawyer?",
     0,
     "",
     ""},
    {{"The car was washed in June.", "The tyres were changed in November.",
      "The garage is in Elm Street."},
     "How much did the new tyres cost?",
     1,
     "",
     ""},
    {{"Anna plays the cello.", "Her brother prefers football.", "They have a grey cat."},
     "What is the name of the cat?",
     2,
     "",
     ""},
    {{"The soup simmers for an hour.", "Serve it with bread.", "It keeps for three days."},
     "Which wine goes with the soup?",
     1,
     "",
     ""},
}};

constexpr std::string_view kNotFound = "The text does not say.";

bool is_right(const Task& task, std::string_view answer) {
  const std::string lower = text::to_lower_ascii(answer);
  if (task.must_hold.empty()) return says_not_found(lower);
  const bool holds = lower.find(task.must_hold) != std::string::npos;
  const bool wrong = lower.find(task.must_not_hold) != std::string::npos;
  return holds && !wrong && !says_not_found(lower);
}

Result<std::string> ask(const Call& call, ChatModel& model, ChatRequest request) {
  request.urgency = Urgency::Background;
  request.tokens_max = 48;
  for (;;) {
    TRY(call.check_stop());
    std::string answer;
    const auto usage = model.generate(call, request, [&](std::string_view piece) {
      answer += piece;
      return Flow::Continue;
    });
    if (usage && usage->finish == FinishReason::Cancelled) {
      return fail(Code::Cancelled, "the exam was stopped");
    }
    if (usage) return answer;
    if (usage.error().code != Code::Busy) return std::unexpected(usage.error());
    platform::pause(call.stop, std::chrono::milliseconds(200));
  }
}

struct Marks {
  std::size_t right = 0;
  std::size_t invented = 0;
};

Result<Marks> sit(const Call& call, ChatModel& model, PromptForm form) {
  Marks marks;
  for (const Task& task : kTasks) {
    std::vector<std::string> passages(task.passages.begin(), task.passages.end());
    if (form == PromptForm::OneParagraph) passages = {std::string(task.passages.at(task.right))};
    TRY_ASSIGN(const std::string answer,
               ask(call, model, grounded_prompt(form, passages, task.question)));
    if (is_right(task, answer)) {
      ++marks.right;
    } else if (task.must_hold.empty()) {
      ++marks.invented;
    }
  }
  return marks;
}

}  // namespace

std::string_view name(PromptForm form) {
  return form == PromptForm::OneParagraph ? "one-paragraph" : "numbered-passages";
}

ChatRequest grounded_prompt(PromptForm form, std::span<const std::string> passages,
                            std::string_view question) {
  ChatRequest request;
  if (form == PromptForm::OneParagraph) {
    // Nothing but the text and the question: measured, a weak model loses itself in anything more.
    std::string prompt = passages.empty() ? std::string() : passages.front();
    request.messages = {{ChatMessage::Role::User, prompt + "\n\n" + std::string(question)}};
    return request;
  }
  std::string prompt = "Passages:\n";
  for (std::size_t i = 0; i < passages.size(); ++i) {
    prompt += format("[{}] {}\n", i + 1, passages[i]);
  }
  prompt += format("\nQuestion: {}", question);
  request.messages = {
      {ChatMessage::Role::System,
       format("Answer from the numbered passages only, in one or two sentences, and cite them like "
              "[1]. If they do not hold the answer, say exactly: {}",
              kNotFound)},
      {ChatMessage::Role::User, std::move(prompt)}};
  return request;
}

bool says_not_found(std::string_view answer) {
  static constexpr std::array<std::string_view, 12> kSigns = {
      "does not say",         "doesn't say",    "not mention", "not specif",
      "not provide",          "no information", "not stated",  "not given",
      "cannot be determined", "not contain",    "don't know",  "not answer"};
  const std::string lower = text::to_lower_ascii(answer);
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return lower.find(sign) != std::string::npos; });
}

Result<ExamResult> sit_exam(const Call& call, ChatModel& model) {
  ExamResult best;
  for (const PromptForm form : {PromptForm::NumberedPassages, PromptForm::OneParagraph}) {
    TRY_ASSIGN(const Marks marks, sit(call, model, form));
    ExamResult result;
    result.tasks = kTasks.size();
    result.score = static_cast<double>(marks.right) / static_cast<double>(kTasks.size());
    result.best_form = form;
    result.invented = marks.invented;
    result.passed = result.score >= kExamPassMark && marks.invented == 0;
    const auto rank = [](const ExamResult& r) { return std::pair{r.passed, r.score}; };
    if (best.tasks == 0 || rank(result) > rank(best)) best = result;
  }
  return best;
}

Json ExamResult::to_json() const {
  return Json::object({{"version", kExamVersion},
                       {"score", score},
                       {"best_form", name(best_form)},
                       {"invented", static_cast<std::int64_t>(invented)},
                       {"tasks", static_cast<std::int64_t>(tasks)},
                       {"passed", passed}});
}

ExamResult ExamResult::from_json(const Json& json) {
  ExamResult result;
  result.score = std::clamp(json["score"].double_or(0), 0.0, 1.0);
  result.best_form = json["best_form"].view() == name(PromptForm::NumberedPassages)
                         ? PromptForm::NumberedPassages
                         : PromptForm::OneParagraph;
  result.invented = static_cast<std::size_t>(std::max<std::int64_t>(json["invented"].int_or(0), 0));
  result.tasks = static_cast<std::size_t>(std::max<std::int64_t>(json["tasks"].int_or(0), 0));
  result.passed = json["passed"].bool_or(false) && json["version"].as_int() == kExamVersion;
  return result;
}

}  // namespace hearth::inference
