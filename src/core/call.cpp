#include "core/call.h"

namespace hearth {

Result<void> Call::check_stop() const {
  if (stop.stop_requested()) return fail(Code::Cancelled, "stopped by the caller");
  return {};
}

Result<void> Call::check(Clock::time_point now) const {
  TRY(check_stop());
  if (deadline && *deadline < now) return fail(Code::TimedOut, "the deadline has passed");
  return {};
}

}  // namespace hearth
