/// The models this core uses: found on the machine, shown to people, examined once.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/backend.h"
#include "core/call.h"
#include "daemon/late_chat_model.h"
#include "daemon/late_embedder.h"
#include "inference/exam.h"
#include "models/model.h"
#include "models/store.h"

namespace hearth::daemon {

/// What stands in the store when the core starts. A model that is damaged or missing is a problem
/// in words, never an error: search by word goes on without any.
///
/// Hashing a model takes from a second to minutes, so it is not done when the shelf is opened: what
/// `./dev setup` left in the cache, and what somebody touched, is only *expected* until `settle`.
///
/// Threads: any.
class Shelf {
 public:
  /// Returns at once.
  [[nodiscard]] static std::unique_ptr<Shelf> open(
      const std::filesystem::path& folder,
      const std::filesystem::path& cache = models::default_cache());
  /// Takes in or checks what is expected, embedders first; `on_settled` is called after each one,
  /// on this thread. Stopped in between, the rest stays expected.
  void settle(const Call& call, const std::function<void()>& on_settled);
  /// What is being checked, e.g. "Checking tinyllama-1.1b-chat: 48 %."; empty when nothing is.
  [[nodiscard]] std::string checking() const;

  /// The one to use: what the person imported last, else the best.
  struct Choice {
    models::Model model;
    bool settled = true;  ///< False: it is expected, and may turn out to be damaged.
  };
  [[nodiscard]] std::optional<Choice> find(models::Role role) const;
  /// What is wrong with the files on the shelf, in full sentences.
  [[nodiscard]] std::vector<std::string> problems() const;
  /// Installed models first, then those of the catalogue that could be.
  [[nodiscard]] std::vector<api::ModelEntry> entries(const LateEmbedder& embedder,
                                                     const LateChatModel& chat) const;
  /// Takes in a file of the person's. A chat model that `try_out` accepts becomes the one that the
  /// core uses from its next start; one that it refuses does not stay.
  using TryOut = std::function<Result<void>(const models::Model&)>;
  [[nodiscard]] Result<models::Model> import(const Call& call, const std::filesystem::path& path,
                                             const models::OnImport& on_progress,
                                             const TryOut& try_out);
  /// `used` are the fingerprints of what runs now. The embedder in use is never removed.
  struct Used {
    std::string embedder;
    std::string chat;
  };
  [[nodiscard]] Result<void> remove(const Call& call, std::string_view name, const Used& used,
                                    api::InUse in_use);
  /// Gives the chat model its stored exam result, or lets it sit the exam and stores that.
  void examine(const Call& call, inference::WorkerChatModel& chat) const;
  /// Only what is stored: cheap, for the start.
  void recall_exam(inference::WorkerChatModel& chat) const;

 private:
  struct Expected {
    models::Model model;
    bool installed = false;  ///< In the store already, and touched.
  };
  void take_stock(const Call& call, models::Store::Touched touched);
  void expect_cached(const std::filesystem::path& cache);
  void expect(Expected one);  // mutex_ is held
  [[nodiscard]] Result<void> settle_one(const Call& call, const Expected& expected);
  void note_settled(const Expected& one, const Result<void>& done);
  [[nodiscard]] std::optional<Choice> best(models::Role role) const;  // mutex_ is held
  [[nodiscard]] std::filesystem::path exam_file(const std::string& fingerprint) const;
  [[nodiscard]] std::optional<inference::ExamResult> stored_exam(
      const std::string& fingerprint) const;
  void add_stored_exam(api::ModelEntry& entry) const;
  [[nodiscard]] Result<void> choose(const std::string& fingerprint);

  // Constant after opening.
  std::filesystem::path folder_;
  std::optional<models::Store> store_;
  std::mutex changing_;  ///< One import or removal at a time.
  // Guarded by mutex_:
  mutable std::mutex mutex_;
  std::vector<models::Model> models_;
  std::vector<Expected> expected_;  ///< The next to be settled is first.
  std::string checking_;
  std::map<std::string, std::string> settled_;  ///< What is wrong if it is touched still.
  std::string chosen_;  ///< The fingerprint of the chat model the person asked for.
  std::vector<std::string> problems_;
};

}  // namespace hearth::daemon
