// links: api
// Routing and validation: a first line picks the method and path, the rest is the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/internal/route.h"
#include "api/internal/router.h"
#include "net/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto routes = hearth::api::all_routes();
  static const hearth::api::Router router(routes);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view line = input.substr(0, input.find('\n'));
  const std::string_view body = input.substr(std::min(size, line.size() + 1));
  const auto target = hearth::net::parse_target(line.substr(line.find(' ') + 1));
  if (!target) return 0;
  const auto match = router.match(line.substr(0, line.find(' ')), target->path);
  if (!match.route) return 0;
  static_cast<void>(
      hearth::api::read_arguments(match.route->fields, match.captures, target->query, body));
  return 0;
}
