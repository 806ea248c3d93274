/// The command line: parses, runs one command, returns the exit code.
#pragma once

#include "cli/session.h"

namespace hearth::cli {

/// Exit codes: 0 done; 1 the answer is no; 64 wrong usage; else as `describe(Code)` says.
[[nodiscard]] int run(int argc, const char* const* argv, const Programs& programs);

}  // namespace hearth::cli
