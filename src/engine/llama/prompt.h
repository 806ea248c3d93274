/// From messages to the text a model was trained to continue.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/llama/generator.h"

namespace hearth::engine {

/// Where the plain form's next turn would begin: generation ends there.
inline constexpr std::string_view kPlainTurn = "\nUser:";

/// By the model's own template, ready for the assistant's turn; nothing when the template is not
/// one that llama.cpp knows.
[[nodiscard]] std::optional<std::string> render_template(
    const std::string& chat_template, const std::vector<PromptMessage>& messages);
/// For models without a template: named turns.
[[nodiscard]] std::string render_plain(const std::vector<PromptMessage>& messages);

/// Breaks up every text that a tokenizer would read as a command, so that a document cannot end the
/// person's turn and speak as the system.
[[nodiscard]] std::string disarm(std::string_view content, std::span<const std::string> reserved);

}  // namespace hearth::engine
