/// The models this core uses: found on the machine, shown to people, examined once.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/backend.h"
#include "core/call.h"
#include "inference/worker_chat_model.h"
#include "inference/worker_embedder.h"
#include "models/model.h"

namespace hearth::daemon {

/// Threads: any. A model that is damaged or missing is a problem in words, never an error.
class Shelf {
 public:
  [[nodiscard]] static std::unique_ptr<Shelf> open(const std::filesystem::path& folder);

  [[nodiscard]] std::optional<models::Model> find(models::Role role) const;
  /// What is wrong with the files on the shelf, in full sentences.
  [[nodiscard]] std::vector<std::string> problems() const;
  [[nodiscard]] Result<std::vector<api::ModelEntry>> entries(
      const inference::WorkerEmbedder& embedder, const inference::WorkerChatModel& chat) const;
  /// Gives the chat model its stored exam result, or lets it sit the exam.
  void examine(const Call& call, inference::WorkerChatModel& chat);

 private:
  std::filesystem::path folder_;
  std::vector<models::Model> models_;
  std::vector<std::string> problems_;
};

}  // namespace hearth::daemon
