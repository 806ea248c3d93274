/// Everything the API's surfaces may ask of the core.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer/answerer.h"
#include "core/call.h"
#include "core/result.h"
#include "inference/chat_model.h"
#include "inference/embedder.h"
#include "ingest/library.h"
#include "models/store.h"
#include "search/index.h"

namespace hearth::api {

/// One model of the catalogue or of this machine, as people see it.
struct ModelEntry {
  std::string name;
  std::string role;   ///< "embedder" or "chat"
  std::string state;  ///< "ready", "loading", "failed", "absent", …
  bool installed = false;
  std::int64_t size_bytes = 0;
  std::string licence;
  std::string sha256;
  bool weak = false;
  std::optional<double> exam_score;
  bool passed_exam = false;
  bool resident = false;
  std::int64_t memory_bytes = 0;
  bool recommended = false;          ///< The best chat model for this machine.
  std::string use;                   ///< "now", "next start", or empty: not used.
  std::vector<std::string> sources;  ///< Of the main file, when the catalogue names any.
  std::string note;
};

/// What to do about a model that the core is using.
enum class InUse { Refuse, Remove };

struct DoctorCheck {
  enum class Level { Ok, Warn, Error };
  std::string name;
  Level level = Level::Ok;
  std::string message;
  std::string mend;  ///< What to do about it; empty when nothing.
};

/// What only the program that wired the core knows.
struct CoreState {
  std::string version;
  std::string home;
  std::string address;  ///< "http://127.0.0.1:4527"
  std::int64_t started_ms = 0;
  std::string embedder_state;
  std::string chat_state;
  std::string key;  ///< "keychain", "passphrase" or "file"
  std::vector<std::string> notes;
};

/// The core behind the API. One implementation goes to the rooms, one is the tests'.
///
/// Threads: any. Errors: those of the room that answers.
class Backend {
 public:
  virtual ~Backend() = default;

  [[nodiscard]] virtual CoreState state() const = 0;
  [[nodiscard]] virtual Result<std::vector<ModelEntry>> models(const Call& call) = 0;
  /// Checks, tries and keeps a model file of the person's. Invalid or Corrupt say what it is
  /// instead; Exhausted when the disk is full.
  [[nodiscard]] virtual Result<ModelEntry> import_model(const Call& call,
                                                        const std::filesystem::path& path,
                                                        const models::OnImport& on_progress) = 0;
  /// NotFound; Conflict when it is in use.
  [[nodiscard]] virtual Result<void> remove_model(const Call& call, std::string_view name,
                                                  InUse in_use) = 0;
  [[nodiscard]] virtual Result<std::vector<DoctorCheck>> doctor(const Call& call) = 0;
  /// Asks the program to end; returns at once.
  virtual void shut_down() = 0;

  [[nodiscard]] virtual Result<ingest::Source> add_source(const Call& call,
                                                          const std::filesystem::path& path,
                                                          std::string_view collection) = 0;
  [[nodiscard]] virtual Result<void> remove_source(const Call& call, SourceId id) = 0;
  [[nodiscard]] virtual Result<std::vector<ingest::Source>> sources(const Call& call) = 0;
  [[nodiscard]] virtual Result<ingest::Source> source(const Call& call, SourceId id) = 0;
  [[nodiscard]] virtual Result<std::vector<ingest::Problem>> problems(
      const Call& call, std::optional<SourceId> source) = 0;
  [[nodiscard]] virtual Result<std::vector<ingest::DocumentInfo>> documents(const Call& call,
                                                                            SourceId source,
                                                                            std::size_t offset,
                                                                            std::size_t count) = 0;
  [[nodiscard]] virtual Result<ingest::DocumentText> document(const Call& call, DocumentId id) = 0;
  [[nodiscard]] virtual ingest::Progress progress() = 0;
  [[nodiscard]] virtual search::IndexStats index_stats() = 0;
  /// Blocks until what is there now is findable by keyword, or by meaning.
  [[nodiscard]] virtual Result<void> wait_keyword(const Call& call) = 0;
  [[nodiscard]] virtual Result<void> wait_meaning(const Call& call) = 0;
  /// `listener` runs on any thread when progress or sources changed. Set once, before serving.
  virtual void on_change(std::function<void()> listener) = 0;

  [[nodiscard]] virtual Result<search::Results> search(const Call& call,
                                                       const search::Query& query) = 0;
  [[nodiscard]] virtual Result<answer::Answer> ask(const Call& call,
                                                   const answer::Question& question,
                                                   const Sink<answer::Event>& sink) = 0;
  [[nodiscard]] virtual Result<answer::ConversationInfo> create_conversation(const Call& call) = 0;
  [[nodiscard]] virtual Result<std::vector<answer::ConversationInfo>> conversations(
      const Call& call) = 0;
  [[nodiscard]] virtual Result<std::vector<answer::ConversationMessage>> messages(
      const Call& call, ConversationId id) = 0;
  [[nodiscard]] virtual Result<void> rename_conversation(const Call& call, ConversationId id,
                                                         std::string_view title) = 0;
  [[nodiscard]] virtual Result<void> delete_conversation(const Call& call, ConversationId id) = 0;

  [[nodiscard]] virtual inference::Embedder& embedder() = 0;
  [[nodiscard]] virtual inference::ChatModel& chat() = 0;
};

/// What the daemon hands in. All references must outlive the backend.
struct Services {
  ingest::Library& library;
  search::Index& index;
  answer::Answerer& answerer;
  inference::Embedder& embedder;
  inference::ChatModel& chat;
  std::function<CoreState()> state;
  std::function<Result<std::vector<ModelEntry>>(const Call&)> models;
  std::function<Result<ModelEntry>(const Call&, const std::filesystem::path&,
                                   const models::OnImport&)>
      import_model;
  std::function<Result<void>(const Call&, std::string_view name, InUse)> remove_model;
  std::function<Result<std::vector<DoctorCheck>>(const Call&)> doctor;
  std::function<void()> shut_down;  ///< Must only leave a note: a handler thread calls it.
};
[[nodiscard]] std::unique_ptr<Backend> live_backend(Services services);

}  // namespace hearth::api
