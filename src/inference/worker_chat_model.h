/// A chat model that runs in a worker process.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "inference/attention.h"
#include "inference/chat_model.h"
#include "inference/worker_embedder.h"
#include "inference/worker_status.h"
#include "models/model.h"

namespace hearth::inference {

/// Threads: any. Errors: as `ChatModel`; Busy for a background request that a person overtook. An
/// answer whose worker crashed is not tried again: part of it may have been shown.
class WorkerChatModel : public ChatModel {
 public:
  /// Without a model every request is Unavailable. `attention` must outlive the model.
  WorkerChatModel(WorkerOptions options, std::optional<models::Model> model, Attention& attention);
  ~WorkerChatModel() override;

  [[nodiscard]] ChatModelInfo info() const override;
  [[nodiscard]] Result<ChatUsage> generate(const Call& call, const ChatRequest& request,
                                           const Sink<std::string_view>& sink) override;
  [[nodiscard]] Result<std::size_t> count_tokens(const Call& call,
                                                 const ChatRequest& request) override;

  /// What the exam found; shown by `info` from now on.
  void set_exam(double score, bool passed);
  [[nodiscard]] Result<void> warm_up(const Call& call);
  [[nodiscard]] WorkerStatus status() const;

 private:
  const std::optional<models::Model> model_;
  Attention& attention_;
  std::unique_ptr<internal::Worker> worker_;  ///< Absent without a model.
  // Guarded by mutex_:
  mutable std::mutex mutex_;
  std::optional<double> exam_score_;
  bool passed_exam_ = false;
};

}  // namespace hearth::inference
