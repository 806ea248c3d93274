#include "api/internal/broadcaster.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hearth::api {
namespace {

constexpr std::chrono::milliseconds kPause{250};
// Clients that have gone without a change are noticed this late.
constexpr std::chrono::seconds kRound{15};

}  // namespace

Broadcaster::Broadcaster(Picture picture)
    : picture_(std::move(picture)), thread_([this] { work(); }) {}

Broadcaster::~Broadcaster() { close(); }

void Broadcaster::subscribe(net::Stream stream) {
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(subscribers_, [](const Subscriber& s) { return !s.stream.is_open(); });
    if (closed_) return stream.finish();
    subscribers_.push_back({std::move(stream), {}});
    changed_ = true;
  }
  wake_.notify_one();
}

void Broadcaster::notify() {
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(changed_, true)) return;
  }
  wake_.notify_one();
}

void Broadcaster::close() {
  std::vector<Subscriber> leaving;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    leaving.swap(subscribers_);
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  for (Subscriber& subscriber : leaving) subscriber.stream.finish();
}

std::size_t Broadcaster::subscribers() const {
  const std::scoped_lock lock(mutex_);
  return subscribers_.size();
}

void Broadcaster::work() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kRound, [this] { return closed_ || changed_; });
      if (closed_) return;
      changed_ = false;
    }
    tell();
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, kPause, [this] { return closed_; })) return;
  }
}

void Broadcaster::tell() {
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(subscribers_, [](const Subscriber& s) { return !s.stream.is_open(); });
    if (subscribers_.empty()) return;
  }
  const std::vector<std::string> picture = picture_();
  const std::scoped_lock lock(mutex_);
  for (Subscriber& subscriber : subscribers_) {
    subscriber.last.resize(picture.size());
    for (std::size_t i = 0; i < picture.size(); ++i) {
      if (subscriber.last[i] == picture[i] || picture[i].empty()) continue;
      if (subscriber.stream.offer(picture[i])) subscriber.last[i] = picture[i];
    }
  }
}

}  // namespace hearth::api
