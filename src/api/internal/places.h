/// How much of the core one client may hold at once.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "api/gate.h"
#include "net/server.h"

namespace hearth::api {

/// Counts the requests in progress of clients, so that none of them takes every place: neither from
/// the owner, who is never counted out, nor from the others.
///
/// Threads: any. The places must be gone before this is.
class Places {
 public:
  struct Limits {
    unsigned each = 64;      ///< Of one client.
    unsigned each_long = 4;  ///< Of one client on the long lane, waiting ones included.
    unsigned all_long = 12;  ///< Of all clients on the long lane.
  };
  /// `long_threads`: how many requests the long lane runs at once. Some stay free for the owner.
  [[nodiscard]] static Limits limits_for(unsigned long_threads);

  explicit Places(Limits limits) : limits_(limits) {}
  /// A place for a request; null when the caller holds enough. It is given back when it goes.
  [[nodiscard]] std::shared_ptr<void> take(const Caller& caller, net::Lane lane);

 private:
  struct Held {
    unsigned any = 0;
    unsigned on_long = 0;
  };
  void give_back(const std::string& client, net::Lane lane);

  const Limits limits_;
  std::mutex mutex_;
  // Guarded by mutex_:
  std::map<std::string, Held> held_;  // By client name.
  unsigned all_long_ = 0;
};

}  // namespace hearth::api
