/// What the core asks of a model worker, and what it is told: the frames' headers, typed.
///
/// Every request has an id; replies carry it, so several requests run side by side.
///
///     core:   load · embed · generate · count_tokens · cancel · status
///     worker: hello (id 0, once, after it has confined itself), then for each request
///             any number of {"id", "piece"} and one last {"id", "ok": true, …} or {"id", "error"}
///
/// A worker is started as `hearth-worker encoder|generator` with these descriptors and no others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "engine/host/frame.h"

namespace hearth::engine {

inline constexpr int kProtocolVersion = 1;
inline constexpr int kSocketFd = 3;
inline constexpr int kModelFd = 4;
inline constexpr int kTokenizerFd = 5;  ///< Only for encoders.

/// Interactive: somebody waits; background work is overtaken.
enum class Priority { Interactive, Background };

/// How the vectors of a text's tokens become the text's vector.
enum class Pooling { FirstToken, Mean };

struct LoadEncoder {
  Pooling pooling = Pooling::FirstToken;
  bool normalise = true;         ///< To length 1.
  std::size_t tokens_max = 512;  ///< Longer texts are read to here.
  std::size_t lanes = 1;         ///< Threads for background work; one more waits for people.
};

struct LoadGenerator {
  std::size_t context_tokens_max = 4096;
  std::size_t threads = 1;
};

struct EmbedRequest {
  std::vector<std::string> texts;
  Priority priority = Priority::Background;
};

struct PromptMessage {
  std::string role;  ///< "system", "user" or "assistant".
  std::string content;
};

struct GenerateRequest {
  std::vector<PromptMessage> messages;
  std::size_t tokens_max = 512;
  float temperature = 0.0F;
  float top_p = 1.0F;
  std::optional<std::uint32_t> seed;
  std::vector<std::string> stop;
  Priority priority = Priority::Interactive;
};

struct GenerateUsage {
  std::size_t prompt_tokens = 0;
  std::size_t reused_tokens = 0;  ///< Of the prompt, already computed for an earlier request.
  std::size_t completion_tokens = 0;
  enum class Finish { Stop, Length, Cancelled } finish = Finish::Stop;
  double prompt_ms = 0;
  double generate_ms = 0;
};

[[nodiscard]] Json to_json(const LoadEncoder& load);
[[nodiscard]] Json to_json(const LoadGenerator& load);
[[nodiscard]] Json to_json(const EmbedRequest& request);
[[nodiscard]] Json to_json(const GenerateRequest& request);
[[nodiscard]] Json to_json(const GenerateUsage& usage);
[[nodiscard]] Json to_json(const std::vector<PromptMessage>& messages);

/// These refuse (Invalid, Exhausted) what is missing or out of bounds: the worker trusts nobody.
[[nodiscard]] Result<LoadEncoder> read_load_encoder(const Json& json);
[[nodiscard]] Result<LoadGenerator> read_load_generator(const Json& json);
[[nodiscard]] Result<EmbedRequest> read_embed(const Json& json);
[[nodiscard]] Result<GenerateRequest> read_generate(const Json& json);
[[nodiscard]] Result<std::vector<PromptMessage>> read_messages(const Json& json);
[[nodiscard]] Result<GenerateUsage> read_usage(const Json& json);

/// The last frame of a request that failed, and the error back out of it; nothing when it
/// succeeded.
[[nodiscard]] Frame error_frame(std::int64_t id, const Error& error);
[[nodiscard]] std::optional<Error> read_error(const Json& header);

}  // namespace hearth::engine
