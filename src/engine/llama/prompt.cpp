#include "engine/llama/prompt.h"

#include <llama.h>

namespace hearth::engine {

std::optional<std::string> render_template(const std::string& chat_template,
                                           const std::vector<PromptMessage>& messages) {
  std::vector<llama_chat_message> chat;
  std::size_t bytes = 256;
  for (const PromptMessage& message : messages) {
    chat.push_back({message.role.c_str(), message.content.c_str()});
    bytes += message.content.size() + 64;
  }
  std::string out(bytes, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::int32_t size =
        llama_chat_apply_template(chat_template.c_str(), chat.data(), chat.size(), true, out.data(),
                                  static_cast<std::int32_t>(out.size()));
    if (size < 0) return std::nullopt;
    const bool fits = static_cast<std::size_t>(size) <= out.size();
    out.resize(static_cast<std::size_t>(size));
    if (fits) return out;
  }
  return std::nullopt;
}

std::string render_plain(const std::vector<PromptMessage>& messages) {
  std::string out;
  for (const PromptMessage& message : messages) {
    if (message.role == "user") out += "User: ";
    if (message.role == "assistant") out += "Assistant: ";
    out += message.content;
    out += "\n\n";
  }
  return out += "Assistant:";
}

std::string disarm(std::string_view content, std::span<const std::string> reserved) {
  std::string out(content);
  const auto break_up = [&out](std::string_view text) {
    for (auto at = out.find(text); at != std::string::npos; at = out.find(text, at + 2)) {
      out.insert(at + 1, 1, ' ');
    }
  };
  for (const std::string& text : reserved) break_up(text);
  // Turn marks that some models' vocabularies do not hold as one token.
  break_up("<|");
  return out;
}

}  // namespace hearth::engine
