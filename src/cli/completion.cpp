#include <string>

#include "cli/parser.h"
#include "core/format.h"

namespace hearth::cli {
namespace {

std::string words(const Command& command) {
  std::string out = "--help --json";
  for (const Option& option : command.options) out += " --" + option.name;
  return out;
}

bool takes_path(const Command& command) {
  for (const Positional& positional : command.positionals) {
    if (positional.name == "PATH") return true;
  }
  return false;
}

// Single quotes inside a single-quoted shell word.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out.push_back(c);
    }
  }
  return out + "'";
}

std::string bash(const std::vector<Command>& commands) {
  std::string names;
  std::string cases;
  for (const Command& command : commands) {
    if (command.hidden) continue;
    names += (names.empty() ? "" : " ") + command.name;
    cases += format("    {}) words=\"{}\"; files={} ;;\n", command.name, words(command),
                    takes_path(command) ? 1 : 0);
  }
  return format(
      "# hearth completion for bash: hearth completion bash > "
      "~/.local/share/bash-completion/completions/hearth\n"
      "_hearth() {{\n"
      "  local current=\"${{COMP_WORDS[COMP_CWORD]}}\" words files=0\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W \"{}\" -- \"$current\")); return\n  fi\n"
      "  case \"${{COMP_WORDS[1]}}\" in\n{}  esac\n"
      "  case \"$current\" in\n"
      "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
      "    *) [ \"$files\" = 1 ] && COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
      "  esac\n}}\ncomplete -o filenames -F _hearth hearth\n",
      names, cases);
}

std::string zsh(const std::vector<Command>& commands) {
  std::string list;
  std::string cases;
  for (const Command& command : commands) {
    if (command.hidden) continue;
    list += format("    {}\n", quoted(command.name + ":" + command.help));
    std::string arguments = "'--help[show help]' '--json[print JSON]'";
    for (const Option& option : command.options) {
      const std::string value = option.value.empty() ? "" : ":" + option.value + ":";
      arguments += " " + quoted("--" + option.name + "[" + option.help + "]" + value);
    }
    if (takes_path(command)) arguments += " '*:file:_files'";
    cases += format("    {}) _arguments {} ;;\n", command.name, arguments);
  }
  return format(
      "#compdef hearth\n# hearth completion zsh > \"${{fpath[1]}}/_hearth\"\n"
      "local -a commands\ncommands=(\n{})\n"
      "if (( CURRENT == 2 )); then\n  _describe command commands\nelse\n"
      "  local name=$words[2]\n  shift words; (( CURRENT-- ))\n  case $name in\n{}  esac\nfi\n",
      list, cases);
}

std::string fish(const std::vector<Command>& commands) {
  std::string out =
      "# hearth completion fish > ~/.config/fish/completions/hearth.fish\ncomplete -c hearth -f\n";
  for (const Command& command : commands) {
    if (command.hidden) continue;
    out += format("complete -c hearth -n __fish_use_subcommand -a {} -d {}\n", command.name,
                  quoted(command.help));
    const std::string when = format("-n '__fish_seen_subcommand_from {}'", command.name);
    out += format("complete -c hearth {} -l json -d 'Print JSON'\n", when);
    for (const Option& option : command.options) {
      out += format("complete -c hearth {} -l {}{} -d {}\n", when, option.name,
                    option.value.empty() ? "" : " -r", quoted(option.help));
    }
    if (takes_path(command)) out += format("complete -c hearth {} -F\n", when);
  }
  return out;
}

}  // namespace

Result<std::string> completion_script(const std::vector<Command>& commands,
                                      std::string_view shell) {
  if (shell == "bash") return bash(commands);
  if (shell == "zsh") return zsh(commands);
  if (shell == "fish") return fish(commands);
  return fail(Code::Invalid, format("completion knows bash, zsh and fish, not \"{}\"", shell));
}

}  // namespace hearth::cli
