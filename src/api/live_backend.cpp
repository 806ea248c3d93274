#include "api/backend.h"

namespace hearth::api {
namespace {

class LiveBackend final : public Backend {
 public:
  explicit LiveBackend(Services services) : to_(std::move(services)) {}

  CoreState state() const override { return to_.state(); }
  Result<std::vector<ModelEntry>> models(const Call& call) override { return to_.models(call); }
  Result<ModelEntry> import_model(const Call& call, const std::filesystem::path& path,
                                  const models::OnImport& on_progress) override {
    return to_.import_model(call, path, on_progress);
  }
  Result<void> remove_model(const Call& call, std::string_view name, InUse in_use) override {
    return to_.remove_model(call, name, in_use);
  }
  Result<std::vector<DoctorCheck>> doctor(const Call& call) override { return to_.doctor(call); }
  void shut_down() override { to_.shut_down(); }

  Result<ingest::Source> add_source(const Call& call, const std::filesystem::path& path,
                                    std::string_view collection) override {
    return to_.library.add(call, path, collection);
  }
  Result<void> remove_source(const Call& call, SourceId id) override {
    return to_.library.remove(call, id);
  }
  Result<std::vector<ingest::Source>> sources(const Call& call) override {
    return to_.library.sources(call);
  }
  Result<ingest::Source> source(const Call& call, SourceId id) override {
    return to_.library.source(call, id);
  }
  Result<std::vector<ingest::Problem>> problems(const Call& call,
                                                std::optional<SourceId> source) override {
    return to_.library.problems(call, source);
  }
  Result<std::vector<ingest::DocumentInfo>> documents(const Call& call, SourceId source,
                                                      std::size_t offset,
                                                      std::size_t count) override {
    return to_.library.documents(call, source, offset, count);
  }
  Result<ingest::DocumentText> document(const Call& call, DocumentId id) override {
    return to_.library.document(call, id);
  }
  ingest::Progress progress() override { return to_.library.progress(); }
  search::IndexStats index_stats() override { return to_.index.stats(); }
  Result<void> wait_keyword(const Call& call) override { return to_.library.wait_idle(call); }
  Result<void> wait_meaning(const Call& call) override { return to_.index.wait_embedded(call); }
  void on_change(std::function<void()> listener) override {
    to_.library.on_change(listener);
    to_.index.on_progress(std::move(listener));
  }

  Result<search::Results> search(const Call& call, const search::Query& query) override {
    return to_.index.search(call, query);
  }
  Result<answer::Answer> ask(const Call& call, const answer::Question& question,
                             const Sink<answer::Event>& sink) override {
    return to_.answerer.ask(call, question, sink);
  }
  Result<answer::ConversationInfo> create_conversation(const Call& call) override {
    return to_.answerer.create_conversation(call);
  }
  Result<std::vector<answer::ConversationInfo>> conversations(const Call& call) override {
    return to_.answerer.conversations(call);
  }
  Result<std::vector<answer::ConversationMessage>> messages(const Call& call,
                                                            ConversationId id) override {
    return to_.answerer.messages(call, id);
  }
  Result<void> rename_conversation(const Call& call, ConversationId id,
                                   std::string_view title) override {
    return to_.answerer.rename_conversation(call, id, title);
  }
  Result<void> delete_conversation(const Call& call, ConversationId id) override {
    return to_.answerer.delete_conversation(call, id);
  }

  inference::Embedder& embedder() override { return to_.embedder; }
  inference::ChatModel& chat() override { return to_.chat; }

 private:
  const Services to_;
};

}  // namespace

std::unique_ptr<Backend> live_backend(Services services) {
  return std::make_unique<LiveBackend>(std::move(services));
}

}  // namespace hearth::api
