#include "api/internal/json_forms.h"
#include "api/internal/openapi.h"
#include "api/internal/route.h"

namespace hearth::api {
namespace {

struct Totals {
  std::int64_t sources = 0;
  std::int64_t documents = 0;
  std::int64_t problems = 0;
};

Result<Totals> totals(const Context& context, const Call& call) {
  TRY_ASSIGN(const auto sources, context.backend.sources(call));
  Totals all{.sources = static_cast<std::int64_t>(sources.size())};
  for (const ingest::Source& source : sources) {
    all.documents += source.documents;
    all.problems += source.problems;
  }
  return all;
}

Json embedding(const search::IndexStats& stats) {
  const std::int64_t left = stats.chunks - stats.embedded;
  Json seconds_left;
  if (left > 0 && stats.embed_rate > 0) seconds_left = static_cast<double>(left) / stats.embed_rate;
  return Json::object({{"done", stats.embedded},
                       {"total", stats.chunks},
                       {"rate", stats.embed_rate},
                       {"seconds_left", std::move(seconds_left)},
                       {"problem", stats.problem}});
}

Json models(Backend& backend, const CoreState& state) {
  const inference::ChatModelInfo chat = backend.chat().info();
  return Json::object({{"embedder", Json::object({{"name", backend.embedder().info().model},
                                                  {"state", state.embedder_state}})},
                       {"chat", Json::object({{"name", chat.name},
                                              {"state", state.chat_state},
                                              {"weak", chat.weak},
                                              {"passed_exam", chat.passed_exam},
                                              {"exam_score", maybe(chat.exam_score)}})}});
}

Result<Reply> get_status(const Context& context, const Incoming& incoming) {
  const CoreState state = context.backend.state();
  const search::IndexStats stats = context.backend.index_stats();
  TRY_ASSIGN(const Totals all, totals(context, incoming.call));
  Json notes = Json::array();
  for (const std::string& note : state.notes) notes.push(note);
  return Reply{.body = Json::object({{"version", state.version},
                                     {"home", state.home},
                                     {"address", state.address},
                                     {"started_ms", state.started_ms},
                                     {"uptime_ms", context.clock.wall_ms() - state.started_ms},
                                     {"sources", all.sources},
                                     {"documents", all.documents},
                                     {"chunks", stats.chunks},
                                     {"embedded", stats.embedded},
                                     {"loading", stats.loading},
                                     {"vectors_ready", stats.vectors_ready},
                                     {"problems", all.problems},
                                     {"progress", to_json(context.backend.progress())},
                                     {"embedding", embedding(stats)},
                                     {"models", models(context.backend, state)},
                                     {"key", state.key},
                                     {"notes", std::move(notes)}})};
}

Result<Reply> get_models(const Context& context, const Incoming& incoming) {
  TRY_ASSIGN(const auto models, context.backend.models(incoming.call));
  return Reply{.body = Json::object({{"models", list(models)}})};
}

Result<Reply> get_doctor(const Context& context, const Incoming& incoming) {
  TRY_ASSIGN(const auto checks, context.backend.doctor(incoming.call));
  return Reply{.body = Json::object({{"checks", list(checks)}})};
}

Result<Reply> post_shutdown(const Context& context, const Incoming&) {
  context.backend.shut_down();
  return Reply{.body = Json::object({{"stopping", true}})};
}

Result<Reply> get_openapi(const Context& context, const Incoming&) {
  return Reply{.body = openapi(context.routes)};
}

}  // namespace

std::vector<Route> status_routes() {
  return {
      {.method = "GET",
       .path = "/api/v1/status",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "How the core is: counts, progress, models.",
       .response = "Status",
       .handler = get_status},
      {.method = "GET",
       .path = "/api/v1/models",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "The models of this machine and of the catalogue.",
       .response = "Models",
       .handler = get_models},
      {.method = "GET",
       .path = "/api/v1/doctor",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "What is wrong, and how to mend it.",
       .response = "Doctor",
       .handler = get_doctor,
       .lane = net::Lane::Long},
      {.method = "POST",
       .path = "/api/v1/shutdown",
       .access = Access::Owner,
       .help = "Ends the core once requests in progress are done.",
       .response = "Stopping",
       .handler = post_shutdown},
      {.method = "GET",
       .path = "/openapi.json",
       .access = Access::Public,
       .help = "This description.",
       .handler = get_openapi},
  };
}

}  // namespace hearth::api
