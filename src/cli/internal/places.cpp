#include "cli/internal/places.h"

#include <cstdlib>

#include "core/format.h"
#include "core/text.h"

namespace hearth::cli::internal {

std::string place(const Json& hit) {
  std::string path = text::harmless(hit["path"].view(), text::Lines::One);
  if (const char* home = std::getenv("HOME"); home && *home) {
    const std::string folder = std::string(home) + "/";
    if (path.starts_with(folder)) path = "~/" + path.substr(folder.size());
  }
  if (const auto page = hit["page"].as_int()) path += format(", page {}", *page);
  return path;
}

void print_citations(const Terminal& terminal, const Json& answer) {
  if (answer["citations"].items().empty()) return;
  terminal.line();
  for (const Json& citation : answer["citations"].items()) {
    terminal.line(compose("{} {}",
                          terminal.paint(Style::Cyan, format("[{}]", citation["n"].int_or(0))),
                          place(citation)));
    const std::string quote = text::shorten(text::squeeze(citation["quote"].view()), 240);
    if (!quote.empty()) terminal.line("    " + terminal.paint(Style::Dim, "“" + quote + "”"));
  }
}

}  // namespace hearth::cli::internal
