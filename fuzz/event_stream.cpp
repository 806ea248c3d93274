// links: net
// Server-sent events: where the bytes are cut makes no difference.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/sse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  hearth::net::EventReader whole;
  hearth::net::EventReader cut;
  const auto together = whole.push(input);
  const auto first = cut.push(input.substr(0, size / 2));
  const auto second = cut.push(input.substr(size / 2));
  if (!together || !first || !second) std::abort();
  auto joined = *first;
  joined.insert(joined.end(), second->begin(), second->end());
  if (joined != *together) std::abort();
  return 0;
}
