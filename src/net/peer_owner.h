/// Which user of this machine is at the other end of a loopback connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http.h"

namespace hearth::net {

/// The user id that the kernel notes for the peer's end of the connection, in our own network
/// namespace; nothing when the connection is not there or no longer whole. Reads /proc/net/tcp and
/// tcp6, so it is for the moments that matter, not for every request.
[[nodiscard]] std::optional<std::uint32_t> peer_owner(const Peer& peer);

/// The same in one such table, whose columns are described in proc(5).
[[nodiscard]] std::optional<std::uint32_t> peer_owner_in(std::string_view table, const Peer& peer);

}  // namespace hearth::net
