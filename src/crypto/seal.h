/// Encryption that also proves nothing was changed: XChaCha20-Poly1305.
#pragma once

#include <array>
#include <cstddef>

#include "core/result.h"
#include "crypto/bytes.h"
#include "crypto/secret.h"

namespace hearth::crypto {

/// What `seal` adds to a message: a random nonce before it and a tag behind it.
inline constexpr std::size_t kSealOverhead = 24 + 16;

/// Encrypts `plain`. `context` is not stored but must be the same when opening: name there what the
/// message is and where it belongs, so that it cannot be put in another's place.
[[nodiscard]] Bytes seal(ByteView key, ByteView plain, ByteView context);
/// `Denied` when the key or the context is another, or a bit was changed: these look the same.
[[nodiscard]] Result<SecretBytes> open(ByteView key, ByteView sealed, ByteView context);

enum class Last { No, Yes };

/// Seals a long message in pieces that cannot be reordered, dropped or cut off unnoticed.
///
/// Threads: one. Errors: none.
class StreamSealer {
 public:
  static constexpr std::size_t kHeaderBytes = 24;
  static constexpr std::size_t kPieceOverhead = 17;

  explicit StreamSealer(ByteView key);
  ~StreamSealer();
  StreamSealer(const StreamSealer&) = delete;
  StreamSealer& operator=(const StreamSealer&) = delete;

  /// Goes before the first piece.
  [[nodiscard]] const std::array<std::byte, kHeaderBytes>& header() const { return header_; }
  [[nodiscard]] Bytes push(ByteView plain, ByteView context, Last last);

 private:
  alignas(8) std::array<std::byte, 52> state_;
  std::array<std::byte, kHeaderBytes> header_;
};

/// Opens what `StreamSealer` sealed, piece by piece.
///
/// Threads: one. Errors: Denied (wrong key or context), Corrupt (pieces after the last one).
class StreamOpener {
 public:
  /// `header` has `StreamSealer::kHeaderBytes` bytes.
  [[nodiscard]] static Result<StreamOpener> start(ByteView key, ByteView header);
  StreamOpener(StreamOpener&&) = default;
  StreamOpener& operator=(StreamOpener&&) = default;
  ~StreamOpener();

  struct Piece {
    Bytes plain;
    Last last = Last::No;
  };
  /// A stream is whole only when its last piece said `Last::Yes`: the caller checks.
  [[nodiscard]] Result<Piece> pull(ByteView sealed, ByteView context);

 private:
  StreamOpener() = default;
  alignas(8) std::array<std::byte, 52> state_;
  bool ended_ = false;
};

}  // namespace hearth::crypto
