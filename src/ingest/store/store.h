/// The library's rows in the vault: every statement about sources, documents and contents.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/call.h"
#include "core/id.h"
#include "core/result.h"
#include "ingest/library.h"
#include "ingest/read/reader.h"
#include "search/index.h"
#include "storage/database.h"

namespace hearth::ingest {

/// What the vault remembers of a path, to tell whether it changed.
struct KnownFile {
  std::int64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t inode = 0;
  int reader = 0;
  std::string problem;

  /// True when the file need not be opened.
  [[nodiscard]] bool is_same(const platform::FileStat& stat) const;
};
using KnownFiles = std::map<std::string, KnownFile, std::less<>>;

/// A source as it is stored.
struct StoredSource {
  SourceId id;
  std::string kind;
  std::string path;
  std::string collection;
  std::int64_t added_ms = 0;
  std::int64_t root_device = 0;
  std::int64_t root_inode = 0;
  std::int64_t unended_scans = 0;  ///< How often the core died while it looked through this one.

  /// True when looking through it ended the core too often.
  [[nodiscard]] bool is_dangerous() const { return unended_scans >= 4; }
};

/// A path and what reading it gave.
struct Arrival {
  SourceId source;
  std::string path;
  FileReading file;
};
/// A path that is gone, with everything below it.
struct Departure {
  SourceId source;
  std::string path;
  bool only_if_absent = true;  ///< False for what is there but is left out from now on.
};
using Change = std::variant<Arrival, Departure>;

/// What a commit left to do: files whose known content went meanwhile must be read again.
struct Committed {
  std::vector<std::size_t> read_again;  ///< Indices of the changes.
  std::int64_t contents_added = 0;
};

/// Threads: any. Errors: those of `storage::Database` and `search::Index`.
class Store {
 public:
  Store(storage::Database& database, search::Index& index, const platform::Clock& clock)
      : database_(database), index_(index), clock_(clock) {}

  [[nodiscard]] Result<std::vector<StoredSource>> stored_sources(const Call& call) const;
  [[nodiscard]] Result<StoredSource> insert_source(const Call& call, StoredSource source);
  [[nodiscard]] Result<void> set_collection(const Call& call, SourceId id,
                                            std::string_view collection);
  /// Remembers, also if the core dies now, that a scan is under way; and that none is.
  [[nodiscard]] Result<void> begin_scan(SourceId id);
  [[nodiscard]] Result<void> end_scan(SourceId id);
  /// Remembers that a full scan ended, and which folder it was.
  [[nodiscard]] Result<void> set_scanned(const Call& call, SourceId id,
                                         const platform::FileStat& root);
  /// The source and its documents go at once; then their texts, as `sweep` does it. Stopped in
  /// between, the next sweep goes on.
  [[nodiscard]] Result<void> remove_source(const Call& call, SourceId id);
  /// Erases contents that no document shows, a few in each transaction, so that other writers get
  /// their turn.
  [[nodiscard]] Result<void> sweep(const Call& call);

  /// Every path of the source at or below `folder`.
  [[nodiscard]] Result<KnownFiles> known_files(const Call& call, SourceId source,
                                               std::string_view folder) const;
  [[nodiscard]] Result<std::optional<ContentId>> find_content(const Call& call,
                                                              const crypto::Hash& hash) const;
  /// All changes in one transaction, in order; contents that nothing shows any more go with it.
  [[nodiscard]] Result<Committed> commit(const Call& call, std::span<const Change> changes);

  [[nodiscard]] Result<std::vector<Source>> sources(const Call& call,
                                                    std::optional<SourceId> only) const;
  [[nodiscard]] Result<std::vector<Problem>> problems(const Call& call,
                                                      std::optional<SourceId> source) const;
  [[nodiscard]] Result<std::vector<DocumentInfo>> documents(const Call& call, SourceId source,
                                                            std::size_t offset,
                                                            std::size_t count) const;
  [[nodiscard]] Result<DocumentText> document(const Call& call, DocumentId id) const;

 private:
  struct Work;  // one transaction
  /// What no document shows, of the contents above an id.
  struct Unused {
    std::int64_t chunks = 0;
    std::int64_t all_chunks = 0;
  };
  [[nodiscard]] Result<Unused> count_unused(const Call& call, std::int64_t after) const;
  storage::Database& database_;
  search::Index& index_;
  const platform::Clock& clock_;
};

/// The last name of a path, for people.
[[nodiscard]] std::string_view last_name(std::string_view path);

}  // namespace hearth::ingest
