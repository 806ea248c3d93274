/// How near two words are in meaning, as the embedder sees them: "excursion" and "trip".
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "inference/embedder.h"

namespace hearth::answer {

/// Vectors of single words, made when first needed and kept in memory.
///
/// Threads: any. Errors: those of the embedder.
class WordVectors {
 public:
  /// `embedder` must outlive it.
  explicit WordVectors(inference::Embedder& embedder) : embedder_(embedder) {}

  /// Makes the vectors of those `words` that are not known yet, at most `fresh_max` of them.
  [[nodiscard]] Result<void> learn(const Call& call, const std::vector<std::string>& words,
                                   std::size_t fresh_max);
  /// In [0, 1]: 0 for words that are unrelated or unknown, up to 0.85 for near synonyms.
  [[nodiscard]] double likeness(const std::string& a, const std::string& b) const;

 private:
  inference::Embedder& embedder_;
  // Guarded by mutex_:
  mutable std::mutex mutex_;
  std::string fingerprint_;
  std::unordered_map<std::string, inference::Vector> vectors_;
};

}  // namespace hearth::answer
