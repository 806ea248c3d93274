#include "api/openai/dialect.h"
#include "core/format.h"
#include "core/text.h"

namespace hearth::api {
namespace openai {
namespace {

Json model(std::string_view id, std::int64_t created_ms) {
  return Json::object(
      {{"id", id}, {"object", "model"}, {"created", created_ms / 1000}, {"owned_by", "hearth"}});
}

std::vector<std::string> model_names(Backend& backend) {
  std::vector<std::string> names;
  if (const std::string chat = backend.chat().info().name; !chat.empty()) {
    names.emplace_back(kAlias);
    names.push_back(chat);
  }
  if (const std::string embedder = backend.embedder().info().model; !embedder.empty()) {
    names.push_back(embedder);
  }
  return names;
}

}  // namespace

net::Response model_error(const Error& error) {
  if (error.code == Code::Exhausted) {
    return openai_error(400, "context_length_exceeded", error.message, "messages");
  }
  return error_reply(Surface::OpenAi, error);
}

Refused no_such_model(std::string_view name) {
  return {
      404, "model_not_found",
      format("there is no model \"{}\" here; GET /v1/models lists them", text::shorten(name, 80)),
      "model"};
}

Result<Reply> get_models(const Context& context, const Incoming&) {
  Json data = Json::array();
  const std::int64_t created = context.backend.state().started_ms;
  for (const std::string& name : model_names(context.backend)) data.push(model(name, created));
  return Reply{.body = Json::object({{"object", "list"}, {"data", std::move(data)}})};
}

Result<Reply> get_model(const Context& context, const Incoming& incoming) {
  const std::string_view wanted = incoming.arguments.text_or("id", "");
  for (const std::string& name : model_names(context.backend)) {
    if (name == wanted) return Reply{.body = model(name, context.backend.state().started_ms)};
  }
  return fail(Code::NotFound, no_such_model(wanted).message);
}

}  // namespace openai

std::vector<Route> openai_routes() {
  return {
      {.method = "GET",
       .path = "/v1/models",
       .access = Access::Session,
       .scope = kScopeModel,
       .help = "OpenAI's list of models.",
       .handler = openai::get_models,
       .surface = Surface::OpenAi},
      {.method = "GET",
       .path = "/v1/models/{id}",
       .access = Access::Session,
       .scope = kScopeModel,
       .help = "OpenAI's view of one model.",
       .fields = {{.name = "id", .in = Field::In::Path, .help = "Its name.", .max = 400}},
       .handler = openai::get_model,
       .surface = Surface::OpenAi},
      {.method = "POST",
       .path = "/v1/chat/completions",
       .access = Access::Session,
       .scope = kScopeModel,
       .help = "OpenAI's chat completions. A prompt that does not fit is an error, never cut.",
       .fields = openai::chat_fields(),
       .handler = openai::post_chat,
       .surface = Surface::OpenAi,
       .lane = net::Lane::Long,
       .body_bytes_max = std::size_t{4} << 20U,
       .streams = "With \"stream\": true: OpenAI's chunks, then [DONE]."},
      {.method = "POST",
       .path = "/v1/embeddings",
       .access = Access::Session,
       .scope = kScopeModel,
       .help = "OpenAI's embeddings, in the model's form for documents.",
       .fields = openai::embedding_fields(),
       .handler = openai::post_embeddings,
       .surface = Surface::OpenAi,
       .lane = net::Lane::Long,
       .body_bytes_max = std::size_t{8} << 20U},
  };
}

}  // namespace hearth::api
