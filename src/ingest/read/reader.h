/// Reads one file into text and passages.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/call.h"
#include "core/id.h"
#include "crypto/hash.h"
#include "ingest/chunk/chunker.h"
#include "ingest/extracted.h"
#include "ingest/read/extractor.h"
#include "platform/dir.h"

namespace hearth::ingest {

/// New content: everything that goes into the vault.
struct NewContent {
  crypto::Hash hash{};
  Extracted document;
  std::vector<Chunk> chunks;
};
/// Bytes that the vault holds already.
struct KnownContent {
  crypto::Hash hash{};
  ContentId id;
};
/// Not a text document.
struct NoText {};
/// Could not be read: the sentence for the person.
struct Unreadable {
  std::string reason;
  bool try_again = false;  ///< The next scan looks again even if the file did not change.
};
/// It is not there any more.
struct Vanished {};

using Reading = std::variant<NewContent, KnownContent, NoText, Unreadable, Vanished>;

/// What a file was when it was read.
struct FileReading {
  platform::FileStat stat;
  Reading reading;
};

struct ReaderLimits {
  std::uint64_t file_bytes_max = 256ULL << 20U;
  std::uint64_t text_bytes_max = 32ULL << 20U;
};

/// Threads: any.
class Reader {
 public:
  /// Says which content has these bytes, if the vault holds it.
  using FindContent = std::function<Result<std::optional<ContentId>>(const crypto::Hash&)>;

  Reader(Extractor& extractor, FindContent find, ReaderLimits limits)
      : extractor_(extractor), find_(std::move(find)), limits_(limits) {}

  /// Never fails: what is wrong with the file is in the reading.
  [[nodiscard]] FileReading read(const Call& call, const std::string& path) const;

 private:
  struct Opened;
  [[nodiscard]] Reading read_open(const Call& call, const Opened& file) const;
  [[nodiscard]] Reading read_text(const Call& call, const Opened& file) const;
  [[nodiscard]] Reading read_foreign(const Call& call, const Opened& file) const;
  [[nodiscard]] Reading finish(const crypto::Hash& hash, Extracted document) const;

  Extractor& extractor_;
  FindContent find_;
  ReaderLimits limits_;
};

}  // namespace hearth::ingest
