#include "inference/attention.h"

#include <algorithm>
#include <chrono>

namespace hearth::inference {

void Attention::change(int by) {
  {
    const std::scoped_lock lock(mutex_);
    held_ += by;
  }
  changed_.notify_all();
}

Result<void> Attention::wait_until_free(const Call& call) {
  const auto now = std::chrono::steady_clock::now();
  auto until = now + std::chrono::minutes(1);
  if (call.deadline) until = std::min(until, *call.deadline);
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, call.stop, until, [&] { return held_ == 0; });
  return call.check(std::chrono::steady_clock::now());
}

}  // namespace hearth::inference
