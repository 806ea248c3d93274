// links: net
// Request targets, queries and percent-escapes: what is accepted decodes to safe text and can be
// written again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/text.h"
#include "net/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto target = hearth::net::parse_target(input)) {
    for (const std::string& segment : target->path) {
      if (segment == "." || segment == ".." || !hearth::text::is_valid_utf8(segment)) std::abort();
      if (segment.find('\0') != std::string::npos) std::abort();
      if (hearth::net::percent_decode(hearth::net::percent_encode(segment)) != segment)
        std::abort();
    }
  }
  return 0;
}
