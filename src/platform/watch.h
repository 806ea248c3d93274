/// Notices changes below folders, as the operating system reports them.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::platform {

/// One change. The path may already be in another state: look before you act.
struct WatchEvent {
  enum class Kind {
    Written,   ///< Created, moved here, closed after writing, or its attributes changed.
    Growing,   ///< Written to and still open.
    Gone,      ///< Deleted or moved away.
    RootGone,  ///< A watched folder itself was deleted, moved or unmounted; `path` is that folder.
  };
  Kind kind = Kind::Written;
  bool is_folder = false;
  std::string path;
};

struct WatchEvents {
  std::vector<WatchEvent> events;
  bool overflowed = false;  ///< Some were lost: everything must be looked at again.
};

/// Watches single folders, not what is below them: add each. (inotify)
///
/// Threads: any; one waits. Errors: Exhausted (the system's limit of watches is reached), NotFound,
/// Denied, Io.
class FolderWatch {
 public:
  [[nodiscard]] static Result<std::unique_ptr<FolderWatch>> open();
  ~FolderWatch();

  /// Watches a folder from now on; again is harmless. List it after this, so that nothing is
  /// missed.
  [[nodiscard]] Result<void> add(const std::string& folder);
  /// Forgets `folder` and everything below it.
  void remove_below(std::string_view folder);
  /// Waits for changes at most `timeout`, or until `wake`.
  [[nodiscard]] Result<WatchEvents> wait(std::chrono::milliseconds timeout);
  void wake();

 private:
  struct State;
  explicit FolderWatch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hearth::platform
