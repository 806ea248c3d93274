/// `vault.json`: how to get at the vault's key. Holds no secret in the clear.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "crypto/bytes.h"
#include "crypto/derive.h"
#include "storage/vault.h"

namespace hearth::storage::internal {

struct VaultFile {
  static constexpr int kFormat = 1;

  std::string id;
  KeyKind kind = KeyKind::File;
  crypto::Salt salt{};          ///< Only for a passphrase.
  crypto::PassphraseCost cost;  ///< Only for a passphrase.
  crypto::Bytes wrapped;        ///< The root key, sealed.

  /// What the sealed key is bound to: it opens only for this vault and this kind of key.
  [[nodiscard]] std::string context() const;
  [[nodiscard]] std::string to_json() const;
  /// `Corrupt` says what is wrong with it; `TooNew` when a later Hearth wrote it.
  [[nodiscard]] static Result<VaultFile> from_json(std::string_view text);
};

}  // namespace hearth::storage::internal
