#include "platform/machine.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <utility>

namespace hearth::platform {
namespace {

std::uint64_t memory_bytes() {
  const auto pages = static_cast<std::uint64_t>(std::max(::sysconf(_SC_PHYS_PAGES), 0L));
  const auto page = static_cast<std::uint64_t>(std::max(::sysconf(_SC_PAGESIZE), 0L));
  std::uint64_t bytes = pages * page;
  for (const char* path :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::uint64_t limit = 0;
    if (std::ifstream(path) >> limit && limit > 0) bytes = std::min(bytes, limit);
  }
  return bytes;
}

/// Hyper-threads of one core share what models need most.
std::size_t physical_cores() {
  std::set<std::pair<int, int>> seen;
  for (int cpu = 0; cpu < 1024; ++cpu) {
    const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    int package = 0;
    int core = 0;
    if (!(std::ifstream(folder + "physical_package_id") >> package)) break;
    if (!(std::ifstream(folder + "core_id") >> core)) break;
    seen.emplace(package, core);
  }
  return seen.size();
}

}  // namespace

Machine this_machine() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const bool known = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0;
  std::size_t cores = known ? static_cast<std::size_t>(CPU_COUNT(&allowed)) : 1;
  if (const std::size_t physical = physical_cores(); physical > 0)
    cores = std::min(cores, physical);
  return {.memory_bytes = memory_bytes(), .cores = std::max<std::size_t>(cores, 1)};
}

}  // namespace hearth::platform
