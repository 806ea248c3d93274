#include "cli/command.h"
#include "cli/internal/places.h"
#include "cli/session.h"
#include "core/format.h"
#include "core/text.h"

namespace hearth::cli {
namespace {

Result<std::string> query_of(const Arguments& arguments) {
  TRY_ASSIGN(const auto k, arguments.number("k", 1, 100));
  std::string path = "/api/v1/search?q=" + percent_encode(arguments.joined("WORDS"));
  path += format("&k={}", k.value_or(10));
  for (const char* name : {"collection", "type", "since", "until"}) {
    if (const auto value = arguments.get(name)) {
      path += format("&{}={}", name, percent_encode(*value));
    }
  }
  if (arguments.has("explain")) path += "&explain=true";
  return path;
}

void print_hit(const Terminal& terminal, std::size_t n, const Json& hit) {
  terminal.line(compose("{} {}  {}", terminal.paint(Style::Bold, format("{:>2}.", n)),
                        terminal.paint(Style::Cyan, internal::place(hit)),
                        terminal.paint(Style::Dim, format("{:.2f}", hit["score"].double_or(0)))));
  if (!hit["heading"].view().empty()) {
    terminal.line("    " + terminal.paint(Style::Bold, text::squeeze(hit["heading"].view())));
  }
  terminal.line("    " + text::shorten(text::squeeze(hit["text"].view()), 300));
  if (const Json* explanation = hit.find("explanation")) {
    terminal.line("    " + terminal.paint(Style::Dim, (*explanation)["summary"].view()));
  }
  terminal.line();
}

Result<int> run(Session& session, const Arguments& arguments) {
  TRY_ASSIGN(const std::string path, query_of(arguments));
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(const Json answer, core->get(path));
  Terminal& terminal = session.terminal();
  const auto& hits = answer["hits"].items();
  if (session.json()) {
    terminal.json(answer);
    return hits.empty() ? 1 : 0;
  }
  for (std::size_t i = 0; i < hits.size(); ++i) print_hit(terminal, i + 1, hits[i]);
  if (hits.empty()) terminal.line("Nothing found.");
  if (!answer["note"].view().empty()) {
    terminal.note(terminal.paint(Style::Dim, answer["note"].view()));
  }
  return hits.empty() ? 1 : 0;
}

}  // namespace

Command search() {
  return {.name = "search",
          .help = "Find passages by word and meaning",
          .details =
              "Example: hearth search boiler service --since 2024-01-01 --explain\n"
              "\"quoted words\" must stand together; -word leaves out. Exit code 1: nothing\n"
              "found.",
          .positionals = {{.name = "WORDS", .help = "What to look for", .many = true}},
          .options = {{.name = "k", .letter = 'k', .value = "N", .help = "How many (default 10)"},
                      {.name = "collection",
                       .letter = 'c',
                       .value = "NAME",
                       .help = "Only in this collection"},
                      {.name = "type", .value = "TYPE", .help = "Only this media type (text/ …)"},
                      {.name = "since", .value = "DATE", .help = "Not older than YYYY-MM-DD"},
                      {.name = "until", .value = "DATE", .help = "Not newer than YYYY-MM-DD"},
                      {.name = "explain", .help = "Say why each passage is there"}},
          .run = run,
          .order = 30};
}

}  // namespace hearth::cli
