#include <filesystem>

#include "cli/command.h"
#include "cli/session.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

// A source is named by its id or by its path.
Result<Json> find_source(const CoreClient& core, const std::string& word) {
  TRY_ASSIGN(const Json answer, core.get("/api/v1/sources"));
  std::error_code error;
  const std::string path = std::filesystem::weakly_canonical(word, error).string();
  for (const Json& source : answer["sources"].items()) {
    const bool by_id = format("{}", source["id"].int_or(0)) == word;
    if (by_id || source["path"].view() == path || source["path"].view() == word) return source;
  }
  return fail(Code::NotFound, format("there is no source \"{}\". See: hearth sources", word));
}

Result<int> run(Session& session, const Arguments& arguments) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(const Json source, find_source(*core, arguments.get("SOURCE").value_or("")));
  TRY(core->remove(format("/api/v1/sources/{}", source["id"].int_or(0))));
  if (session.json()) {
    session.terminal().json(Json::object({{"removed", source}}));
  } else {
    session.terminal().line(
        format("Removed {} with its {} documents from the library. The files themselves are "
               "untouched.",
               source["path"].view(), human_count(source["documents"].int_or(0))));
  }
  return 0;
}

}  // namespace

Command remove() {
  return {
      .name = "remove",
      .help = "Remove a source, with all that was read from it",
      .details =
          "Its text, passages, keyword rows and vectors are erased from the vault.\n"
          "Your own files are not touched.",
      .positionals = {{.name = "SOURCE", .help = "Its number or path, as hearth sources shows"}},
      .run = run,
      .order = 25};
}

}  // namespace hearth::cli
