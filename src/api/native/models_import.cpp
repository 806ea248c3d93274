#include "api/internal/errors.h"
#include "api/internal/json_forms.h"
#include "api/internal/route.h"
#include "net/sse.h"

namespace hearth::api {
namespace {

void stream_import(const Context& context, const Incoming& incoming,
                   const std::filesystem::path& path, net::Stream stream) {
  // A client that goes away stops the call by itself.
  bool somebody_listens = true;
  const auto model =
      context.backend.import_model(incoming.call, path, [&](const models::ImportProgress& at) {
        const Json json =
            Json::object({{"stage", at.stage}, {"done", at.done}, {"total", at.total}});
        if (somebody_listens) {
          somebody_listens = stream.write(net::to_sse("progress", json.dump())).has_value();
        }
      });
  const std::string last = model ? net::to_sse("model", to_json(*model).dump())
                                 : net::to_sse("error", error_json(model.error()).dump());
  if (stream.write(last)) stream.finish();
}

void post_model(const Context& context, const Incoming& incoming, net::Exchange exchange) {
  const std::filesystem::path path(incoming.arguments.text_or("path", ""));
  // The core's working folder means nothing to the caller.
  if (!path.is_absolute()) {
    return exchange.respond(
        error_reply(Surface::Native, Error{Code::Invalid, "\"path\" must be absolute"}));
  }
  const auto accept = incoming.request.headers.find("Accept").value_or("");
  if (accept.find("text/event-stream") != std::string_view::npos) {
    return stream_import(context, incoming, path, exchange.event_stream(safe_headers()));
  }
  const auto model = context.backend.import_model(incoming.call, path, {});
  if (!model) return exchange.respond(error_reply(Surface::Native, model.error()));
  exchange.respond(json_response(201, to_json(*model)));
}

Result<Reply> delete_model(const Context& context, const Incoming& incoming) {
  const std::string_view name = incoming.arguments.text_or("name", "");
  const auto in_use =
      incoming.arguments.boolean_or("in_use", false) ? InUse::Remove : InUse::Refuse;
  TRY(context.backend.remove_model(incoming.call, name, in_use));
  return Reply{.body = Json::object({{"removed", name}})};
}

}  // namespace

std::vector<Route> model_routes() {
  return {
      {.method = "POST",
       .path = "/api/v1/models",
       .access = Access::Owner,
       .help = "Takes in a model file of yours: checked, tried, linked or copied. A chat model is "
               "used from the next start.",
       .fields = {{.name = "path",
                   .need = Field::Need::Required,
                   .help = "A GGUF file; absolute.",
                   .max = 4096}},
       .response = "Model",
       .handler = post_model,
       .lane = net::Lane::Long,
       .streams = "With Accept: text/event-stream: `progress`, then `model` or `error`."},
      {.method = "DELETE",
       .path = "/api/v1/models/{name}",
       .access = Access::Owner,
       .help = "Removes a model from Hearth; a file of yours that was linked stays.",
       .fields = {{.name = "name", .in = Field::In::Path, .help = "The model's name.", .max = 400},
                  {.name = "in_use",
                   .in = Field::In::Query,
                   .type = Field::Type::Boolean,
                   .help = "Even the chat model that is in use, until the next start."}},
       .response = "Removed",
       .handler = delete_model,
       .lane = net::Lane::Long},
  };
}

}  // namespace hearth::api
