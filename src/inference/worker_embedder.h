/// An embedder whose model runs in a worker process.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "inference/attention.h"
#include "inference/embedder.h"
#include "inference/worker_status.h"
#include "models/model.h"

namespace hearth::inference {

/// How workers are run on this machine.
struct WorkerOptions {
  std::string program;    ///< Path of hearth-worker; see `find_worker_program`.
  std::size_t cores = 1;  ///< Physical ones.
};

/// Beside the running program, or in ../lib/hearth; `NotFound` says where was looked.
[[nodiscard]] Result<std::string> find_worker_program();

namespace internal {
class Worker;
}

/// Threads: any. A query overtakes everything in the background and shares the processor with at
/// most what runs at that moment. Errors: as `Embedder`; a batch whose worker crashed is tried once
/// more.
class WorkerEmbedder : public Embedder {
 public:
  /// Without a model every request is Unavailable. `attention` must outlive the embedder.
  WorkerEmbedder(WorkerOptions options, std::optional<models::Model> model, Attention& attention);
  ~WorkerEmbedder() override;

  [[nodiscard]] EmbedderInfo info() const override;
  [[nodiscard]] Result<std::vector<Vector>> embed_documents(
      const Call& call, std::span<const std::string> texts,
      Urgency urgency = Urgency::Background) override;
  [[nodiscard]] Result<Vector> embed_query(const Call& call, std::string_view text) override;
  /// Exact, with the model's own tokenizer, read into this process when first asked (about 5 MB);
  /// an estimate that is rather too high when there is none.
  [[nodiscard]] std::size_t count_tokens(std::string_view text) const override;

  /// Starts the worker now, so that the first query does not wait for it.
  [[nodiscard]] Result<void> warm_up(const Call& call);
  [[nodiscard]] WorkerStatus status() const;

 private:
  struct Tokens;
  [[nodiscard]] Result<std::vector<Vector>> embed(const Call& call,
                                                  const std::vector<std::string>& texts,
                                                  Urgency urgency);

  const std::optional<models::Model> model_;
  Attention& attention_;
  std::unique_ptr<internal::Worker> worker_;  ///< Absent without a model.
  std::unique_ptr<Tokens> tokens_;
};

}  // namespace hearth::inference
