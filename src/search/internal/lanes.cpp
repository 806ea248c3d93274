#include "search/internal/lanes.h"

#include <algorithm>

namespace hearth::search {

Lanes::Lanes(std::size_t helpers) {
  for (std::size_t i = 0; i < helpers; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { help(stop); });
  }
}

Lanes::~Lanes() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

std::size_t Lanes::helpers_of_machine() {
  constexpr std::size_t kMost = 3;
  const std::size_t cores = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
  return std::min(cores - 1, kMost);
}

void Lanes::take_pieces(const std::function<void(std::size_t)>& piece, std::size_t count) {
  for (std::size_t i = next_.fetch_add(1); i < count; i = next_.fetch_add(1)) piece(i);
}

void Lanes::run(std::size_t count, const std::function<void(std::size_t)>& piece) {
  const std::unique_lock<std::mutex> mine(busy_, std::try_to_lock);
  if (!mine.owns_lock() || threads_.empty() || count < 2) {
    for (std::size_t i = 0; i < count; ++i) piece(i);
    return;
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    piece_ = &piece;
    count_ = count;
    next_ = 0;
    ++round_;
  }
  woken_.notify_all();
  take_pieces(piece, count);
  std::unique_lock<std::mutex> lock(mutex_);
  piece_ = nullptr;  // a helper that wakes up too late finds nothing to do
  finished_.wait(lock, [this] { return helping_ == 0; });
}

void Lanes::help(const std::stop_token& stop) {
  std::size_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  while (woken_.wait(lock, stop, [&] { return round_ != seen; })) {
    seen = round_;
    if (piece_ == nullptr) continue;
    const std::function<void(std::size_t)>& piece = *piece_;
    const std::size_t count = count_;
    ++helping_;
    lock.unlock();
    take_pieces(piece, count);
    lock.lock();
    if (--helping_ == 0) finished_.notify_all();
  }
}

}  // namespace hearth::search
