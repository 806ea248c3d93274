/// Walks a source and says what belongs to it.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"
#include "ingest/walk/ignore.h"
#include "platform/dir.h"

namespace hearth::ingest {

/// What a walk meets. Each is called on the walking thread.
struct WalkReceiver {
  /// Before the folder is listed: watch it now and nothing is missed.
  std::function<void(const std::string& path)> folder;
  std::function<void(const std::string& path, const platform::FileStat& stat)> file;
  /// Something that cannot be read and why.
  std::function<void(const std::string& path, const platform::FileStat& stat, std::string reason)>
      problem;
  /// A folder that could not be listed: what was known below it stays.
  std::function<void(const std::string& path)> unlisted;
};

/// Lists the folder `root` and what is below it, without following links: a link inside the source
/// would show a file twice, a link out of it would bring in what the person did not add. Ignore
/// files hold from their folder down; one that is too long, or takes too long to follow, is a
/// problem, and what is beyond the limits of ignore.h is not followed. Nothing is opened but
/// folders and ignore files.
///
/// Threads: any, one walk each. Errors: Cancelled.
class Walker {
 public:
  Walker(std::string root, std::vector<std::filesystem::path> never, WalkReceiver receiver)
      : root_(std::move(root)), never_(std::move(never)), receiver_(std::move(receiver)) {}

  /// Everything at or below `path`, which is the root or inside it. Whatever is ignored, also by a
  /// folder above, is passed over.
  [[nodiscard]] Result<void> walk(const std::string& path, const std::stop_token& stop);

 private:
  struct Folder {
    std::string path;
    IgnoreRules rules;
  };
  [[nodiscard]] bool is_never(const std::string& path) const;
  [[nodiscard]] std::string below_root(const std::string& path) const;
  void load_rules(const std::string& folder, IgnoreRules& rules);
  [[nodiscard]] bool is_ignored(const std::string& path, bool is_folder, IgnoreRules& rules);
  void report_rules(const std::string& file, std::string reason);
  void meet(const std::string& path, const platform::FileStat& stat, IgnoreRules& rules,
            std::vector<Folder>& waiting);
  void meet_link(const std::string& path, const platform::FileStat& stat);
  [[nodiscard]] Result<void> list(const Folder& folder, const std::stop_token& stop,
                                  std::vector<Folder>& waiting);
  void tell_unlisted(const std::string& folder, const Error& error);

  std::string root_;
  std::vector<std::filesystem::path> never_;
  WalkReceiver receiver_;
  std::string from_;                ///< What is walked: the root or inside it.
  std::set<std::string> reported_;  ///< Ignore files with a problem.
};

/// True when `path` is `folder` or lies below it.
[[nodiscard]] bool is_inside(std::string_view path, std::string_view folder);

}  // namespace hearth::ingest
