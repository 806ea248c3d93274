#include "daemon/late_embedder.h"

namespace hearth::daemon {

inference::EmbedderInfo LateEmbedder::info() const {
  return late_.look([](const Worker& model) { return model.info(); });
}

Result<std::vector<inference::Vector>> LateEmbedder::embed_documents(
    const Call& call, std::span<const std::string> texts, inference::Urgency urgency) {
  TRY_ASSIGN(Worker* const model, late_.wait(call));
  return model->embed_documents(call, texts, urgency);
}

Result<inference::Vector> LateEmbedder::embed_query(const Call& call, std::string_view text) {
  TRY_ASSIGN(Worker* const model, late_.now(info().model));
  return model->embed_query(call, text);
}

std::size_t LateEmbedder::count_tokens(std::string_view text) const {
  // The expected model's tokenizer is read once and for all, so it must not be read too early.
  if (const Worker* model = late_.bound()) return model->count_tokens(text);
  return text.size() / 2 + 2;
}

Result<void> LateEmbedder::warm_up(const Call& call) {
  TRY_ASSIGN(Worker* const model, late_.wait(call));
  return model->warm_up(call);
}

inference::WorkerStatus LateEmbedder::status() const {
  return late_.look([](const Worker& model) { return model.status(); });
}

std::string LateEmbedder::state() const {
  if (!is_bound()) return "checking";
  return std::string(inference::name(status().state));
}

}  // namespace hearth::daemon
