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
#include "models/store.h"

namespace hearth::daemon {

/// What stands in the store when the core starts. A model that is damaged or missing is a problem in
/// words, never an error: search by word goes on without any.
///
/// Threads: any.
class Shelf {
 public:
  /// Takes in what `./dev setup` left in the cache, which hashes each new file once.
  [[nodiscard]] static std::unique_ptr<Shelf> open(const std::filesystem::path& folder);

  [[nodiscard]] std::optional<models::Model> find(models::Role role) const;
  /// What is wrong with the files on the shelf, in full sentences.
  [[nodiscard]] std::vector<std::string> problems() const { return problems_; }
  /// Installed models first, then those of the catalogue that could be.
  [[nodiscard]] std::vector<api::ModelEntry> entries(const inference::WorkerEmbedder& embedder,
                                                     const inference::WorkerChatModel& chat) const;
  /// Gives the chat model its stored exam result, or lets it sit the exam and stores that.
  void examine(const Call& call, inference::WorkerChatModel& chat) const;
  /// Only what is stored: cheap, for the start.
  void recall_exam(inference::WorkerChatModel& chat) const;

 private:
  void take_stock(const models::Store& store);
  [[nodiscard]] std::filesystem::path exam_file(const std::string& fingerprint) const;

  // Constant after opening.
  std::filesystem::path folder_;
  std::vector<models::Model> models_;
  std::vector<std::string> problems_;
};

}  // namespace hearth::daemon
