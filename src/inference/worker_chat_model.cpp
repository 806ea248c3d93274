#include "inference/worker_chat_model.h"

#include <algorithm>

#include "engine/host/messages.h"
#include "inference/internal/worker.h"

namespace hearth::inference {
namespace {

internal::WorkerSpec worker_spec(const WorkerOptions& options, const models::Model& model) {
  engine::LoadGenerator load;
  load.context_tokens_max = model.traits.context_tokens;
  load.threads = std::max<std::size_t>(options.cores, 1);
  return {.label = model.name,
          .kind = "generator",
          .program = options.program,
          .model_path = model.main.string(),
          .tokenizer_path = "",
          .load = engine::to_json(load)};
}

Error no_model() { return {Code::Unavailable, "no chat model is installed; run: hearth models"}; }

std::vector<engine::PromptMessage> prompt_messages(const ChatRequest& request) {
  std::vector<engine::PromptMessage> messages;
  for (const ChatMessage& message : request.messages) {
    const char* role = message.role == ChatMessage::Role::System ? "system"
                       : message.role == ChatMessage::Role::User ? "user"
                                                                 : "assistant";
    messages.push_back({role, message.content});
  }
  return messages;
}

ChatUsage chat_usage(const engine::GenerateUsage& usage) {
  using Finish = engine::GenerateUsage::Finish;
  return {.prompt_tokens = usage.prompt_tokens,
          .completion_tokens = usage.completion_tokens,
          .finish = usage.finish == Finish::Stop     ? FinishReason::Stop
                    : usage.finish == Finish::Length ? FinishReason::Length
                                                     : FinishReason::Cancelled,
          .prompt_ms = usage.prompt_ms,
          .generate_ms = usage.generate_ms};
}

}  // namespace

WorkerChatModel::WorkerChatModel(WorkerOptions options, std::optional<models::Model> model,
                                 Attention& attention)
    : model_(std::move(model)), attention_(attention) {
  if (model_) worker_ = std::make_unique<internal::Worker>(worker_spec(options, *model_));
}

WorkerChatModel::~WorkerChatModel() = default;

ChatModelInfo WorkerChatModel::info() const {
  if (!model_) return {};
  const std::scoped_lock lock(mutex_);
  return {.name = model_->name,
          .fingerprint = model_->fingerprint,
          .context_tokens = model_->traits.context_tokens,
          .exam_score = exam_score_,
          .passed_exam = passed_exam_,
          .weak = model_->traits.weak};
}

void WorkerChatModel::set_exam(double score, bool passed) {
  const std::scoped_lock lock(mutex_);
  exam_score_ = score;
  passed_exam_ = passed;
}

Result<void> WorkerChatModel::warm_up(const Call& call) {
  if (!worker_) return std::unexpected(no_model());
  TRY(worker_->ensure_loaded(call));
  return {};
}

WorkerStatus WorkerChatModel::status() const {
  return worker_ ? worker_->status() : WorkerStatus{};
}

Result<ChatUsage> WorkerChatModel::generate(const Call& call, const ChatRequest& request,
                                            const Sink<std::string_view>& sink) {
  if (!worker_) return std::unexpected(no_model());
  const bool somebody_waits = request.urgency == Urgency::Interactive;
  std::optional<Attention::Held> held;
  if (somebody_waits) held.emplace(attention_);
  engine::GenerateRequest asked;
  asked.messages = prompt_messages(request);
  asked.tokens_max = request.tokens_max;
  asked.temperature = request.temperature;
  asked.top_p = request.top_p;
  asked.seed = request.seed;
  asked.stop = request.stop;
  asked.priority = somebody_waits ? engine::Priority::Interactive : engine::Priority::Background;
  TRY_ASSIGN(const auto reply, worker_->request(call, engine::to_json(asked), sink));
  TRY_ASSIGN(const auto usage, engine::read_usage(reply.header["usage"]));
  return chat_usage(usage);
}

Result<std::size_t> WorkerChatModel::count_tokens(const Call& call, const ChatRequest& request) {
  if (!worker_) return std::unexpected(no_model());
  Json asked = Json::object(
      {{"op", "count_tokens"}, {"messages", engine::to_json(prompt_messages(request))}});
  TRY_ASSIGN(const auto reply, worker_->request(call, std::move(asked)));
  return static_cast<std::size_t>(reply.header["count"].int_or(0));
}

}  // namespace hearth::inference
