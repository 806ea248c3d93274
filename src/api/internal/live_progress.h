/// How far reading and embedding are, in the form of every `progress` event.
#pragma once

#include <span>

#include "api/backend.h"
#include "core/json.h"

namespace hearth::api {

/// As in the status, with `documents`, `chunks` and `embedded`.
[[nodiscard]] Json live_progress(Backend& backend, std::span<const ingest::Source> sources);

}  // namespace hearth::api
