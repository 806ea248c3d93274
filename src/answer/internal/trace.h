/// The numbers behind a decision, for fitting its weights: see evals/fit.py.
#pragma once

#include "answer/internal/evidence.h"
#include "answer/internal/question.h"

namespace hearth::answer {

/// Appends one JSON line about the question to the file that HEARTH_ANSWER_TRACE names; without
/// that variable nothing is written. The file holds the person's text: it is for measuring on
/// samples.
void trace(const Request& request, const Evidence& evidence, std::string_view question);

}  // namespace hearth::answer
