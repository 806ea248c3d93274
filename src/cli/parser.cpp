#include "cli/parser.h"

#include <algorithm>
#include <deque>

#include <CLI/CLI.hpp>

#include "core/format.h"

namespace hearth::cli {
namespace {

constexpr const char* kVersion = HEARTH_VERSION;

// Edit distance, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      corner = above;
    }
  }
  return row[b.size()];
}

std::string nearest(const std::vector<std::string>& names, std::string_view typed) {
  std::string best;
  std::size_t best_distance = 3;
  for (const std::string& name : names) {
    const std::size_t now = distance(name, typed);
    if (now < best_distance) {
      best_distance = now;
      best = name;
    }
  }
  return best;
}

std::string overview(const std::vector<Command>& commands) {
  std::string out =
      "Hearth keeps your models, files and memory on this machine and answers from them.\n\n"
      "Usage: hearth COMMAND [OPTIONS]\n\nCommands:\n";
  for (const Command& command : commands) {
    if (!command.hidden) out += format("  {:<12} {}\n", command.name, command.help);
  }
  out +=
      "\nEvery command takes --help and --json. HEARTH_HOME names the vault's folder.\n"
      "Start with:  hearth add ~/Documents --wait  and  hearth ask \"…\"\n";
  return out;
}

std::vector<std::string> option_names(const Command& command) {
  std::vector<std::string> names = {"--json", "--help"};
  for (const Option& option : command.options) names.push_back("--" + option.name);
  return names;
}

// The parser for one command, with places for its values that outlive the parse.
class OneCommand {
 public:
  explicit OneCommand(const Command& command)
      : command_(command), app_(command.help, "hearth " + command.name) {
    if (!command.details.empty()) app_.footer(command.details);
    app_.add_flag("--json", json_, "Print JSON for programs");
    for (const Positional& positional : command.positionals) {
      std::vector<std::string>& values = places_.emplace_back();
      CLI::Option* added = app_.add_option(positional.name, values, positional.help);
      if (positional.required) added->required();
      if (!positional.many) added->expected(positional.required ? 1 : 0, 1);
      added_.emplace_back(positional.name, added);
    }
    for (const Option& option : command.options) add(option);
  }

  void parse(int argc, const char* const* argv, Parsed& out) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      out.text = app_.help();
      return;
    } catch (const CLI::ParseError& error) {
      out.text = explain(error, argc, argv);
      out.exit_code = describe(Code::Invalid).exit_code;
      return;
    }
    out.command = &command_;
    out.json = json_;
    for (std::size_t i = 0; i < added_.size(); ++i) {
      if (added_[i].second->count() > 0) out.arguments.values[added_[i].first] = places_[i];
    }
  }

 private:
  void add(const Option& option) {
    std::vector<std::string>& values = places_.emplace_back();
    std::string names = "--" + option.name;
    if (option.letter != 0) names = format("-{},{}", option.letter, names);
    CLI::Option* added = nullptr;
    if (option.value.empty()) {
      added = app_.add_flag(names, option.help);
    } else {
      added = app_.add_option(names, values, option.help);
      added->type_name(option.value)->expected(1)->allow_extra_args(false)->take_last();
      if (!option.choices.empty()) added->check(CLI::IsMember(option.choices));
    }
    added_.emplace_back(option.name, added);
  }

  [[nodiscard]] std::string explain(const CLI::ParseError& error, int argc,
                                    const char* const* argv) const {
    std::string out = format("hearth {}: {}\n", command_.name, error.what());
    for (int i = 1; i < argc; ++i) {
      const std::string_view word = argv[i];
      if (!word.starts_with("--")) continue;
      const std::vector<std::string> names = option_names(command_);
      const std::string guess = nearest(names, word.substr(0, word.find('=')));
      if (!guess.empty() && std::ranges::find(names, word) == names.end()) {
        out += format("Did you mean {}?\n", guess);
      }
    }
    return out + format("See: hearth {} --help\n", command_.name);
  }

  const Command& command_;
  CLI::App app_;
  bool json_ = false;
  std::deque<std::vector<std::string>> places_;
  std::vector<std::pair<std::string, CLI::Option*>> added_;
};

Parsed show(std::string text, int exit_code = 0) {
  Parsed out;
  out.text = std::move(text);
  out.exit_code = exit_code;
  return out;
}

}  // namespace

Parsed parse(const std::vector<Command>& commands, int argc, const char* const* argv) {
  const std::string_view first = argc > 1 ? argv[1] : "--help";
  if (first == "--help" || first == "-h" || first == "help") return show(overview(commands));
  if (first == "--version" || first == "-V") return show(format("hearth {}\n", kVersion));
  const auto found = std::ranges::find(commands, first, &Command::name);
  if (found == commands.end()) {
    std::vector<std::string> names;
    for (const Command& command : commands) names.push_back(command.name);
    const std::string guess = nearest(names, first);
    std::string text = format("hearth: there is no command \"{}\".\n", first);
    if (!guess.empty()) text += format("Did you mean: hearth {}\n", guess);
    return show(text + "See: hearth --help\n", describe(Code::Invalid).exit_code);
  }
  Parsed out;
  OneCommand(*found).parse(argc - 1, argv + 1, out);
  return out;
}

}  // namespace hearth::cli
