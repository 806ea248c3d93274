/// A socket that says exactly the bytes a test wants, also those no honest client would send.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace hearth::tests {

/// Threads: one. Errors: reads come back short; `is_connected` says whether anybody answered.
class RawSocket {
 public:
  [[nodiscard]] static RawSocket to_port(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return open(AF_INET, &address, sizeof address);
  }
  [[nodiscard]] static RawSocket to_file(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return open(AF_UNIX, &address, sizeof address);
  }

  RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() { close(); }

  [[nodiscard]] bool is_connected() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void end_sending() const { ::shutdown(fd_, SHUT_WR); }

  /// False when the other side no longer takes bytes.
  bool say(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Everything up to the end of the connection or the deadline.
  [[nodiscard]] std::string read_all(int timeout_ms = 10'000) { return read(timeout_ms, {}); }
  /// Everything until `mark` has been seen, the end, or the deadline.
  [[nodiscard]] std::string read_until(std::string_view mark, int timeout_ms = 10'000) {
    return read(timeout_ms, mark);
  }
  /// Whether the other side closes within the time.
  [[nodiscard]] bool ends(int timeout_ms = 10'000) {
    static_cast<void>(read_all(timeout_ms));
    return ended_;
  }

 private:
  explicit RawSocket(int fd) : fd_(fd) {}

  static RawSocket open(int family, const void* address, socklen_t size) {
    const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd, static_cast<const sockaddr*>(address), size) == 0) return RawSocket(fd);
    ::close(fd);
    return RawSocket(-1);
  }

  std::string read(int timeout_ms, std::string_view mark) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::milliseconds(timeout_ms);
    std::string got;
    while (mark.empty() || got.find(mark) == std::string::npos) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
      pollfd waiting{fd_, POLLIN, 0};
      if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) break;
      char piece[16384];
      const ssize_t count = ::recv(fd_, piece, sizeof piece, 0);
      if (count <= 0) {
        ended_ = true;
        break;
      }
      got.append(piece, static_cast<std::size_t>(count));
    }
    return got;
  }

  int fd_;
  bool ended_ = false;
};

/// Asks until it is true or the deadline has passed.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition, int timeout_ms = 10'000) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    ::usleep(1000);
  }
  return true;
}

}  // namespace hearth::tests
