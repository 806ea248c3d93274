/// The embedder that this core will have once its file is checked.
#pragma once

#include <string>

#include "daemon/late.h"
#include "inference/worker_embedder.h"

namespace hearth::daemon {

/// Documents wait for the model, a person's query does not: it is answered by words meanwhile.
///
/// Threads: any. Errors: as `Embedder`.
class LateEmbedder final : public inference::Embedder {
 public:
  using Worker = inference::WorkerEmbedder;

  void expect(std::unique_ptr<Worker> model) { late_.expect(std::move(model)); }
  void bind(std::unique_ptr<Worker> model) { late_.bind(std::move(model)); }
  [[nodiscard]] bool is_bound() const { return late_.bound() != nullptr; }

  [[nodiscard]] inference::EmbedderInfo info() const override;
  [[nodiscard]] Result<std::vector<inference::Vector>> embed_documents(
      const Call& call, std::span<const std::string> texts,
      inference::Urgency urgency = inference::Urgency::Background) override;
  [[nodiscard]] Result<inference::Vector> embed_query(const Call& call,
                                                      std::string_view text) override;
  [[nodiscard]] std::size_t count_tokens(std::string_view text) const override;

  [[nodiscard]] Result<void> warm_up(const Call& call);
  [[nodiscard]] inference::WorkerStatus status() const;
  /// For people: "checking", or as `inference::name` says it.
  [[nodiscard]] std::string state() const;

 private:
  Late<Worker> late_;
};

}  // namespace hearth::daemon
