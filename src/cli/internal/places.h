/// How a passage's place is shown: "~/notes/garden.md, page 3".
#pragma once

#include <string>

#include "cli/terminal.h"
#include "core/json.h"

namespace hearth::cli::internal {

/// From anything with `path` and `page`. The home folder shows as "~".
[[nodiscard]] std::string place(const Json& hit);

/// Prints the numbered list of an answer's citations, with their quotes.
void print_citations(const Terminal& terminal, const Json& answer);

}  // namespace hearth::cli::internal
