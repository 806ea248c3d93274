/// A language model that continues a conversation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "core/sink.h"
#include "inference/urgency.h"

namespace hearth::inference {

struct ChatMessage {
  enum class Role { System, User, Assistant };
  Role role = Role::User;
  std::string content;
};

/// One request. A prompt that does not fit is an error (Exhausted, with the token counts), never
/// cut.
struct ChatRequest {
  std::vector<ChatMessage> messages;
  std::size_t tokens_max = 512;  ///< The most tokens to generate.
  float temperature = 0.0F;      ///< 0: the likeliest token each time.
  float top_p = 1.0F;
  std::optional<std::uint32_t> seed;
  std::vector<std::string> stop;  ///< Generation ends before any of these texts.
  /// Background work fails with Busy as soon as a person asks something; it tries again later.
  Urgency urgency = Urgency::Interactive;
};

enum class FinishReason { Stop, Length, Cancelled };

struct ChatUsage {
  std::size_t prompt_tokens = 0;
  std::size_t completion_tokens = 0;
  FinishReason finish = FinishReason::Stop;
  double prompt_ms = 0;
  double generate_ms = 0;
};

/// What is known of a chat model before it is asked anything.
struct ChatModelInfo {
  std::string name;         ///< The catalogue name; empty when none is installed.
  std::string fingerprint;  ///< sha256 of its file.
  std::size_t context_tokens = 0;
  /// The score of the built-in exam in [0, 1] and whether it is enough for answering over
  /// documents; nothing before the exam was sat.
  std::optional<double> exam_score;
  bool passed_exam = false;
  bool weak = false;  ///< The catalogue says so: use the one-paragraph form.
};

/// Streams the continuation of a conversation.
///
/// Threads: any; requests queue for the model's slots. Errors: Unavailable, Exhausted (the prompt
/// is too long: both counts are in the message), Invalid, Cancelled, TimedOut.
class ChatModel {
 public:
  virtual ~ChatModel() = default;
  [[nodiscard]] virtual ChatModelInfo info() const = 0;
  /// Pushes pieces of text (valid UTF-8 each) as they come; `Flow::Stop` or the call's stop token
  /// end the generation at once.
  [[nodiscard]] virtual Result<ChatUsage> generate(const Call& call, const ChatRequest& request,
                                                   const Sink<std::string_view>& sink) = 0;
  [[nodiscard]] virtual Result<std::size_t> count_tokens(const Call& call,
                                                         const ChatRequest& request) = 0;
};

}  // namespace hearth::inference
