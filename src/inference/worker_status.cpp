#include "inference/worker_status.h"

#include <array>
#include <string_view>

namespace hearth::inference {

Json WorkerStatus::to_json() const {
  static constexpr std::array<std::string_view, 4> kStates = {"stopped", "starting", "ready",
                                                              "pausing"};
  Json json = Json::object({{"model", model},
                            {"state", kStates.at(static_cast<std::size_t>(state))},
                            {"pid", pid},
                            {"starts", starts}});
  if (!last_error.empty()) json.set("last_error", last_error);
  if (starts > 0) json.set("sandbox", sandbox.to_json());
  return json;
}

}  // namespace hearth::inference
