/// Keys from passphrases, and keys from keys.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/result.h"
#include "crypto/secret.h"

namespace hearth::crypto {

using Salt = std::array<std::byte, 16>;

/// What one guess at a passphrase costs. Stored beside the salt, so it can rise later.
struct PassphraseCost {
  std::uint64_t passes = 3;
  std::uint64_t memory_bytes = 64ULL << 20U;

  friend bool operator==(const PassphraseCost&, const PassphraseCost&) = default;
};

[[nodiscard]] Salt random_salt();

/// Argon2id. Takes about a fifth of a second at the default cost. `Invalid` when the cost lies
/// outside what a damaged or hostile file may ask of this machine (1 to 64 passes, 8 KiB to 4 GiB);
/// `Exhausted` when there is not so much memory.
[[nodiscard]] Result<SecretBytes> key_from_passphrase(ByteView passphrase, const Salt& salt,
                                                      const PassphraseCost& cost);

/// An independent key for one purpose. `purpose` is a constant of ours such as "hearth.blobs".
[[nodiscard]] SecretBytes subkey(ByteView key, std::string_view purpose);

}  // namespace hearth::crypto
