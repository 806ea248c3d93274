/// The same search over sqlite-vec and FTS5, as one would build it with them.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"

namespace bench {

/// A plain file, a page cache of 1 GiB and prepared statements: every advantage. Fused by the same
/// weights as ours, from 100 candidates of each kind; the ten best are read.
///
/// Threads: one. Errors: Io.
class Theirs {
 public:
  [[nodiscard]] static hearth::Result<std::unique_ptr<Theirs>> build(
      const std::filesystem::path& folder, std::span<const std::string> texts,
      std::span<const float> vectors);
  ~Theirs();
  [[nodiscard]] hearth::Result<std::vector<std::size_t>> search(const std::string& text,
                                                                std::span<const float> vector);

 private:
  struct State;
  explicit Theirs(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bench
