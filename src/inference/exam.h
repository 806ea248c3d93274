/// The built-in exam: may this model answer over a person's documents, and in which prompt form?
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "core/json.h"
#include "core/result.h"
#include "inference/chat_model.h"

namespace hearth::inference {

/// How passages and a question are put to a model. Weak models understand only the first.
enum class PromptForm { OneParagraph, NumberedPassages };
[[nodiscard]] std::string_view name(PromptForm form);

/// The prompt that the exam sat with and that answering uses, so that the score means something.
[[nodiscard]] ChatRequest grounded_prompt(PromptForm form, std::span<const std::string> passages,
                                          std::string_view question);
/// Whether an answer says that the passages do not hold it.
[[nodiscard]] bool says_not_found(std::string_view answer);

struct ExamResult {
  /// The share of tasks done right in the best form.
  double score = 0;
  PromptForm best_form = PromptForm::OneParagraph;
  /// Questions that the passages do not answer and that the model answered all the same, in the
  /// best form: confidently wrong, and worse than a low score.
  std::size_t invented = 0;
  std::size_t tasks = 0;
  bool passed = false;

  [[nodiscard]] Json to_json() const;
  [[nodiscard]] static ExamResult from_json(const Json& json);
};

inline constexpr double kExamPassMark = 0.85;
/// Part of the key under which a result is stored: a new exam is sat again.
inline constexpr int kExamVersion = 1;

/// Puts all tasks to the model in every form, in the background: when a person overtakes it, the
/// task is tried again. Errors: those of the model; a result is only for an exam that was sat to
/// its end.
[[nodiscard]] Result<ExamResult> sit_exam(const Call& call, ChatModel& model);

}  // namespace hearth::inference
