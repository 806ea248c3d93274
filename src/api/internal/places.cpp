#include "api/internal/places.h"

#include <algorithm>

namespace hearth::api {
namespace {

constexpr unsigned kKeptForTheOwner = 4;

}  // namespace

Places::Limits Places::limits_for(unsigned long_threads) {
  Limits limits;
  limits.all_long = std::max(long_threads, kKeptForTheOwner + 1) - kKeptForTheOwner;
  limits.each_long = std::min(limits.each_long, limits.all_long);
  return limits;
}

std::shared_ptr<void> Places::take(const Caller& caller, net::Lane lane) {
  // Anything that is not null.
  if (caller.kind != Caller::Kind::Client) return {this, [](void*) {}};
  const bool is_long = lane == net::Lane::Long;
  const std::scoped_lock lock(mutex_);
  Held& held = held_[caller.name];
  const bool full =
      held.any >= limits_.each ||
      (is_long && (held.on_long >= limits_.each_long || all_long_ >= limits_.all_long));
  if (full) {
    if (held.any == 0) held_.erase(caller.name);
    return nullptr;
  }
  ++held.any;
  if (is_long) {
    ++held.on_long;
    ++all_long_;
  }
  return {this, [this, client = caller.name, lane](void*) { give_back(client, lane); }};
}

void Places::give_back(const std::string& client, net::Lane lane) {
  const std::scoped_lock lock(mutex_);
  const auto found = held_.find(client);
  if (lane == net::Lane::Long) {
    --found->second.on_long;
    --all_long_;
  }
  if (--found->second.any == 0) held_.erase(found);
}

}  // namespace hearth::api
