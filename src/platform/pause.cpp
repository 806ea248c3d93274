#include "platform/pause.h"

#include <condition_variable>
#include <mutex>

namespace hearth::platform {

void pause(const std::stop_token& stop, std::chrono::milliseconds duration) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace hearth::platform
