// links: models
// Any bytes after the magic give an answer, in bounded time and memory.

#include "models/gguf.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto info =
      hearth::models::check_gguf({}, {reinterpret_cast<const char*>(data), size}, size);
  if (info && info->bytes_needed > size) __builtin_trap();
  return 0;
}
