#include "storage/internal/lanes.h"

#include <algorithm>
#include <utility>

#include "platform/clock.h"

namespace hearth::storage::internal {
namespace {

/// Waits until `ready`, or until the call ends.
template <class Ready>
Result<void> wait(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
                  const Call& call, Ready ready) {
  const bool in_time = call.deadline ? changed.wait_until(lock, call.stop, *call.deadline, ready)
                                     : changed.wait(lock, call.stop, ready);
  if (in_time) return {};
  TRY(call.check(platform::system_clock().steady()));
  return fail(Code::TimedOut, "the deadline passed");
}

}  // namespace

Result<void> WriterGate::enter(const Call& call) {
  std::unique_lock lock(mutex_);
  if (inside_ == std::this_thread::get_id()) {
    return fail(Code::Internal, "a write was begun inside a write of the same thread");
  }
  const std::uint64_t ticket = next_ticket_++;
  queue_.push_back(ticket);
  auto waited = wait(changed_, lock, call, [&] { return queue_.front() == ticket; });
  if (!waited) {
    std::erase(queue_, ticket);
    changed_.notify_all();
    return waited;
  }
  inside_ = std::this_thread::get_id();
  return {};
}

void WriterGate::leave() {
  const std::scoped_lock lock(mutex_);
  inside_ = {};
  queue_.pop_front();
  changed_.notify_all();
}

ReaderPool::ReaderPool(int readers_max, Make make)
    : readers_max_(readers_max), make_(std::move(make)) {
  CHECK(readers_max_ > 0);
}

Result<std::unique_ptr<Connection>> ReaderPool::take(const Call& call) {
  {
    std::unique_lock lock(mutex_);
    TRY(wait(changed_, lock, call, [&] { return !idle_.empty() || made_ < readers_max_; }));
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++made_;
  }
  auto connection = make_();
  if (!connection) {
    const std::scoped_lock lock(mutex_);
    --made_;
    changed_.notify_one();
  }
  return connection;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(connection));
  changed_.notify_one();
}

}  // namespace hearth::storage::internal
