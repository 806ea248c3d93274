#include "api/internal/openapi.h"

namespace hearth::api {
namespace {

Json type(const char* name) { return Json::object({{"type", name}}); }
Json text() { return type("string"); }
Json integer() { return type("integer"); }
Json number() { return type("number"); }
Json boolean() { return type("boolean"); }
Json nullable(const char* name) { return Json::object({{"type", Json::array({name, "null"})}}); }
Json choice(std::initializer_list<Json> values) {
  return Json::object({{"type", "string"}, {"enum", Json::array(values)}});
}
Json ref(std::string_view name) {
  return Json::object({{"$ref", "#/components/schemas/" + std::string(name)}});
}
Json many(Json items) { return Json::object({{"type", "array"}, {"items", std::move(items)}}); }

/// An object whose members are all required, but for those in `optional`.
Json record(std::initializer_list<Json::Member> members, Json::Object optional = {}) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const auto& [name, schema] : members) {
    properties.set(name, schema);
    required.push(name);
  }
  for (const auto& [name, schema] : optional) properties.set(name, schema);
  return Json::object({{"type", "object"},
                       {"properties", std::move(properties)},
                       {"required", std::move(required)},
                       {"additionalProperties", false}});
}

Json wrapped(const char* name, std::string_view item) { return record({{name, many(ref(item))}}); }

void add_status(Json& all) {
  all.set("Progress", record({{"files_done", integer()},
                              {"files_total", integer()},
                              {"bytes_done", integer()},
                              {"bytes_total", integer()},
                              {"bytes_per_second", number()},
                              {"seconds_left", nullable("number")},
                              {"listing", boolean()},
                              {"idle", boolean()}}));
  const Json embedding = record({{"done", integer()},
                                 {"total", integer()},
                                 {"rate", number()},
                                 {"seconds_left", nullable("number")},
                                 {"problem", text()}});
  const Json models = record({{"embedder", record({{"name", text()}, {"state", text()}})},
                              {"chat", record({{"name", text()},
                                               {"state", text()},
                                               {"weak", boolean()},
                                               {"passed_exam", boolean()},
                                               {"exam_score", nullable("number")}})}});
  all.set("Status", record({{"version", text()},
                            {"home", text()},
                            {"address", text()},
                            {"started_ms", integer()},
                            {"uptime_ms", integer()},
                            {"sources", integer()},
                            {"documents", integer()},
                            {"chunks", integer()},
                            {"embedded", integer()},
                            {"loading", boolean()},
                            {"vectors_ready", boolean()},
                            {"problems", integer()},
                            {"progress", ref("Progress")},
                            {"embedding", embedding},
                            {"models", models},
                            {"key", text()},
                            {"notes", many(text())}}));
  all.set("Stopping", record({{"stopping", boolean()}}));
  all.set("Model", record({{"name", text()},
                           {"role", text()},
                           {"state", text()},
                           {"installed", boolean()},
                           {"size_bytes", integer()},
                           {"licence", text()},
                           {"sha256", text()},
                           {"weak", boolean()},
                           {"exam_score", nullable("number")},
                           {"passed_exam", boolean()},
                           {"resident", boolean()},
                           {"memory_bytes", integer()},
                           {"recommended", boolean()},
                           {"use", choice({"", "now", "next start"})},
                           {"sources", many(text())},
                           {"note", text()}}));
  all.set("Models", wrapped("models", "Model"));
  all.set("Check", record({{"name", text()},
                           {"ok", boolean()},
                           {"level", choice({"ok", "warn", "error"})},
                           {"message", text()},
                           {"mend", text()}}));
  all.set("Doctor", wrapped("checks", "Check"));
}

void add_session(Json& all) {
  all.set("SignedIn", record({{"signed_in", boolean()}, {"key", text()}}));
  all.set("SignedOut", record({{"signed_in", boolean()}}));
  all.set("SignInCode", record({{"code", text()}, {"url", text()}}));
  all.set("Token", record({{"name", text()}, {"created_ms", integer()}, {"scopes", many(text())}}));
  all.set("Tokens", wrapped("tokens", "Token"));
  all.set("NewToken", record({{"name", text()}, {"token", text()}, {"scopes", many(text())}}));
  all.set("Removed", record({{"removed", text()}}));
  all.set("RemovedId", record({{"removed", integer()}}));
}

