/// Text to vectors.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "inference/urgency.h"

namespace hearth::inference {

using Vector = std::vector<float>;

/// What tells one embedding space from another.
struct EmbedderInfo {
  std::string model;        ///< The catalogue name, e.g. "bge-small-en-v1.5".
  std::string fingerprint;  ///< sha256 of the model file: vectors of different ones never mix.
  std::size_t dimensions = 0;
  std::size_t tokens_max = 0;  ///< Longer texts are embedded by their first `tokens_max` tokens.
  /// Cosine below which a query and a text have nothing to do with each other; 0: not known.
  float unrelated_below = 0;
};

/// Turns texts into unit vectors (L2 norm 1), in the model's own manner for queries and documents.
///
/// Threads: any. Errors: Unavailable (no model, or its worker is restarting), Cancelled, TimedOut.
class Embedder {
 public:
  virtual ~Embedder() = default;
  /// Empty fingerprint while no embedding model is installed.
  [[nodiscard]] virtual EmbedderInfo info() const = 0;
  /// One vector per text, in order. Best throughput with 16 to 64 texts of like length.
  [[nodiscard]] virtual Result<std::vector<Vector>> embed_documents(
      const Call& call, std::span<const std::string> texts,
      Urgency urgency = Urgency::Background) = 0;
  [[nodiscard]] virtual Result<Vector> embed_query(const Call& call, std::string_view text) = 0;
  /// The number of tokens the model would see. Cheap enough for chunking.
  [[nodiscard]] virtual std::size_t count_tokens(std::string_view text) const = 0;
};

}  // namespace hearth::inference
