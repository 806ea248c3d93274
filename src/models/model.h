/// A model that is on this machine, ready to run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace hearth::models {

enum class Role { Embedder, Chat };
[[nodiscard]] std::string_view name(Role role);

/// How a model wants to be used; from the catalogue, or read from the file for one that is not in
/// it.
struct Traits {
  std::string format;  ///< "onnx" or "gguf".
  std::string licence;
  bool weak = false;               ///< Answers need a close check, in the one-paragraph form.
  std::uint64_t memory_bytes = 0;  ///< What it needs to run; 0: not known.
  // Embedders:
  std::size_t dimensions = 0;
  std::size_t tokens_max = 512;
  std::string pooling = "first_token";  ///< Or "mean".
  bool normalise = true;
  std::string query_prefix;
  std::string document_prefix;
  double unrelated_below = 0;  ///< Cosine of texts that share nothing stays below; 0: not known.
  // Chat models:
  std::size_t context_tokens = 4096;
};

struct Model {
  Role role = Role::Chat;
  std::string name;
  std::string fingerprint;          ///< sha256 of the main file.
  std::filesystem::path main;       ///< The weights.
  std::filesystem::path tokenizer;  ///< Empty when the weights' file holds it.
  std::uint64_t bytes = 0;
  Traits traits;
};

}  // namespace hearth::models
