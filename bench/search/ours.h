/// A vault with the benchmark's chunks, and our search over it.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"

namespace bench {

/// Threads: one. Errors: those of the rooms it uses.
class Ours {
 public:
  /// Builds an encrypted vault in `folder` with one chunk for each text.
  [[nodiscard]] static hearth::Result<std::unique_ptr<Ours>> build(
      const std::filesystem::path& folder, std::span<const std::string> texts,
      std::span<const std::string> titles, std::span<const float> vectors);
  ~Ours();

  /// The numbers of the chunks found (from 0), best first.
  [[nodiscard]] hearth::Result<std::vector<std::size_t>> search(const std::string& text,
                                                                std::span<const float> vector);
  [[nodiscard]] hearth::Result<std::vector<std::size_t>> nearest(std::span<const float> vector);
  [[nodiscard]] double load_seconds() const;
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct State;
  explicit Ours(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bench
