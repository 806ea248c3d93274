/// The same search over sqlite-vec and FTS5, as one would build it with them.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"

namespace bench {

/// Not encrypted, where ours is; a page cache of 1 GiB, where ours has 8 MiB; statements prepared
/// once. FTS5 with the porter stemmer, sqlite-vec over 32-bit floats by brute force. 100 candidates
/// of each kind are fused by our weights of keyword and meaning, and the ten best texts are read.
/// It does less than ours: no stop at near-misses, no phrases or identifiers first, no second look
/// at a passage, no paths and titles.
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
