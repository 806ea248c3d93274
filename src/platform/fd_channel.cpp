#include "platform/fd_channel.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace hearth::platform {
namespace {

constexpr std::size_t kBytesMax = 64 * 1024;
constexpr std::size_t kFdsMax = 4;

struct alignas(cmsghdr) Control {
  std::array<char, CMSG_SPACE(sizeof(int) * kFdsMax)> bytes{};
};

Error socket_error(std::string_view doing) {
  const bool gone = errno == EPIPE || errno == ECONNRESET;
  return {gone ? Code::Unavailable : Code::Io, std::string(doing) + ": " + std::strerror(errno)};
}

void take_fds(msghdr& header, std::vector<UniqueFd>& fds) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
      fds.emplace_back(fd);
    }
  }
}

}  // namespace

Result<FdPair> make_message_pair() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return std::unexpected(socket_error("socketpair"));
  }
  return FdPair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<void> send_message(int socket, std::string_view bytes, std::span<const int> fds) {
  if (bytes.empty() || bytes.size() > kBytesMax || fds.size() > kFdsMax) {
    return fail(Code::Invalid, "the message does not fit");
  }
  Control control;
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!fds.empty()) {
    header.msg_control = control.bytes.data();
    header.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* head = CMSG_FIRSTHDR(&header);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(head), fds.data(), fds.size_bytes());
  }
  while (::sendmsg(socket, &header, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return std::unexpected(socket_error("send"));
  }
  return {};
}

Result<FdMessage> receive_message(int socket) {
  FdMessage message;
  message.bytes.resize(kBytesMax);
  Control control;
  iovec part{message.bytes.data(), message.bytes.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t n = -1;
  while ((n = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC)) < 0) {
    if (errno != EINTR) return std::unexpected(socket_error("receive"));
  }
  if (n == 0) return fail(Code::Unavailable, "the other end is closed");
  take_fds(header, message.fds);
  message.bytes.resize(static_cast<std::size_t>(n));
  return message;
}

}  // namespace hearth::platform
