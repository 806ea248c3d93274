#include <filesystem>
#include <optional>

#include "cli/command.h"
#include "cli/internal/start_core.h"
#include "cli/session.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

std::string exam(const Json& model) {
  const auto score = model["exam_score"].as_double();
  if (!score) return "–";
  return format("{:.0f} %{}", *score * 100, model["passed_exam"].bool_or(false) ? "" : " (failed)");
}

std::string state(const Json& model) {
  if (model["use"].view() == "next start") return "at next start";
  return model["state"].string_or("");
}

Result<int> list(Session& session) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(const Json answer, core->get("/api/v1/models"));
  Terminal& terminal = session.terminal();
  if (session.json()) {
    terminal.json(answer);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& model : answer["models"].items()) {
    rows.push_back({model["name"].string_or(""), model["role"].string_or(""), state(model),
                    human_bytes(model["size_bytes"].double_or(0)), exam(model),
                    model["note"].string_or("")});
  }
  terminal.table({"NAME", "ROLE", "STATE", "SIZE", "EXAM", "NOTE"}, rows);
  return 0;
}

Result<void> restart(Session& session) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY(core->post("/api/v1/shutdown", Json::object()));
  TRY(internal::wait_until_gone(session.home()));
  session.terminal().progress("Starting the core …");
  const auto started =
      internal::start_core(session.home(), session.terminal(), session.stop_token());
  session.terminal().end_progress();
  return started;
}

void show_progress(Terminal& terminal, const Json& at) {
  const double done = at["done"].double_or(0);
  const double total = at["total"].double_or(0);
  if (done > 0 && total > 0) {
    terminal.progress(format("{} {} {} of {}", at["stage"].view(), bar(done / total, 20),
                             human_bytes(done), human_bytes(total)));
  } else {
    terminal.progress(format("{} …", at["stage"].view()));
  }
}

/// Streams the import; the core's own words when it refuses.
Result<Json> import_file(Session& session, const CoreClient& core, const std::string& path) {
  Terminal& terminal = session.terminal();
  Json model;
  std::optional<Error> refused;
  const auto streamed = core.stream(
      "/api/v1/models", Json::object({{"path", path}}), session.stop_token(),
      [&](std::string_view event, const Json& data) {
        if (event == "progress") {
          if (!session.json()) show_progress(terminal, data);
          return Flow::Continue;
        }
        if (event == "model") model = data;
        if (event == "error") {
          refused = Error{code_named(data["code"].view()), data["message"].string_or("it failed")};
        }
        return Flow::Stop;
      });
  terminal.end_progress();
  if (refused) return std::unexpected(*refused);
  TRY(streamed);
  if (!model.is_object()) return fail(Code::Unavailable, "the core went away during the import");
  return model;
}

Result<int> import_model(Session& session, const std::string& word, bool restart_wanted) {
  // Absolute but not canonical: the name of a link says more than the file it leads to.
  std::error_code error;
  const auto path = std::filesystem::absolute(word, error).lexically_normal();
  if (error || !std::filesystem::exists(path, error)) {
    return fail(Code::NotFound, format("{} is not there or cannot be read", word));
  }
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(const Json model, import_file(session, *core, path.string()));
  Terminal& terminal = session.terminal();
  const bool waits = model["use"].view() == "next start";
  if (waits && restart_wanted) TRY(restart(session));
  if (session.json()) {
    terminal.json(model);
    return 0;
  }
  terminal.line(compose("{} {} ({}, {}, licence: {})", terminal.paint(Style::Green, "Installed"),
                        model["name"].view(), model["role"].view(),
                        human_bytes(model["size_bytes"].double_or(0)), model["licence"].view()));
  terminal.line(format("sha256 {}", model["sha256"].view()));
  if (waits && !restart_wanted) {
    terminal.line("The core uses it from its next start. To start it again now:");
    terminal.line(format("  hearth models import {} --restart", word));
  } else if (waits) {
    terminal.line("The core uses it now. Its exam runs in the background: see hearth models.");
  } else if (model["use"].view() == "now") {
    terminal.line("The core uses it already.");
  }
  return 0;
}

Result<int> remove_model(Session& session, const std::string& name, bool restart_wanted) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(const Json before, core->get("/api/v1/models"));
  bool in_use = false;
  for (const Json& model : before["models"].items()) {
    if (model["name"].view() == name) in_use = model["use"].view() == "now";
  }
  TRY(core->remove(
      format("/api/v1/models/{}{}", percent_encode(name), restart_wanted ? "?in_use=true" : "")));
  if (in_use) TRY(restart(session));
  if (session.json()) {
    session.terminal().json(Json::object({{"removed", name}}));
  } else {
    session.terminal().line(
        format("Removed {}.{}", name, in_use ? " The core runs again without it." : ""));
  }
  return 0;
}

Result<int> run(Session& session, const Arguments& arguments) {
  const auto found = arguments.values.find("ACTION");
  const std::vector<std::string> words =
      found == arguments.values.end() ? std::vector<std::string>{} : found->second;
  const std::string action = words.empty() ? "list" : words.front();
  const auto what = words.size() > 1 ? std::optional(words[1]) : std::nullopt;
  if (words.size() > 2) {
    return fail(Code::Invalid, format("one thing at a time: \"{}\" is too much", words[2]));
  }
  const bool restart_wanted = arguments.has("restart");
  if (action == "list") {
    if (what) return fail(Code::Invalid, "hearth models list takes nothing more");
    return list(session);
  }
  if (action == "import") {
    if (!what) return fail(Code::Invalid, "which file? Like: hearth models import FILE.gguf");
    return import_model(session, *what, restart_wanted);
  }
  if (action == "remove") {
    if (!what) return fail(Code::Invalid, "which model? Like: hearth models remove NAME");
    return remove_model(session, *what, restart_wanted);
  }
  return fail(Code::Invalid,
              format("hearth models knows list, import and remove, not \"{}\"", action));
}

}  // namespace

Command models() {
  return {.name = "models",
          .help = "List the models, take in a better one, remove one",
          .details =
              "hearth models                      what is installed, running, recommended\n"
              "hearth models import FILE.gguf     take in a chat model of yours\n"
              "hearth models remove NAME          remove it again; your own file stays\n"
              "\n"
              "A file on the same disk is linked, not copied. It is checked and tried before\n"
              "it is kept, and used from the core's next start: --restart does that at once.\n"
              "Then it sits a short exam; answers are written by a model that passed it.",
          .positionals = {{.name = "ACTION",
                           .help = "list (the default), import FILE or remove NAME",
                           .required = false,
                           .many = true}},
          .options = {{.name = "restart",
                       .help = "Stop the core and start it again, so that the change holds now"}},
          .run = run,
          .order = 50};
}

}  // namespace hearth::cli
