#include "api/internal/json_forms.h"
#include "api/internal/route.h"

namespace hearth::api {
namespace {

SourceId source_id(const Incoming& incoming) { return {incoming.arguments.integer_or("id", 0)}; }

Result<Reply> get_sources(const Context& context, const Incoming& incoming) {
  TRY_ASSIGN(const auto sources, context.backend.sources(incoming.call));
  return Reply{.body = Json::object({{"sources", list(sources)}})};
}

/// What the kernel shows in the form of files is nobody's document: environments, devices, memory.
Result<void> check_no_system_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  if (error) real = path.lexically_normal();
  const std::filesystem::path below = real.relative_path();
  const std::string first = below.empty() ? std::string() : below.begin()->string();
  if (first != "proc" && first != "sys" && first != "dev") return {};
  return fail(Code::Invalid, "/proc, /sys and /dev hold no documents and cannot be added");
}

Result<Reply> post_source(const Context& context, const Incoming& incoming) {
  const std::filesystem::path path(incoming.arguments.text_or("path", ""));
  // The core's working folder means nothing to the caller.
  if (!path.is_absolute()) return fail(Code::Invalid, "\"path\" must be absolute");
  TRY(check_no_system_folder(path));
  TRY_ASSIGN(const auto source,
             context.backend.add_source(incoming.call, path,
                                        incoming.arguments.text_or("collection", "")));
  return Reply{.status = 201, .body = to_json(source)};
}

Result<Reply> get_source(const Context& context, const Incoming& incoming) {
  TRY_ASSIGN(const auto source, context.backend.source(incoming.call, source_id(incoming)));
  return Reply{.body = to_json(source)};
}

Result<Reply> delete_source(const Context& context, const Incoming& incoming) {
  TRY(context.backend.remove_source(incoming.call, source_id(incoming)));
  return Reply{.body = Json::object({{"removed", source_id(incoming).value}})};
}

Result<Reply> get_documents(const Context& context, const Incoming& incoming) {
  const auto offset = static_cast<std::size_t>(incoming.arguments.integer_or("offset", 0));
  const auto count = static_cast<std::size_t>(incoming.arguments.integer_or("count", 100));
  TRY_ASSIGN(const auto documents,
             context.backend.documents(incoming.call, source_id(incoming), offset, count));
  return Reply{.body = Json::object({{"documents", list(documents)}})};
}

Result<Reply> get_problems(const Context& context, const Incoming& incoming) {
  std::optional<SourceId> source;
  if (const auto id = incoming.arguments["source"].as_int()) source = SourceId{*id};
  TRY_ASSIGN(const auto problems, context.backend.problems(incoming.call, source));
  return Reply{.body = Json::object({{"problems", list(problems)}})};
}

Result<Reply> get_document(const Context& context, const Incoming& incoming) {
  const DocumentId id{incoming.arguments.integer_or("id", 0)};
  TRY_ASSIGN(const auto document, context.backend.document(incoming.call, id));
  return Reply{.body = to_json(document)};
}

Field id_field() {
  return {.name = "id",
          .in = Field::In::Path,
          .type = Field::Type::Integer,
          .help = "Its number.",
          .min = 1,
          .max = 9e15};
}

std::vector<Route> routes_of_sources() {
  return {
      {.method = "GET",
       .path = "/api/v1/sources",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "The folders and files that were added.",
       .response = "Sources",
       .handler = get_sources},
      {.method = "POST",
       .path = "/api/v1/sources",
       .access = Access::Owner,
       .help = "Adds a folder or file; reading starts at once.",
       .fields = {{.name = "path", .need = Field::Need::Required, .help = "Absolute.", .max = 4096},
                  {.name = "collection", .help = "A name to search within.", .max = 200}},
       .response = "Source",
       .handler = post_source},
      {.method = "GET",
       .path = "/api/v1/sources/{id}",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "One source.",
       .fields = {id_field()},
       .response = "Source",
       .handler = get_source},
      {.method = "DELETE",
       .path = "/api/v1/sources/{id}",
       .access = Access::Owner,
       .help = "Erases the source with its text, keywords and vectors; the files stay.",
       .fields = {id_field()},
       .response = "RemovedId",
       .handler = delete_source,
       .lane = net::Lane::Long},
  };
}

std::vector<Route> routes_of_documents() {
  return {
      {.method = "GET",
       .path = "/api/v1/sources/{id}/documents",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "The documents of a source.",
       .fields = {id_field(),
                  {.name = "offset",
                   .in = Field::In::Query,
                   .type = Field::Type::Integer,
                   .help = "How many to skip.",
                   .max = 9e15},
                  {.name = "count",
                   .in = Field::In::Query,
                   .type = Field::Type::Integer,
                   .help = "How many at most; 100 when absent.",
                   .min = 1,
                   .max = 1000}},
       .response = "Documents",
       .handler = get_documents},
      {.method = "GET",
       .path = "/api/v1/problems",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "Files that could not be read, or only in part.",
       .fields = {{.name = "source",
                   .in = Field::In::Query,
                   .type = Field::Type::Integer,
                   .help = "Only of this source.",
                   .min = 1,
                   .max = 9e15}},
       .response = "Problems",
       .handler = get_problems},
      {.method = "GET",
       .path = "/api/v1/documents/{id}",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "A document's extracted text, with the code point at which each page begins.",
       .fields = {id_field()},
       .response = "Document",
       .handler = get_document},
  };
}

}  // namespace

std::vector<Route> source_routes() {
  std::vector<Route> all = routes_of_sources();
  for (Route& route : routes_of_documents()) all.push_back(std::move(route));
  return all;
}

}  // namespace hearth::api
