/// The person's files in the vault: sources, watching, reading, per-file problems.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/call.h"
#include "core/id.h"
#include "core/result.h"
#include "platform/clock.h"
#include "search/index.h"
#include "storage/database.h"

namespace hearth::ingest {

/// Work done and to do on one source, or on all.
struct Progress {
  std::int64_t files_done = 0;
  std::int64_t files_total = 0;  ///< Grows while a folder is still being listed.
  std::int64_t bytes_done = 0;
  std::int64_t bytes_total = 0;
  double bytes_per_second = 0;  ///< Of late; 0 when idle.
  std::optional<double> seconds_left;
  bool listing = false;
  bool idle = true;
};

struct Source {
  SourceId id;
  std::string kind;  ///< "folder" or "file"
  std::string path;
  std::string collection;
  std::int64_t added_ms = 0;
  std::int64_t documents = 0;
  std::int64_t chunks = 0;
  std::int64_t problems = 0;
  std::int64_t ignored = 0;  ///< Files that hold no text (pictures, programs): not a problem.
  std::int64_t bytes = 0;
  bool watching = false;  ///< False when the folder is away or the watch limit was reached.
  std::string note;       ///< For people, e.g. why it is not watched; empty when all is well.
  Progress progress;
};

/// A file that could not be read or stored, or only in part.
struct Problem {
  DocumentId document;  ///< 0: the vault did not take it, so it is no document.
  std::string path;
  std::string reason;  ///< What is wrong and what to do, in one sentence.
};

/// A document as a reader shows it.
struct DocumentText {
  DocumentId id;
  SourceId source;
  std::string path;
  std::string title;
  std::string media_type;
  std::string text;                ///< Extracted UTF-8; citations' offsets point into it.
  std::vector<std::size_t> pages;  ///< Byte offset at which page 1, 2, … begins; empty: no pages.
};

struct DocumentInfo {
  DocumentId id;
  SourceId source;
  std::string path;
  std::string title;
  std::string media_type;
  std::int64_t size_bytes = 0;
  std::int64_t date_ms = 0;
  std::int64_t chunks = 0;
  std::string problem;  ///< Empty when it was read.
};

/// Adds folders and files, keeps them in step with the disk, and reads what is new.
///
/// A scan lists; a bounded pool reads, extracts (in a confined helper process), chunks and commits,
/// one transaction per file or small batch; a watcher feeds later changes the same way. A file
/// whose size, time and inode are unchanged is not opened; one whose bytes are known is not
/// extracted again.
///
/// Threads: any. Errors: Invalid (not a folder or file), NotFound, Conflict (inside a source that
/// is there already), Denied, Io. A bad file is never an error here: it becomes a `Problem`.
class Library {
 public:
  struct Options {
    std::filesystem::path extractor;           ///< The helper program `hearth-extract`.
    std::vector<std::filesystem::path> never;  ///< Folders never indexed (the vault itself).
    unsigned readers = 2;                      ///< Parallel reading lanes.
    std::uint64_t file_bytes_max = 256ULL << 20U;
  };

  /// All referenced objects must outlive the library. Starts the lanes; sources known from before
  /// are scanned again and watched, in the background.
  [[nodiscard]] static Result<std::unique_ptr<Library>> open(storage::Database& database,
                                                             search::Index& index,
                                                             const platform::Clock& clock,
                                                             Options options);
  ~Library();

  /// Adds a source; reading starts at once in the background. The same path again returns the
  /// existing source (with a new collection if one is named); one that was left alone, because the
  /// core had ended four times while it looked through it, is tried again.
  [[nodiscard]] Result<Source> add(const Call& call, const std::filesystem::path& path,
                                   std::string_view collection);
  /// Erases the source with its documents, text, keyword rows and vectors.
  [[nodiscard]] Result<void> remove(const Call& call, SourceId id);
  [[nodiscard]] Result<std::vector<Source>> sources(const Call& call) const;
  [[nodiscard]] Result<Source> source(const Call& call, SourceId id) const;
  [[nodiscard]] Result<std::vector<Problem>> problems(const Call& call,
                                                      std::optional<SourceId> source) const;
  [[nodiscard]] Result<std::vector<DocumentInfo>> documents(const Call& call, SourceId source,
                                                            std::size_t offset,
                                                            std::size_t count) const;
  [[nodiscard]] Result<DocumentText> document(const Call& call, DocumentId id) const;
  [[nodiscard]] Progress progress() const;
  /// Blocks until everything seen up to now is read and findable by keyword.
  [[nodiscard]] Result<void> wait_idle(const Call& call);
  /// Called (from any thread) when progress or sources changed; at most a few times per second.
  void on_change(std::function<void()> listener);
  /// Files handed to the extractor since the start; a rename or a copy adds none.
  [[nodiscard]] std::int64_t extracted() const;

 private:
  struct State;
  explicit Library(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hearth::ingest
