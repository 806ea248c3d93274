/// What a worker does with its one model.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/json.h"
#include "core/result.h"
#include "engine/host/channel.h"
#include "engine/host/messages.h"

namespace hearth::worker {

/// Serves one model. Replies go to the channel, from whichever thread has them.
///
/// Threads: `load`, `handle` and `cancel` are called by the receiving thread alone.
class Service {
 public:
  virtual ~Service() = default;
  /// Reads the model from its descriptors; what the core should know of it. Called once.
  [[nodiscard]] virtual Result<Json> load(const Json& request) = 0;
  /// Takes a request on, or replies at once. `load` has succeeded.
  virtual void handle(std::int64_t id, const Json& request) = 0;
  /// Ends a request early; one that is finished or unknown is no error.
  virtual void cancel(std::int64_t id) = 0;
  /// Requests waiting or running.
  [[nodiscard]] virtual std::size_t queued() const = 0;
};

/// Each starts its runtime, which loads libraries: before the process is confined. `channel` must
/// outlive the service.
[[nodiscard]] Result<std::unique_ptr<Service>> make_encoder_service(engine::Channel& channel);
[[nodiscard]] Result<std::unique_ptr<Service>> make_generator_service(engine::Channel& channel);

/// Most requests that wait at once; more get `Busy`.
inline constexpr std::size_t kQueueMax = 256;

}  // namespace hearth::worker
