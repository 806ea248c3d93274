#include "api/internal/openapi.h"

#include "api/internal/route.h"
#include "core/text.h"

namespace hearth::api {
namespace {

Json schema_of(const Field& field) {
  Json schema = Json::object();
  switch (field.type) {
    case Field::Type::Text:
      schema.set("type", "string");
      if (field.choices.empty()) schema.set("maxLength", static_cast<std::int64_t>(field.max));
      break;
    case Field::Type::Integer:
    case Field::Type::Number:
      schema.set("type", field.type == Field::Type::Integer ? "integer" : "number");
      schema.set("minimum", field.min);
      schema.set("maximum", field.max);
      break;
    case Field::Type::Boolean:
      schema.set("type", "boolean");
      break;
    case Field::Type::TextList:
      schema.set("type", "array");
      schema.set("items", Json::object({{"type", "string"}}));
      schema.set("maxItems", static_cast<std::int64_t>(field.max));
      break;
    case Field::Type::Any:
      break;
  }
  if (!field.choices.empty()) {
    Json choices = Json::array();
    for (const std::string_view choice : field.choices) choices.push(choice);
    schema.set("enum", std::move(choices));
  }
  schema.set("description", field.help);
  return schema;
}

Json parameters_of(const Route& route) {
  Json parameters = Json::array();
  for (const Field& field : route.fields) {
    if (field.in == Field::In::Body) continue;
    const bool in_path = field.in == Field::In::Path;
    parameters.push(Json::object({{"name", field.name},
                                  {"in", in_path ? "path" : "query"},
                                  {"required", in_path || field.need == Field::Need::Required},
                                  {"schema", schema_of(field)}}));
  }
  return parameters;
}

Json body_of(const Route& route) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Field& field : route.fields) {
    if (field.in != Field::In::Body) continue;
    properties.set(field.name, schema_of(field));
    if (field.need == Field::Need::Required) required.push(field.name);
  }
  if (properties.members().empty()) return nullptr;
  const bool needed = !required.items().empty();
  Json schema = Json::object({{"type", "object"},
                              {"properties", std::move(properties)},
                              {"required", std::move(required)},
                              {"additionalProperties", false}});
  const Json content = Json::object({{"schema", std::move(schema)}});
  return Json::object(
      {{"required", needed}, {"content", Json::object({{"application/json", content}})}});
}

Json success_of(const Route& route) {
  Json content = Json::object();
  if (!route.response.empty()) {
    const std::string ref = "#/components/schemas/" + std::string(route.response);
    const Json schema = Json::object({{"$ref", ref}});
    content.set("application/json", Json::object({{"schema", schema}}));
  } else if (route.streams.empty()) {
    content.set("application/json", Json::object({{"schema", Json::object()}}));
  }
  if (!route.streams.empty()) {
    const Json schema = Json::object({{"type", "string"}, {"description", route.streams}});
    content.set("text/event-stream", Json::object({{"schema", schema}}));
  }
  return Json::object({{"description", "Done."}, {"content", std::move(content)}});
}

std::string_view name_of(Access access) {
  switch (access) {
    case Access::Public:
      return "public";
    case Access::Session:
      return "session";
    case Access::Owner:
      return "owner";
  }
  return "owner";
}

Json security_of(const Route& route) {
  Json ways = Json::array();
  if (route.access == Access::Public) return ways;
  ways.push(Json::object({{"bearer", Json::array()}}));
  if (route.surface == Surface::Native) {
    ways.push(Json::object({{"cookie", Json::array()}, {"key", Json::array()}}));
  }
  return ways;
}

Json operation_of(const Route& route) {
  const Json error = Json::object({{"$ref", "#/components/schemas/Error"}});
  Json responses = Json::object({{"200", success_of(route)}});
  Json failed = Json::object({{"description", "What went wrong."}});
  if (route.surface == Surface::Native) {
    failed.set("content", Json::object({{"application/json", Json::object({{"schema", error}})}}));
  }
  responses.set("default", std::move(failed));
  Json operation = Json::object({{"summary", route.help},
                                 {"x-access", name_of(route.access)},
                                 {"security", security_of(route)},
                                 {"parameters", parameters_of(route)},
                                 {"responses", std::move(responses)}});
  if (!route.scope.empty()) operation.set("x-scope", route.scope);
  if (Json body = body_of(route); !body.is_null()) operation.set("requestBody", std::move(body));
  return operation;
}

}  // namespace

Json openapi(std::span<const Route> routes) {
  Json paths = Json::object();
  for (const Route& route : routes) {
    Json path = paths[route.path];
    path.set(text::to_lower_ascii(route.method), operation_of(route));
    paths.set(route.path, std::move(path));
  }
  const Json bearer = Json::object({{"type", "http"}, {"scheme", "bearer"}});
  const Json cookie = Json::object({{"type", "apiKey"}, {"in", "cookie"}, {"name", Gate::kCookie}});
  const Json key = Json::object({{"type", "apiKey"}, {"in", "header"}, {"name", Gate::kKeyHeader}});
  return Json::object(
      {{"openapi", "3.1.0"},
       {"info", Json::object({{"title", "Hearth"}, {"version", "1"}})},
       {"servers", Json::array({Json::object({{"url", "http://127.0.0.1:4527"}})})},
       {"paths", std::move(paths)},
       {"components",
        Json::object({{"schemas", schemas()},
                      {"securitySchemes",
                       Json::object({{"bearer", bearer}, {"cookie", cookie}, {"key", key}})}})}});
}

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (auto group : {status_routes, model_routes, session_routes, token_routes, source_routes,
                     search_routes, ask_routes, conversation_routes, event_routes, openai_routes}) {
    for (Route& route : group()) all.push_back(std::move(route));
  }
  return all;
}

}  // namespace hearth::api
