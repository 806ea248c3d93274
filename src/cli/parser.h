/// Command lines to `Arguments`, and the help that goes with them.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace hearth::cli {

/// What a command line means: one command to run, or a text to show and an exit code.
struct Parsed {
  const Command* command = nullptr;  ///< Null: show `text` and leave with `exit_code`.
  Arguments arguments;
  bool json = false;
  std::string text;
  int exit_code = 0;
};

/// `commands` must outlive the result. A misspelt command or option is answered with the nearest
/// one.
[[nodiscard]] Parsed parse(const std::vector<Command>& commands, int argc, const char* const* argv);

/// The completion script for "bash", "zsh" or "fish"; Invalid for another shell.
[[nodiscard]] Result<std::string> completion_script(const std::vector<Command>& commands,
                                                    std::string_view shell);

}  // namespace hearth::cli
