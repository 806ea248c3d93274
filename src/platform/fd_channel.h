/// Messages with open files, between two processes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "platform/unique_fd.h"

namespace hearth::platform {

/// A message as it arrived: its bytes and the files that came with it.
struct FdMessage {
  std::string bytes;
  std::vector<UniqueFd> fds;
};

/// Two connected ends; each `send` arrives whole, as one `receive`.
[[nodiscard]] Result<FdPair> make_message_pair();

/// Sends at most 64 KiB and 4 files, which stay open here. Unavailable when the other end is gone.
[[nodiscard]] Result<void> send_message(int socket, std::string_view bytes,
                                        std::span<const int> fds);
/// Waits for the next message. Unavailable when the other end is closed.
[[nodiscard]] Result<FdMessage> receive_message(int socket);

}  // namespace hearth::platform
