/// What a person typed, as units that search understands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hearth::search {

/// One thing asked for: a word, an identifier, a "quoted phrase" or the beginning of a word*.
struct Unit {
  enum class Kind { Word, Phrase, Prefix };
  Kind kind = Kind::Word;
  std::string raw;                 ///< As typed, without quotes, minus and star.
  std::vector<std::string> words;  ///< Folded; never empty.
  std::vector<bool> stemmable;     ///< For each of `words`.
  std::string compound;            ///< The joined form when several words were typed as one.
  std::vector<std::string> pairs;  ///< Neighbours in a script without spaces.
  bool negated = false;
  bool identifier = false;  ///< Looks like a name made by people for machines: XJ-4410B.
  bool stop = false;        ///< A word too common to rank by.
};

/// A phrase that was asked for.
[[nodiscard]] inline bool is_required(const Unit& unit) {
  return unit.kind == Unit::Kind::Phrase && !unit.negated;
}

struct ParsedQuery {
  std::vector<Unit> units;
  [[nodiscard]] bool asks_for_something() const;
};

/// Reads any bytes; nothing is a syntax error. `"…"` is a phrase, a leading `-` excludes, a
/// trailing
/// `*` asks for the beginning. An unclosed quote reaches to the end. Repeated units count once, and
/// units beyond a limit are left out.
[[nodiscard]] ParsedQuery parse_query(std::string_view text);

/// The units' words as a full-text expression that cannot be a syntax error: `"one two"`.
[[nodiscard]] std::string quoted(const std::vector<std::string>& words);

}  // namespace hearth::search
