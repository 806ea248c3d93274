/// The helper program that reads foreign formats, seen from the core.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/call.h"
#include "core/result.h"
#include "ingest/extracted.h"

namespace hearth::ingest {

/// Raises when readers or chunking change what they make of the same bytes: everything is then read
/// again at the next scan.
inline constexpr int kReaderVersion = 2;

/// Starts `hearth-extract` when first needed and hands it open files. It forks a confined child for
/// each, so that a file which crashes or stalls its reader loses only itself; should the helper
/// itself die, the next file starts another.
///
/// Threads: any; several files are read at the same time.
class Extractor {
 public:
  struct Options {
    std::filesystem::path program;
    std::chrono::milliseconds time_max{30'000};  ///< For one file.
    std::uint64_t text_bytes_max = 32ULL << 20U;
  };

  explicit Extractor(Options options);
  ~Extractor();

  /// What to read: the open file `fd`, which is borrowed.
  struct File {
    int fd = -1;
    std::string media_type;
    std::string name;
    bool gzip = false;  ///< Packed; the type and the limits are those of what is inside.
  };
  /// The text of the file. Nothing when it is not a text document after all. Errors:
  /// Corrupt (damaged or encrypted; the message is for the person), Exhausted (too large inside, or
  /// out of memory), TimedOut, Unavailable (the helper cannot be started), Cancelled.
  [[nodiscard]] Result<std::optional<Extracted>> extract(const Call& call, const File& file);
  /// Files handed to the helper so far.
  [[nodiscard]] std::int64_t extracted() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hearth::ingest
