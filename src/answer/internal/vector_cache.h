/// Vectors of single sentences, kept in the vault so that the next question need not make them
/// again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/call.h"
#include "core/id.h"
#include "core/result.h"
#include "inference/embedder.h"
#include "storage/database.h"

namespace hearth::answer {

/// A table of (chunk, place, model) → vector. Rows vanish with their chunk.
///
/// Threads: any. Errors: those of the database.
class VectorCache {
 public:
  /// `database` must outlive the cache.
  explicit VectorCache(storage::Database& database) : database_(database) {}

  struct Key {
    ChunkId chunk;
    std::size_t start = 0;
    std::size_t end = 0;
  };
  /// One entry per key; nothing where there is no vector of this model.
  [[nodiscard]] Result<std::vector<std::optional<inference::Vector>>> find(
      const Call& call, const std::string& fingerprint, const std::vector<Key>& keys) const;
  /// Keys whose chunk is gone are skipped.
  [[nodiscard]] Result<void> keep(const Call& call, const std::string& fingerprint,
                                  const std::vector<Key>& keys,
                                  const std::vector<inference::Vector>& vectors);

 private:
  storage::Database& database_;
};

}  // namespace hearth::answer
