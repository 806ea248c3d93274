/// A few threads that share one scan.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hearth::search {

/// Runs pieces of a task on the caller's thread and on helpers that wait for it.
///
/// Threads: any. Who comes while another task is running does all of its pieces alone: two
/// searches at once keep every core busy without help. Errors: none.
class Lanes {
 public:
  /// `helpers` threads beside the caller's.
  explicit Lanes(std::size_t helpers);
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  /// As many helpers as leave one core to the caller, at most three.
  [[nodiscard]] static std::size_t helpers_of_machine();
  [[nodiscard]] std::size_t helpers() const { return threads_.size(); }
  /// Calls `piece(i)` once for each i below `count` and returns when all are done.
  void run(std::size_t count, const std::function<void(std::size_t)>& piece);

 private:
  void help(const std::stop_token& stop);
  void take_pieces(const std::function<void(std::size_t)>& piece, std::size_t count);

  std::mutex busy_;  // held by who has the helpers
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::condition_variable finished_;
  // Guarded by mutex_:
  const std::function<void(std::size_t)>* piece_ = nullptr;
  std::size_t count_ = 0;
  std::size_t round_ = 0;
  std::size_t helping_ = 0;
  std::atomic<std::size_t> next_ = 0;
  std::vector<std::jthread> threads_;  // last: they end before anything above goes
};

}  // namespace hearth::search
