/// An open file descriptor with one owner.
#pragma once

#include <utility>

#include "core/result.h"

namespace hearth::platform {

/// Closes its descriptor when it goes. Threads: one at a time. Errors: none.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
  /// Gives the descriptor away; the caller closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

/// Two connected descriptors, closed on exec.
struct FdPair {
  UniqueFd first;   ///< Of a pipe: the end to read from.
  UniqueFd second;  ///< Of a pipe: the end to write to.
};

[[nodiscard]] Result<FdPair> make_pipe();
/// A connected pair of stream sockets without a name.
[[nodiscard]] Result<FdPair> make_socket_pair();

}  // namespace hearth::platform
