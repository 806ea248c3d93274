/// The chat model that this core will have once its file is checked.
#pragma once

#include <string>

#include "daemon/late.h"
#include "inference/worker_chat_model.h"

namespace hearth::daemon {

/// Nobody waits for it: who asks too early is told so, and answers are quotes meanwhile.
///
/// Threads: any. Errors: as `ChatModel`.
class LateChatModel final : public inference::ChatModel {
 public:
  using Worker = inference::WorkerChatModel;

  void expect(std::unique_ptr<Worker> model) { late_.expect(std::move(model)); }
  void bind(std::unique_ptr<Worker> model) { late_.bind(std::move(model)); }
  [[nodiscard]] bool is_bound() const { return late_.bound() != nullptr; }
  /// Null until it is bound.
  [[nodiscard]] Worker* bound() const { return late_.bound(); }

  [[nodiscard]] inference::ChatModelInfo info() const override;
  [[nodiscard]] Result<inference::ChatUsage> generate(const Call& call,
                                                      const inference::ChatRequest& request,
                                                      const Sink<std::string_view>& sink) override;
  [[nodiscard]] Result<std::size_t> count_tokens(const Call& call,
                                                 const inference::ChatRequest& request) override;

  [[nodiscard]] inference::WorkerStatus status() const;
  /// For people: "checking", or as `inference::name` says it.
  [[nodiscard]] std::string state() const;

 private:
  Late<Worker> late_;
};

}  // namespace hearth::daemon
