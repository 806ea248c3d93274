/// Lets a chat model write an answer from the evidence, showing only sentences that were checked.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "answer/answerer.h"
#include "answer/internal/checker.h"
#include "answer/internal/evidence.h"
#include "answer/internal/finding.h"

namespace hearth::answer {

/// What the model wrote and what of it could be shown.
struct Written {
  std::string text;  ///< Supported sentences with their marks; empty when none was.
  std::vector<Citation> citations;
  std::size_t dropped = 0;            ///< Sentences that no passage supports.
  bool refused = false;               ///< The model said that the passages hold no answer.
  std::size_t passages_left_out = 0;  ///< Passages that did not fit into the model's context.
};

/// The messages that suit the model: a weak one gets the single best paragraph and the question, a
/// capable one numbered passages and rules. What does not fit is left out whole and counted.
struct Prompt {
  inference::ChatRequest request;
  std::vector<std::size_t>
      candidates;  ///< Those whose words the model sees: only these may be cited.
  std::size_t left_out = 0;
};
[[nodiscard]] Result<Prompt> make_prompt(const Call& call, inference::ChatModel& chat,
                                         const Request& request, std::string_view question,
                                         const Evidence& evidence, const Finding& finding);

/// Streams the model's answer sentence by sentence: each is checked before `sink` sees it.
/// The sink's Stop ends the generation; what was shown so far is returned. Citations are numbered
/// from `first_number`.
[[nodiscard]] Result<Written> write_answer(const Call& call, inference::ChatModel& chat,
                                           inference::Embedder& embedder, const Prompt& prompt,
                                           std::string_view question, const Evidence& evidence,
                                           const Sink<Event>& sink, int first_number = 1);

}  // namespace hearth::answer
