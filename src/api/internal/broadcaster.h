/// Tells every open page what changed, without a thread for each.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/result.h"
#include "net/exchange.h"

namespace hearth::api {

/// One thread that turns changes into events and offers them to all subscribers. A subscriber that
/// does not keep up misses some: each event is a whole picture, so the next one mends it.
///
/// Threads: any. Errors: Exhausted when there are too many subscribers.
class Broadcaster {
 public:
  /// Gives the bytes of the present picture; called on the broadcaster's thread, and only while
  /// somebody listens.
  using Picture = std::function<std::vector<std::string>()>;

  explicit Broadcaster(Picture picture);
  ~Broadcaster();
  Broadcaster(const Broadcaster&) = delete;
  Broadcaster& operator=(const Broadcaster&) = delete;

  void subscribe(net::Stream stream);
  /// Something changed; cheap.
  void notify();
  /// Ends all streams properly. Later subscribers end at once.
  void close();
  [[nodiscard]] std::size_t subscribers() const;

 private:
  struct Subscriber {
    net::Stream stream;
    std::vector<std::string> last;  // What it saw, so that nothing is said twice.
  };
  void work();
  void tell();

  const Picture picture_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // Guarded by mutex_:
  std::vector<Subscriber> subscribers_;
  bool changed_ = false;
  bool closed_ = false;

  std::jthread thread_;
};

}  // namespace hearth::api
