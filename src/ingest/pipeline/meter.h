/// Counts work done and to do, and how fast it goes.
#pragma once

#include <chrono>
#include <deque>

#include "ingest/library.h"

namespace hearth::ingest {

/// One burst of work, from idle to idle. Threads: guarded by its owner.
class Meter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// A file to read. After an idle time the counts start anew.
  void expect(std::int64_t bytes);
  void finish(std::int64_t bytes, Time now);
  /// A file that was found unchanged: to do and done at once.
  void pass(std::int64_t bytes);
  void begin_listing();
  void end_listing();

  [[nodiscard]] bool idle() const { return pending_ == 0 && listings_ == 0; }
  [[nodiscard]] Progress progress(Time now) const;

 private:
  void restart_if_idle();

  struct Sample {
    Time time;
    std::int64_t bytes;
  };
  Progress counts_;
  std::int64_t pending_ = 0;
  int listings_ = 0;
  std::deque<Sample> samples_;
};

}  // namespace hearth::ingest
