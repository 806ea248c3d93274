#include "engine/host/channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/format.h"

namespace hearth::engine {

Result<void> Channel::send(const Frame& frame) {
  TRY_ASSIGN(const std::string bytes, encode(frame));
  const std::scoped_lock lock(sending_);
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t sent = ::send(fd_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent >= 0) {
      at += static_cast<std::size_t>(sent);
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return fail(Code::Unavailable, "the other end is gone");
    } else if (errno != EINTR) {
      return fail(Code::Io, format("sending: {}", std::strerror(errno)));
    }
  }
  return {};
}

Result<Frame> Channel::receive() {
  static constexpr std::size_t kChunk = 64U << 10;
  std::array<char, kChunk> chunk;  // Not cleared: it is written before it is read.
  for (;;) {
    TRY_ASSIGN(auto frame, reader_.next());
    if (frame) return std::move(*frame);
    const ssize_t got = ::read(fd_, chunk.data(), chunk.size());
    if (got > 0) {
      reader_.feed(std::string_view(chunk.data(), static_cast<std::size_t>(got)));
    } else if (got == 0 || errno == ECONNRESET) {
      return fail(Code::Unavailable, "the other end is gone");
    } else if (errno != EINTR) {
      return fail(Code::Io, format("receiving: {}", std::strerror(errno)));
    }
  }
}

}  // namespace hearth::engine
