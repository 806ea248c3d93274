/// Fingerprints: BLAKE2b for what is ours, SHA-256 for what others publish.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "crypto/bytes.h"

namespace hearth::crypto {

/// A 256-bit fingerprint.
using Hash = std::array<std::byte, 32>;

/// BLAKE2b-256 over bytes that arrive in pieces; with a key, a message authentication code.
///
/// Threads: one. Errors: none.
class Hasher {
 public:
  Hasher();
  /// `key` has 16 to 64 bytes.
  explicit Hasher(ByteView key);
  ~Hasher();
  Hasher(const Hasher&) = default;
  Hasher& operator=(const Hasher&) = default;

  Hasher& update(ByteView bytes);
  Hasher& update(std::string_view text) { return update(bytes_of(text)); }
  /// Ends the computation; the object is spent.
  [[nodiscard]] Hash finish();

 private:
  alignas(64) std::array<std::byte, 384> state_;
};

/// SHA-256 over bytes that arrive in pieces; model files are published with it.
///
/// Threads: one. Errors: none.
class Sha256 {
 public:
  Sha256();

  Sha256& update(ByteView bytes);
  Sha256& update(std::string_view text) { return update(bytes_of(text)); }
  /// Ends the computation; the object is spent.
  [[nodiscard]] Hash finish();

 private:
  alignas(8) std::array<std::byte, 104> state_;
};

[[nodiscard]] Hash hash(ByteView bytes);
[[nodiscard]] Hash hash(std::string_view text);
[[nodiscard]] Hash keyed_hash(ByteView key, ByteView bytes);
[[nodiscard]] Hash sha256(ByteView bytes);
/// 64 lower-case digits.
[[nodiscard]] std::string hex(const Hash& value);

}  // namespace hearth::crypto
