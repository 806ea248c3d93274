/// A language model in GGUF form, run by llama.cpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/sink.h"
#include "engine/host/messages.h"

namespace hearth::engine {

/// llama.cpp itself, with the variant of its arithmetic that suits this processor. Made before the
/// process is confined, for it loads a library.
///
/// Threads: any. Errors: Unavailable (no variant of the library runs here).
class LlamaRuntime {
 public:
  static Result<std::unique_ptr<LlamaRuntime>> start();
  ~LlamaRuntime();
  LlamaRuntime(const LlamaRuntime&) = delete;
  LlamaRuntime& operator=(const LlamaRuntime&) = delete;

  /// The last thing the library complained of, for an error message; then forgotten.
  [[nodiscard]] std::string take_complaint() const;

 private:
  LlamaRuntime();
  struct Log;
  std::unique_ptr<Log> log_;
};

/// One model with one conversation's state.
///
/// What a prompt shares with the one before it is not computed again.
///
/// Threads: one at a time; `stop` may be set from any. Errors: Corrupt (not a model this library
/// loads), Exhausted (the prompt is too long; both counts are in the message), Invalid, Internal.
class Generator {
 public:
  /// `fd` is the open model file; it may be closed after the call.
  static Result<std::unique_ptr<Generator>> load(const LlamaRuntime& runtime, int fd,
                                                 const LoadGenerator& settings);
  ~Generator();
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /// Pushes pieces of valid UTF-8. Ends within milliseconds of `stop` becoming true, also inside
  /// the prompt.
  [[nodiscard]] Result<GenerateUsage> generate(const GenerateRequest& request,
                                               const Sink<std::string_view>& sink,
                                               const std::atomic<bool>& stop);
  [[nodiscard]] Result<std::size_t> count_tokens(const std::vector<PromptMessage>& messages) const;

  [[nodiscard]] std::size_t context_tokens() const;
  [[nodiscard]] std::string description() const;
  /// False when the model brings no template that is known here: then a plain form is used.
  [[nodiscard]] bool has_template() const;

 private:
  struct State;
  explicit Generator(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hearth::engine
