#include "daemon/late_chat_model.h"

namespace hearth::daemon {

inference::ChatModelInfo LateChatModel::info() const {
  return late_.look([](const Worker& model) { return model.info(); });
}

Result<inference::ChatUsage> LateChatModel::generate(const Call& call,
                                                     const inference::ChatRequest& request,
                                                     const Sink<std::string_view>& sink) {
  TRY_ASSIGN(Worker* const model, late_.now(info().name));
  return model->generate(call, request, sink);
}

Result<std::size_t> LateChatModel::count_tokens(const Call& call,
                                                const inference::ChatRequest& request) {
  TRY_ASSIGN(Worker* const model, late_.now(info().name));
  return model->count_tokens(call, request);
}

inference::WorkerStatus LateChatModel::status() const {
  return late_.look([](const Worker& model) { return model.status(); });
}

std::string LateChatModel::state() const {
  if (!is_bound()) return "checking";
  return std::string(inference::name(status().state));
}

}  // namespace hearth::daemon