void add_library(Json& all) {
  all.set("Source", record({{"id", integer()},
                            {"kind", choice({"folder", "file"})},
                            {"path", text()},
                            {"collection", text()},
                            {"added_ms", integer()},
                            {"documents", integer()},
                            {"chunks", integer()},
                            {"problems", integer()},
                            {"bytes", integer()},
                            {"watching", boolean()},
                            {"note", text()},
                            {"progress", ref("Progress")}}));
  all.set("Sources", wrapped("sources", "Source"));
  all.set("DocumentInfo", record({{"id", integer()},
                                  {"path", text()},
                                  {"title", text()},
                                  {"media_type", text()},
                                  {"size_bytes", integer()},
                                  {"date_ms", integer()},
                                  {"chunks", integer()},
                                  {"problem", text()}}));
  all.set("Documents", wrapped("documents", "DocumentInfo"));
  all.set("Document", record({{"id", integer()},
                              {"source", integer()},
                              {"path", text()},
                              {"title", text()},
                              {"media_type", text()},
                              {"text", text()},
                              {"pages", many(integer())}}));
  all.set("Problem", record({{"document", integer()}, {"path", text()}, {"reason", text()}}));
  all.set("Problems", wrapped("problems", "Problem"));
}

void add_search(Json& all) {
  all.set("Explanation", record({{"keyword_rank", nullable("integer")},
                                 {"keyword_score", nullable("number")},
                                 {"matched_terms", many(text())},
                                 {"vector_rank", nullable("integer")},
                                 {"similarity", nullable("number")},
                                 {"fused_score", number()},
                                 {"summary", text()}}));
  all.set("Hit", record({{"chunk", integer()},
                         {"document", integer()},
                         {"source", integer()},
                         {"path", text()},
                         {"title", text()},
                         {"media_type", text()},
                         {"collection", text()},
                         {"heading", text()},
                         {"text", text()},
                         {"start", integer()},
                         {"end", integer()},
                         {"page", nullable("integer")},
                         {"date_ms", integer()},
                         {"score", number()},
                         {"similarity", nullable("number")}},
                        {{"explanation", ref("Explanation")}}));
  all.set("SearchResults", record({{"hits", many(ref("Hit"))},
                                   {"by_meaning", boolean()},
                                   {"note", text()},
                                   {"timings", record({{"embed_ms", number()},
                                                       {"keyword_ms", number()},
                                                       {"vector_ms", number()},
                                                       {"total_ms", number()}})}}));
}

void add_answer(Json& all) {
  all.set("Citation", record({{"n", integer()},
                              {"document", integer()},
                              {"source", integer()},
                              {"path", text()},
                              {"title", text()},
                              {"heading", text()},
                              {"start", integer()},
                              {"end", integer()},
                              {"page", nullable("integer")},
                              {"quote", text()},
                              {"score", number()}}));
  all.set("Answer", record({{"answer", text()},
                            {"found", boolean()},
                            {"mode", choice({"generated", "extractive"})},
                            {"note", text()},
                            {"citations", many(ref("Citation"))},
                            {"model", text()},
                            {"sentences_dropped", integer()},
                            {"timings", record({{"search_ms", number()},
                                                {"first_text_ms", number()},
                                                {"total_ms", number()}})},
                            {"conversation", nullable("integer")}}));
  all.set("Message", record({{"id", integer()},
                             {"role", choice({"system", "user", "assistant"})},
                             {"text", text()},
                             {"created_ms", integer()}},
                            {{"answer", ref("Answer")}}));
  const auto row = [](Json::Object more) {
    return record({{"id", integer()},
                   {"title", text()},
                   {"created_ms", integer()},
                   {"updated_ms", integer()}},
                  std::move(more));
  };
  all.set("ConversationInfo", row({{"messages", integer()}}));
  all.set("Conversations", wrapped("conversations", "ConversationInfo"));
  all.set("Conversation", row({{"messages", many(ref("Message"))}}));
  all.set("Error",
          record({{"error",
                   record({{"code", text()}, {"message", text()}, {"retryable", boolean()}})}}));
}

}  // namespace

Json schemas() {
  Json all = Json::object();
  add_status(all);
  add_session(all);
  add_library(all);
  add_search(all);
  add_answer(all);
  return all;
}

}  // namespace hearth::api
