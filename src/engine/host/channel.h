/// One end of the socket between the core and a worker.
#pragma once

#include <mutex>

#include "engine/host/frame.h"

namespace hearth::engine {

/// Sends and receives frames over a connected descriptor that it does not own.
///
/// Threads: any thread may send; one thread receives. Errors: Unavailable (the other end is gone),
/// Corrupt, Exhausted, Io.
class Channel {
 public:
  /// `fd` is open for longer than the channel lives.
  explicit Channel(int fd) : fd_(fd) {}

  [[nodiscard]] Result<void> send(const Frame& frame);
  /// Waits for the next frame.
  [[nodiscard]] Result<Frame> receive();

 private:
  const int fd_;
  std::mutex sending_;
  FrameReader reader_;  // Belongs to the receiving thread.
};

}  // namespace hearth::engine
