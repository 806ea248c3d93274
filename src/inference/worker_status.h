/// What is known of a model's worker process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.h"
#include "platform/sandbox.h"

namespace hearth::inference {

/// A value. `state` is what a person may see beside the model's name.
struct WorkerStatus {
  enum class State { Stopped, Starting, Ready, Pausing };
  std::string model;
  State state = State::Stopped;
  int pid = 0;
  std::uint64_t starts = 0;
  std::string last_error;           ///< Empty while nothing went wrong.
  platform::SandboxReport sandbox;  ///< Of the process that runs, or ran last.
  [[nodiscard]] Json to_json() const;
};

/// The state in a word for people: "resting", "loading", "ready", "failed".
[[nodiscard]] std::string_view name(WorkerStatus::State state);

}  // namespace hearth::inference
