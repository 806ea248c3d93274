/// Whether a person waits for an answer now.
#pragma once

#include <condition_variable>
#include <mutex>

#include "core/call.h"

namespace hearth::inference {

/// Lets background work step aside while a person's answer is being written: both want the whole
/// processor, and llama.cpp's threads wait for the slowest of them.
///
/// Threads: any.
class Attention {
 public:
  /// While it lives, somebody waits.
  class Held {
   public:
    explicit Held(Attention& attention) : attention_(attention) { attention_.change(+1); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { attention_.change(-1); }

   private:
    Attention& attention_;
  };

  /// Returns when nobody waits; after a minute anyway, so that background work always goes on a
  /// little. Cancelled, TimedOut.
  [[nodiscard]] Result<void> wait_until_free(const Call& call);

 private:
  void change(int by);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  int held_ = 0;  // Guarded by mutex_.
};

}  // namespace hearth::inference
