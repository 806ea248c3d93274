/// The one way a function fails: `Result<T>` holds a value or an `Error`.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace hearth {

/// What went wrong, as a closed list. `describe(Code)` gives each its HTTP status, exit code and
/// whether a retry can help; nothing else decides these.
enum class Code {
  Invalid,        ///< The caller's input is wrong; the message says how.
  NotFound,       ///< The named thing does not exist.
  Conflict,       ///< It exists already or has changed meanwhile.
  Denied,         ///< The caller may not do this.
  NeedsApproval,  ///< The caller may do this once the owner has agreed.
  Unavailable,    ///< A part this needs is not there now (a model, a worker).
  Busy,           ///< Somebody else holds it; try again.
  Exhausted,      ///< A limit was reached: size, memory, disk, tokens.
  TooNew,         ///< The data was written by a newer Hearth.
  Corrupt,        ///< Stored or received bytes are damaged.
  Cancelled,      ///< The caller stopped it.
  TimedOut,       ///< The deadline passed.
  Io,             ///< The operating system refused or failed.
  Internal,       ///< A defect of ours.
};

/// What a `Code` means to the world outside.
struct CodeInfo {
  std::string_view name;  ///< snake_case, stable: used in JSON.
  int http_status;
  int exit_code;
  bool retryable;
};

/// The table behind `Code`. Total: every code has a row.
[[nodiscard]] const CodeInfo& describe(Code code);

/// The code of that name or exit code, for programs that receive one; Internal when there is none.
[[nodiscard]] Code code_named(std::string_view name);
[[nodiscard]] Code code_of_exit(int exit_code);

/// A failure: a code for programs and a message that says what to do. Messages hold ids, counts and
/// paths the caller named, never the text of a person's documents.
struct Error {
  Code code = Code::Internal;
  std::string message;

  /// Adds where it happened on the way up: "import mail: <message>".
  [[nodiscard]] Error in(std::string_view where) &&;
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for `std::unexpected(Error{code, message})`.
[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

/// Ends the program: an invariant of ours is broken. Never reachable from input.
[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace hearth

#define HEARTH_CONCAT_INNER(a, b) a##b
#define HEARTH_CONCAT(a, b) HEARTH_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the enclosing function, if it failed. May stand inside a
/// lambda inside another one: each names its own temporary.
#define TRY(expression) TRY_IMPL(HEARTH_CONCAT(try_result_, __COUNTER__), expression)
#define TRY_IMPL(temporary, expression)                     \
  do {                                                      \
    if (auto temporary = (expression); !temporary) {        \
      return std::unexpected(std::move(temporary).error()); \
    }                                                       \
  } while (false)

/// `TRY_ASSIGN(auto db, open(path));` declares `db`, or returns the error.
#define TRY_ASSIGN(declaration, expression) \
  TRY_ASSIGN_IMPL(HEARTH_CONCAT(try_assign_, __COUNTER__), declaration, expression)
#define TRY_ASSIGN_IMPL(temporary, declaration, expression)             \
  auto temporary = (expression);                                        \
  if (!temporary) return std::unexpected(std::move(temporary).error()); \
  declaration = std::move(*temporary)

/// Checks an invariant in every build.
#define CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::hearth::check_failed(#expression, __FILE__, __LINE__))
