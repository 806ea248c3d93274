// links: crypto
// One value has one spelling: what decodes encodes to the very same text.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crypto/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto bytes = hearth::crypto::from_base64url(input);
  if (bytes && hearth::crypto::to_base64url(*bytes) != input) std::abort();
  return 0;
}
