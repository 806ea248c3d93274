#include "cli/command.h"
#include "cli/session.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

Result<int> print_problems(Session& session, const CoreClient& core) {
  TRY_ASSIGN(const Json answer, core.get("/api/v1/problems"));
  Terminal& terminal = session.terminal();
  if (session.json()) {
    terminal.json(answer);
    return 0;
  }
  if (answer["problems"].items().empty()) terminal.line("Every file could be read.");
  for (const Json& problem : answer["problems"].items()) {
    terminal.line(problem["path"].view());
    terminal.line("    " + terminal.paint(Style::Yellow, problem["reason"].view()));
  }
  return 0;
}

std::string state(const Json& source) {
  const Json& progress = source["progress"];
  if (!progress["idle"].bool_or(true)) {
    return format("reading {}/{}", progress["files_done"].int_or(0),
                  progress["files_total"].int_or(0));
  }
  if (!source["note"].view().empty()) return source["note"].string_or("");
  return source["watching"].bool_or(false) ? "watched" : "not watched";
}

Result<int> run(Session& session, const Arguments& arguments) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  if (arguments.has("problems")) return print_problems(session, *core);
  TRY_ASSIGN(const Json answer, core->get("/api/v1/sources"));
  Terminal& terminal = session.terminal();
  if (session.json()) {
    terminal.json(answer);
    return 0;
  }
  if (answer["sources"].items().empty()) {
    terminal.line("Your library is empty. Add a folder:  hearth add ~/Documents");
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& source : answer["sources"].items()) {
    rows.push_back(
        {format("{}", source["id"].int_or(0)), source["collection"].string_or(""),
         human_count(source["documents"].int_or(0)), human_count(source["chunks"].int_or(0)),
         human_count(source["problems"].int_or(0)), state(source), source["path"].string_or("")});
  }
  terminal.table({"ID", "COLLECTION", "DOCUMENTS", "PASSAGES", "PROBLEMS", "STATE", "PATH"}, rows);
  return 0;
}

}  // namespace

Command sources() {
  return {
      .name = "sources",
      .help = "List what your library is made of",
      .options = {{.name = "problems", .help = "List the files that could not be read, and why"}},
      .run = run,
      .order = 20};
}

}  // namespace hearth::cli
