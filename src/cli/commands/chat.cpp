#include "cli/command.h"
#include "cli/internal/asking.h"
#include "cli/internal/line_editor.h"
#include "cli/internal/places.h"
#include "cli/session.h"
#include "core/format.h"
#include "core/text.h"

namespace hearth::cli {
namespace {

void print_history(Session& session, const Json& conversation) {
  Terminal& terminal = session.terminal();
  for (const Json& message : conversation["messages"].items()) {
    const bool person = message["role"].view() == "user";
    const Printable words = Printable::lines(message["text"].view());
    MarkdownPainter painter(terminal);
    terminal.line(person ? terminal.paint(Style::Bold, compose("> {}", words))
                         : painter.feed(message["text"].view()) + painter.finish());
    if (!person) internal::print_citations(terminal, message["answer"]);
    terminal.line();
  }
}

Result<int> list(Session& session, const CoreClient& core) {
  TRY_ASSIGN(const Json answer, core.get("/api/v1/conversations"));
  Terminal& terminal = session.terminal();
  if (session.json()) {
    terminal.json(answer);
    return 0;
  }
  if (answer["conversations"].items().empty()) terminal.line("No conversations yet.");
  for (const Json& one : answer["conversations"].items()) {
    terminal.line(format("{:>4}  {}  {}", one["id"].int_or(0),
                         human_time(one["updated_ms"].int_or(0)),
                         text::squeeze(one["title"].view())));
  }
  return 0;
}

Result<Json> open_conversation(const CoreClient& core, const Arguments& arguments) {
  if (arguments.has("continue")) {
    TRY_ASSIGN(const Json all, core.get("/api/v1/conversations"));
    if (!all["conversations"].items().empty()) {
      const std::int64_t id = all["conversations"].items().front()["id"].int_or(0);
      return core.get(format("/api/v1/conversations/{}", id));
    }
  }
  TRY_ASSIGN(const auto id, arguments.number("CONVERSATION", 1, 1L << 40));
  if (id) return core.get(format("/api/v1/conversations/{}", *id));
  return core.post("/api/v1/conversations", Json::object());
}

// One turn. An answer that was stopped, or that failed, does not end the conversation.
Result<void> turn(Session& session, const CoreClient& core, std::int64_t conversation,
                  const std::string& line) {
  session.rearm();
  const auto answer = internal::ask(
      session, core, Json::object({{"question", line}, {"conversation", conversation}}));
  if (!answer) {
    if (answer.error().code == Code::Unavailable) return std::unexpected(answer.error());
    if (answer.error().code == Code::Cancelled) {
      session.terminal().note("(stopped)");
    } else {
      session.terminal().error(answer.error().message);
    }
  } else if (session.json()) {
    session.terminal().json(*answer);
  }
  session.rearm();
  session.terminal().line();
  return {};
}

Result<int> run(Session& session, const Arguments& arguments) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  if (arguments.has("list")) return list(session, *core);
  TRY_ASSIGN(const Json conversation, open_conversation(*core, arguments));
  const std::int64_t id = conversation["id"].int_or(0);
  if (!session.json()) {
    print_history(session, conversation);
    if (session.terminal().is_terminal()) {
      session.terminal().line(session.terminal().paint(
          Style::Dim, format("Conversation {}. Ctrl-C stops an answer, Ctrl-D leaves.", id)));
    }
  }
  internal::LineEditor editor("> ");
  for (;;) {
    const internal::Line line = editor.read();
    session.rearm();
    if (line.kind == internal::Line::Kind::End) return 0;
    const std::string text(text::trim(line.text));
    if (line.kind == internal::Line::Kind::Interrupted || text.empty()) continue;
    if (text == "/quit" || text == "/exit") return 0;
    TRY(turn(session, *core, id, text));
  }
}

}  // namespace

Command chat() {
  return {.name = "chat",
          .help = "Talk with your files; the conversation is kept",
          .details =
              "Ctrl-C stops the answer, Ctrl-D or /quit leaves. Lines can be edited and\n"
              "recalled with the arrow keys.",
          .positionals = {{.name = "CONVERSATION",
                           .help = "Go on with this one (see --list)",
                           .required = false}},
          .options = {{.name = "continue", .letter = 'C', .help = "Go on with the latest one"},
                      {.name = "list", .letter = 'l', .help = "List the conversations"}},
          .run = run,
          .order = 32};
}

}  // namespace hearth::cli
