#include "cli/command.h"
#include "cli/internal/waiting.h"
#include "cli/session.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  Terminal& terminal = session.terminal();
  std::error_code error;
  const auto path = std::filesystem::canonical(arguments.get("PATH").value_or(""), error);
  if (error) {
    return fail(Code::NotFound, format("{} is not there or cannot be read ({})",
                                       arguments.get("PATH").value_or(""), error.message()));
  }
  Json body = Json::object({{"path", path.string()}});
  if (const auto collection = arguments.get("collection")) body.set("collection", *collection);
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(Json source, core->post("/api/v1/sources", body));
  if (arguments.has("wait")) {
    TRY(internal::wait_until_findable(session, *core));
    TRY_ASSIGN(source, core->get(format("/api/v1/sources/{}", source["id"].int_or(0))));
  }
  if (session.json()) {
    terminal.json(source);
    return 0;
  }
  terminal.line(compose("{} {} (source {}, collection {})", terminal.paint(Style::Green, "Added"),
                        source["path"].view(), source["id"].int_or(0),
                        source["collection"].view()));
  if (!arguments.has("wait")) {
    terminal.line("It is being read now and can be searched as it goes. See: hearth status");
    return 0;
  }
  const std::int64_t problems = source["problems"].int_or(0);
  TRY_ASSIGN(const Json status, core->get("/api/v1/status"));
  const bool by_meaning = !status["models"]["embedder"]["name"].view().empty();
  const auto counted = [](std::int64_t count, std::string_view noun) {
    return format("{} {}{}", human_count(count), noun, count == 1 ? "" : "s");
  };
  terminal.line(format("{}, {}, findable by word{}.",
                       counted(source["documents"].int_or(0), "document"),
                       counted(source["chunks"].int_or(0), "passage"),
                       by_meaning ? " and meaning"
                                  : "; for meaning an embedding model is missing "
                                    "(./dev up installs one)"));
  if (problems > 0) {
    terminal.line(terminal.paint(
        Style::Yellow,
        format("{} could not be read. See: hearth sources --problems", counted(problems, "file"))));
  }
  return 0;
}

}  // namespace

Command add() {
  return {.name = "add",
          .help = "Add a folder or a file to your library",
          .details =
              "Example: hearth add ~/Documents --collection home --wait\n"
              "The folder is watched: later changes are read by themselves. Files named in\n"
              ".gitignore or .hearthignore are left out.",
          .positionals = {{.name = "PATH", .help = "A folder or a file"}},
          .options = {{.name = "collection",
                       .letter = 'c',
                       .value = "NAME",
                       .help = "Put it in this collection, to search it apart"},
                      {.name = "wait",
                       .letter = 'w',
                       .help = "Return when everything is findable by meaning"}},
          .run = run,
          .order = 10};
}

}  // namespace hearth::cli
