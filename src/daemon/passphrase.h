/// Where the core gets the vault's passphrase from when it is not typed into a client.
#pragma once

#include <functional>
#include <optional>

#include "core/result.h"
#include "crypto/secret.h"

namespace hearth::daemon {

using PassphraseSource = std::function<Result<std::optional<crypto::SecretBytes>>()>;

/// In order: the descriptor `fd` (if not -1), the file named by HEARTH_PASSPHRASE_FILE, and, when
/// `ask` is set and there is a terminal, the person.
[[nodiscard]] PassphraseSource passphrase_source(int fd, bool ask);

}  // namespace hearth::daemon
