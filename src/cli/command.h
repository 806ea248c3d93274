/// A command of the program `hearth`, as data: from it come parsing, help and shell completion.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::cli {

class Session;

struct Positional {
  std::string name;  ///< Shown in capitals: "PATH".
  std::string help;
  bool required = true;
  bool many = false;  ///< Takes all remaining words, joined by spaces when read as one.
};

struct Option {
  std::string name;   ///< Long form without dashes.
  char letter = 0;    ///< Short form; 0: none.
  std::string value;  ///< Name of its value in help; empty: a flag.
  std::string help;
  std::vector<std::string> choices;  ///< When not empty, nothing else is accepted.
};

/// What was typed after the command's name, checked against its declaration.
class Arguments {
 public:
  std::map<std::string, std::vector<std::string>, std::less<>> values;

  [[nodiscard]] bool has(std::string_view name) const { return values.find(name) != values.end(); }
  /// The value, or nothing when it was not given.
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
  /// All words of a positional, joined by spaces.
  [[nodiscard]] std::string joined(std::string_view name) const;
  /// Invalid when it is there but not a whole number within [min, max].
  [[nodiscard]] Result<std::optional<long>> number(std::string_view name, long min, long max) const;
};

/// Every command also has --json and --help; these are added for it.
struct Command {
  std::string name;
  std::string help;     ///< One line, for the list of commands.
  std::string details;  ///< More, with an example; may be empty.
  std::vector<Positional> positionals;
  std::vector<Option> options;
  /// Prints its own output. The int is the exit code of a command that worked as such: 0, or 1 for
  /// "the answer is no" (nothing found, a check failed).
  Result<int> (*run)(Session& session, const Arguments& arguments) = nullptr;
  int order = 100;  ///< Place in the list of commands.
  bool hidden = false;
};

/// All commands, in the order of help.
[[nodiscard]] std::vector<Command> all_commands();

}  // namespace hearth::cli
