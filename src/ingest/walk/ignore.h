/// What a person does not want indexed: the rules of `.gitignore` and `.hearthignore`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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

/// More than this of an ignore file is not taken: nobody writes it, and it would only cost time.
inline constexpr std::size_t kIgnoreBytesMax = 64 << 10;
inline constexpr std::size_t kIgnorePatternsMax = 1000;
inline constexpr std::size_t kIgnorePatternBytesMax = 4096;  ///< No path is longer.

struct IgnoreFile {
  std::vector<IgnorePattern> patterns;
  std::size_t left_out = 0;  ///< Lines beyond the limits.
};

/// The patterns of a file, as gitignore(5) reads them: comments, escapes, trailing spaces.
[[nodiscard]] IgnoreFile parse_ignore(std::string_view text);

/// gitignore's matching of one glob against a path: `*` and `?` stay inside a name, `**` between
/// slashes crosses folders, `[...]` with ranges and classes. Takes what it costs off `steps`, at
/// most about the glob's length times the path's; below 0 it gives up, and the answer is no.
[[nodiscard]] bool matches_glob(std::string_view glob, std::string_view path, std::int64_t& steps);

/// The rules that hold in a folder: Hearth's own first, then those of each folder on the way down.
/// A value: entering a subfolder makes a copy, which shares what is known above.
///
/// Threads: one for an object and all its copies.
class IgnoreRules {
 public:
  /// Starts at a source's root with the default rules.
  IgnoreRules();
  /// Adds the patterns of a file that lies in `folder` (relative to the root, "" for the root).
  /// `path` names the file for `take_dropped`.
  void add(std::string_view folder, const IgnoreFile& file, std::string_view path);
  /// What matching may cost from now on, all calls of `ignores` together. When it is used up, the
  /// file whose patterns cost most is dropped, here and in all copies, and the count begins anew.
  void allow(std::int64_t steps);
  /// What the rules say about `path` (relative to the root). The last rule that matches decides;
  /// the caller does not descend into what is ignored.
  [[nodiscard]] bool ignores(std::string_view path, bool is_folder);
  /// The files dropped since the last call.
  [[nodiscard]] std::vector<std::string> take_dropped();

 private:
  struct Layer;
  static constexpr std::int64_t kSteps = 5'000'000;
  /// Nothing when it cost too much.
  [[nodiscard]] std::optional<bool> try_ignores(std::string_view path, bool is_folder);
  void drop_dearest();

  std::shared_ptr<const Layer> last_;  ///< The deepest; each knows the one above.
  std::int64_t allowed_ = kSteps;
  std::int64_t steps_ = kSteps;
  std::vector<std::string> dropped_;
};

/// The names of files that hold rules, the weaker first.
inline constexpr std::string_view kIgnoreFiles[] = {".gitignore", ".hearthignore"};
[[nodiscard]] bool is_ignore_file(std::string_view name);

}  // namespace hearth::ingest
