#include "daemon/memory.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "core/format.h"

namespace hearth::daemon {
namespace {

std::unexpected<Error> failed(std::string_view what) {
  return fail(Code::Io, format("{}: {}", what, std::strerror(errno)));
}

}  // namespace

Result<void> keep_memory_private() {
  // The limit is for the helpers, which may be dumped again once they run their own program.
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return failed("switch core dumps off");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("hide the core's memory");
  return {};
}

bool is_memory_private() {
  rlimit now{};
  return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && ::getrlimit(RLIMIT_CORE, &now) == 0 &&
         now.rlim_cur == 0 && now.rlim_max == 0;
}

}  // namespace hearth::daemon
