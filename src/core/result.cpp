#include "core/result.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace hearth {

namespace {

// Exit codes follow sysexits.h where it has one; 1 is kept for "the answer is no".
constexpr std::array<CodeInfo, 14> kTable = {{
    {"invalid", 400, 64, false},
    {"not_found", 404, 66, false},
    {"conflict", 409, 73, false},
    {"denied", 403, 77, false},
    {"needs_approval", 403, 77, false},
    {"unavailable", 503, 69, true},
    {"busy", 423, 75, true},
    {"exhausted", 413, 71, false},
    {"too_new", 409, 78, false},
    {"corrupt", 500, 65, false},
    {"cancelled", 499, 130, false},
    {"timed_out", 504, 75, true},
    {"io", 500, 74, true},
    {"internal", 500, 70, false},
}};

}  // namespace

const CodeInfo& describe(Code code) { return kTable.at(static_cast<std::size_t>(code)); }

Code code_named(std::string_view name) {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (kTable[i].name == name) return static_cast<Code>(i);
  }
  return Code::Internal;
}

Code code_of_exit(int exit_code) {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (kTable[i].exit_code == exit_code) return static_cast<Code>(i);
  }
  return Code::Internal;
}

Error Error::in(std::string_view where) && {
  std::string full(where);
  full += ": ";
  full += message;
  return Error{code, std::move(full)};
}

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "hearth: broken invariant: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace hearth
