/// An embedding model in ONNX form, run by ONNX Runtime.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "engine/host/messages.h"
#include "engine/text/word_piece.h"

namespace hearth::engine {

/// The runtime itself. Made before the process is confined, for it reads what the processor can do.
///
/// Threads: any. Errors: Unavailable (the library does not offer the version we speak), Internal.
class OnnxRuntime {
 public:
  static Result<std::unique_ptr<OnnxRuntime>> start();
  ~OnnxRuntime();
  OnnxRuntime(const OnnxRuntime&) = delete;
  OnnxRuntime& operator=(const OnnxRuntime&) = delete;

 private:
  friend class TextEncoder;
  struct Handles;
  explicit OnnxRuntime(std::unique_ptr<Handles> handles);
  std::unique_ptr<Handles> handles_;
};

/// Texts to vectors.
///
/// Threads: any, once loaded; calls that overlap share the processor. Errors: Corrupt or Invalid
/// (the file is no such model), Internal (the runtime failed).
class TextEncoder {
 public:
  /// `model` may go after the call. `runtime` must outlive the encoder.
  static Result<std::unique_ptr<TextEncoder>> load(const OnnxRuntime& runtime,
                                                   std::span<const std::byte> model,
                                                   WordPiece tokenizer,
                                                   const LoadEncoder& settings);
  ~TextEncoder();
  TextEncoder(const TextEncoder&) = delete;
  TextEncoder& operator=(const TextEncoder&) = delete;

  /// One row of `dimensions()` floats for each text, in order. Each text runs by itself: with
  /// weights in 8 bits a batch shares one scale, and a text's vector would depend on its
  /// neighbours; on a processor a batch is no faster. Use several threads instead.
  [[nodiscard]] Result<std::vector<float>> encode(std::span<const std::string_view> texts) const;
  [[nodiscard]] std::size_t dimensions() const;
  [[nodiscard]] const WordPiece& tokenizer() const;

  /// Ids of texts padded to one length: what a single run of the model takes.
  struct Batch {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> mask;
  };
  [[nodiscard]] Batch pad(std::span<const std::string_view> texts) const;
  /// The runtime's own `Run` on one batch, without pooling: the number of floats it gave. Kept
  /// apart so that the benchmark compares with exactly this.
  [[nodiscard]] Result<std::size_t> run_only(const Batch& batch) const;

 private:
  struct State;
  explicit TextEncoder(std::unique_ptr<State> state);
  [[nodiscard]] Result<void> run_one(std::string_view text, std::span<float> vector) const;
  std::unique_ptr<State> state_;
};

}  // namespace hearth::engine
