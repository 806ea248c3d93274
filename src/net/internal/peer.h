/// Who is at the other end of a Unix socket.
#pragma once

#include <cstdint>
#include <optional>

namespace hearth::net::internal {

/// The user id of the process that connected, as the kernel noted it; nothing if it will not say.
[[nodiscard]] std::optional<std::uint32_t> peer_uid(int socket);

}  // namespace hearth::net::internal
