/// A fixed number of threads and a bounded queue: where handlers run.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hearth::net::internal {

/// Runs jobs in the order they came, as many at a time as there are threads.
///
/// Threads: any. Errors: none; a full queue says so.
class Pool {
 public:
  using Job = std::move_only_function<void()>;

  Pool(unsigned threads, std::size_t queue_max);
  /// Waits for running jobs; waiting ones are dropped.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// False, and `job` is untouched, when the queue is full or the pool is closed.
  [[nodiscard]] bool submit(Job& job);
  void close();

 private:
  void work();

  const std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  // Guarded by mutex_:
  std::deque<Job> queue_;
  bool closed_ = false;

  std::vector<std::jthread> threads_;
};

}  // namespace hearth::net::internal
