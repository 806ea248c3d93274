/// A core that a test tells what to say.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/backend.h"
#include "core/format.h"
#include "inference/scripted.h"

namespace hearth::tests {

/// One source, one document, one hit; answers in pieces. Waits end when `release` is set.
///
/// Threads: any.
class FakeBackend : public api::Backend {
 public:
  api::CoreState state() const override {
    return {.version = "0.1.0",
            .home = "/home/ada/hearth",
            .address = "http://127.0.0.1:4527",
            .started_ms = 1000,
            .embedder_state = "ready",
            .chat_state = "ready",
            .key = "file",
            .notes = {"a note"}};
  }
  Result<std::vector<api::ModelEntry>> models(const Call&) override {
    return std::vector<api::ModelEntry>{{.name = "tiny", .role = "chat", .state = "ready"}};
  }
  Result<api::ModelEntry> import_model(const Call&, const std::filesystem::path& path,
                                       const models::OnImport& on_progress) override {
    if (path.extension() != ".gguf") return fail(Code::Invalid, "this is not a GGUF file");
    if (on_progress) on_progress({"checking", 1, 2});
    return api::ModelEntry{
        .name = path.stem(), .role = "chat", .installed = true, .use = "next start"};
  }
  Result<void> remove_model(const Call&, std::string_view name, api::InUse in_use) override {
    if (name != "tiny") return fail(Code::NotFound, "no such model");
    if (in_use == api::InUse::Refuse) return fail(Code::Conflict, "tiny is in use");
    return {};
  }
  Result<std::vector<api::DoctorCheck>> doctor(const Call&) override {
    return std::vector<api::DoctorCheck>{{.name = "disk", .message = "fine"}};
  }
  void shut_down() override { shut_down_called = true; }

  Result<ingest::Source> add_source(const Call&, const std::filesystem::path& path,
                                    std::string_view collection) override {
    added.emplace_back(path);
    ingest::Source source = one_source();
    source.path = path;
    source.collection = collection;
    return source;
  }
  Result<void> remove_source(const Call&, SourceId id) override {
    if (id.value != 1) return fail(Code::NotFound, "no such source");
    return {};
  }
  Result<std::vector<ingest::Source>> sources(const Call&) override {
    return std::vector<ingest::Source>{one_source()};
  }
  Result<ingest::Source> source(const Call&, SourceId id) override {
    if (id.value != 1) return fail(Code::NotFound, format("no source {}", id.value));
    return one_source();
  }
  Result<std::vector<ingest::Problem>> problems(const Call&, std::optional<SourceId>) override {
    return std::vector<ingest::Problem>{{DocumentId{2}, "/a/broken.pdf", "it is damaged"}};
  }
  Result<std::vector<ingest::DocumentInfo>> documents(const Call&, SourceId, std::size_t offset,
                                                      std::size_t count) override {
    return std::vector<ingest::DocumentInfo>{
        {.id = DocumentId{7}, .path = format("{}+{}", offset, count)}};
  }
  Result<ingest::DocumentText> document(const Call&, DocumentId id) override {
    return ingest::DocumentText{
        .id = id, .source = SourceId{1}, .path = "/a/b", .text = "äö€", .pages = {0, 4}};
  }
  ingest::Progress progress() override { return {.files_done = files_done, .files_total = 10}; }
  search::IndexStats index_stats() override { return {.chunks = 5, .embedded = 3}; }
  Result<void> wait_keyword(const Call& call) override { return wait(call); }
  Result<void> wait_meaning(const Call& call) override { return wait(call); }
  void on_change(std::function<void()> listener) override {
    const std::scoped_lock lock(mutex_);
    listener_ = std::move(listener);
  }

  Result<search::Results> search(const Call&, const search::Query& query) override {
    const std::scoped_lock lock(mutex_);
    last_query = query;
    search::Hit hit{.chunk = ChunkId{1}, .path = "/a/b", .text = "the boiler"};
    if (query.explain) hit.explanation = search::Explanation{.summary = "both"};
    return search::Results{.hits = {hit}, .by_meaning = true};
  }
  Result<answer::Answer> ask(const Call& call, const answer::Question& question,
                             const Sink<answer::Event>& sink) override {
    sink(answer::Status{"searching"});
    sink(answer::CitationEvent{{.n = 1, .quote = "in the cellar"}});
    sink(answer::Piece{"In the cellar [1]."});
    ++asking;
    while (question.text == "forever" && !call.stop.stop_requested()) {
      if (sink(answer::Piece{"."}) == Flow::Stop) break;
      std::this_thread::yield();
    }
    --asking;
    if (call.stop.stop_requested()) return fail(Code::Cancelled, "stopped");
    return answer::Answer{.text = "In the cellar [1].",
                          .found = true,
                          .citations = {{.n = 1, .quote = "in the cellar"}},
                          .conversation = question.conversation};
  }
  Result<answer::ConversationInfo> create_conversation(const Call&) override {
    return answer::ConversationInfo{.id = ConversationId{3}, .title = "new"};
  }
  Result<std::vector<answer::ConversationInfo>> conversations(const Call&) override {
    return std::vector<answer::ConversationInfo>{{.id = ConversationId{3}, .title = "boiler"}};
  }
  Result<std::vector<answer::ConversationMessage>> messages(const Call&, ConversationId) override {
    return std::vector<answer::ConversationMessage>{
        {.id = 1, .text = "where?", .answer = answer::Answer{.text = "there"}}};
  }
  Result<void> rename_conversation(const Call&, ConversationId, std::string_view) override {
    return {};
  }
  Result<void> delete_conversation(const Call&, ConversationId) override { return {}; }

  inference::Embedder& embedder() override { return embedder_; }
  inference::ChatModel& chat() override { return chat_; }
  [[nodiscard]] inference::ScriptedChatModel& scripted_chat() { return chat_; }

  void change() {
    const std::scoped_lock lock(mutex_);
    if (listener_) listener_();
  }

  std::atomic<bool> shut_down_called = false;
  std::atomic<bool> release = true;
  std::atomic<int> asking = 0;
  std::atomic<std::int64_t> files_done = 4;
  std::vector<std::filesystem::path> added;
  search::Query last_query;

 private:
  static ingest::Source one_source() {
    return {.id = SourceId{1}, .kind = "folder", .path = "/a", .documents = 2, .problems = 1};
  }
  Result<void> wait(const Call& call) const {
    while (!release) {
      TRY(call.check_stop());
      std::this_thread::yield();
    }
    return {};
  }

  std::mutex mutex_;
  std::function<void()> listener_;
  inference::ScriptedEmbedder embedder_;
  inference::ScriptedChatModel chat_;
};

}  // namespace hearth::tests
