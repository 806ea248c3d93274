#include "inference/worker_status.h"

#include <array>
#include <string_view>

namespace hearth::inference {

std::string_view name(WorkerStatus::State state) {
  static constexpr std::array<std::string_view, 4> kNames = {"resting", "loading", "ready",
                                                             "failed"};
  return kNames.at(static_cast<std::size_t>(state));
}

Json WorkerStatus::to_json() const {
  Json json =
      Json::object({{"model", model}, {"state", name(state)}, {"pid", pid}, {"starts", starts}});
  if (!last_error.empty()) json.set("last_error", last_error);
  if (starts > 0) json.set("sandbox", sandbox.to_json());
  return json;
}

}  // namespace hearth::inference
