/// What a person does not want indexed: the rules of `.gitignore` and `.hearthignore`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hearth::ingest {

/// One line of an ignore file.
struct IgnorePattern {
  std::string glob;
  bool negated = false;
  bool folders_only = false;
  bool anchored = false;  ///< Matches the path from its folder on; else any last name.
};

/// The patterns of a file, as gitignore(5) reads them: comments, escapes, trailing spaces.
[[nodiscard]] std::vector<IgnorePattern> parse_ignore(std::string_view text);

/// gitignore's matching of one glob against a path: `*` and `?` stay inside a name, `**` between
/// slashes crosses folders, `[...]` with ranges and classes.
[[nodiscard]] bool matches_glob(std::string_view glob, std::string_view path);

/// The rules that hold in a folder: Hearth's own first, then those of each folder on the way down.
/// A value: entering a subfolder makes a longer copy.
class IgnoreRules {
 public:
  /// Starts at a source's root with the default rules.
  IgnoreRules();
  /// Adds the patterns of a file that lies in `folder` (relative to the root, "" for the root).
  void add(std::string_view folder, const std::vector<IgnorePattern>& patterns);
  /// What the rules say about `path` (relative to the root). The last rule that matches decides;
  /// the caller does not descend into what is ignored.
  [[nodiscard]] bool ignores(std::string_view path, bool is_folder) const;

 private:
  struct Layer {
    std::string folder;
    std::vector<IgnorePattern> patterns;
  };
  std::vector<Layer> layers_;
};

/// The names of files that hold rules, the weaker first.
inline constexpr std::string_view kIgnoreFiles[] = {".gitignore", ".hearthignore"};
[[nodiscard]] bool is_ignore_file(std::string_view name);

}  // namespace hearth::ingest
