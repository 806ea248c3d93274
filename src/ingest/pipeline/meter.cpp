#include "ingest/pipeline/meter.h"

namespace hearth::ingest {
namespace {

constexpr auto kWindow = std::chrono::seconds(5);
constexpr auto kSpacing = std::chrono::milliseconds(200);

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

void Meter::restart_if_idle() {
  if (!idle()) return;
  counts_ = {};
  samples_.clear();
}

void Meter::expect(std::int64_t bytes) {
  restart_if_idle();
  ++pending_;
  ++counts_.files_total;
  counts_.bytes_total += bytes;
}

void Meter::finish(std::int64_t bytes, Time now) {
  --pending_;
  ++counts_.files_done;
  counts_.bytes_done += bytes;
  if (!samples_.empty() && now - samples_.back().time < kSpacing) return;
  samples_.push_back({now, counts_.bytes_done});
  while (samples_.size() > 2 && now - samples_.front().time > kWindow) samples_.pop_front();
}

void Meter::pass(std::int64_t bytes) {
  restart_if_idle();
  ++counts_.files_total;
  ++counts_.files_done;
  counts_.bytes_total += bytes;
  counts_.bytes_done += bytes;
  // Unchanged files say nothing about the speed of reading.
  for (Sample& sample : samples_) sample.bytes += bytes;
}

void Meter::begin_listing() {
  restart_if_idle();
  ++listings_;
}

void Meter::end_listing() { --listings_; }

Progress Meter::progress(Time now) const {
  Progress out = counts_;
  out.listing = listings_ > 0;
  out.idle = idle();
  if (out.idle || samples_.empty()) return out;
  const double time = seconds(now - samples_.front().time);
  if (time <= 0) return out;
  out.bytes_per_second = static_cast<double>(out.bytes_done - samples_.front().bytes) / time;
  if (!out.listing && out.bytes_per_second > 0) {
    out.seconds_left = static_cast<double>(out.bytes_total - out.bytes_done) / out.bytes_per_second;
  }
  return out;
}

}  // namespace hearth::ingest
