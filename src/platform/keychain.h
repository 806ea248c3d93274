/// The operating system's store of secrets, where a key survives restarts without lying in a file.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/result.h"

namespace hearth::platform {

/// Named secrets. A secret is text; its caller wipes it after use.
///
/// Threads: any, one call at a time. A call returns `Unavailable` within a second where there is
/// no keychain; where there is one it may wait up to a minute for the person to unlock it.
/// Errors: Unavailable (there is none, or it is locked and nobody can be asked), Denied (the person
/// refused).
class Keychain {
 public:
  virtual ~Keychain() = default;
  /// Nothing when the keychain works and holds no such secret.
  [[nodiscard]] virtual Result<std::optional<std::string>> find_secret(const std::string& name) = 0;
  /// Adds or replaces. `label` is what the person reads in their keychain's window.
  [[nodiscard]] virtual Result<void> store(const std::string& name, const std::string& label,
                                           const std::string& secret) = 0;
  /// Absence is success.
  [[nodiscard]] virtual Result<void> remove(const std::string& name) = 0;
};

/// The keychain of this user's session: the Secret Service on Linux.
[[nodiscard]] std::unique_ptr<Keychain> system_keychain();

}  // namespace hearth::platform
