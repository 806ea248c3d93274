/// The head of a GGUF file, read with suspicion before any library sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/call.h"
#include "core/result.h"

namespace hearth::models {

/// What the head says of the model.
struct GgufInfo {
  std::uint32_t version = 0;
  std::uint64_t tensors = 0;
  std::string architecture;
  std::string name;  ///< As its maker wrote it; may be empty.
  std::string licence;
  std::uint64_t context_tokens = 0;  ///< 0: not said.
  bool has_chat_template = false;
  std::string kind;         ///< "model", "adapter", "mmproj", …; empty: not said, so a model.
  bool pools = false;       ///< Turns a text into one vector: an embedder.
  std::uint64_t parts = 1;  ///< Of how many files it is one.
  std::uint64_t bytes_needed = 0;  ///< Up to the end of the last tensor.
};

/// No description is longer: the largest vocabularies take some 20 MB.
inline constexpr std::size_t kGgufHeadMax = 64U << 20U;

/// Checks magic, version, every count and length, and that every tensor lies inside the file.
/// `head` is how the file begins, all of it or `kGgufHeadMax` bytes; it is copied from the file,
/// for others may write there meanwhile. `Invalid` (not a GGUF file, or its description does not
/// end), `TooNew`, `Corrupt` (cut short, or it lies), `Cancelled`.
[[nodiscard]] Result<GgufInfo> check_gguf(const Call& call, std::string_view head,
                                          std::uint64_t file_bytes);

/// Whether this is a model to chat with. `Invalid` says in words what it is instead: an embedder,
/// an adapter, one of several parts, a vocabulary without weights.
[[nodiscard]] Result<void> check_chat(const GgufInfo& info);

}  // namespace hearth::models
