/// The receiving end of a worker: requests in, a service behind it.
#pragma once

#include "engine/host/channel.h"
#include "platform/sandbox.h"
#include "worker/service.h"

namespace hearth::worker {

/// Says hello and serves until the core closes its end or breaks the protocol. Returns the exit
/// code.
[[nodiscard]] int serve(engine::Channel& channel, Service& service,
                        const platform::SandboxReport& sandbox);

}  // namespace hearth::worker
