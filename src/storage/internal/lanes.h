/// Who may use a connection now: one writer in the order of asking, and a pool of readers.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "storage/database.h"

namespace hearth::storage::internal {

/// Lets one thread at a time pass, in the order in which they came.
///
/// Threads: any. Errors: Cancelled, TimedOut (while waiting), Internal (entered twice by a thread).
class WriterGate {
 public:
  [[nodiscard]] Result<void> enter(const Call& call);
  void leave();

 private:
  // Guarded by mutex_.
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::uint64_t> queue_;  ///< The front one is inside.
  std::uint64_t next_ticket_ = 0;
  std::thread::id inside_;
};

/// Readers that are made when needed and kept, up to a number.
///
/// Threads: any. Errors: Cancelled, TimedOut (while waiting), and those of opening a connection.
class ReaderPool {
 public:
  using Make = std::function<Result<std::unique_ptr<Connection>>()>;
  ReaderPool(int readers_max, Make make);

  [[nodiscard]] Result<std::unique_ptr<Connection>> take(const Call& call);
  void give_back(std::unique_ptr<Connection> connection);

 private:
  // Constant after construction.
  const int readers_max_;
  const Make make_;
  // Guarded by mutex_.
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int made_ = 0;
};

}  // namespace hearth::storage::internal
