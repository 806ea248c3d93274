#include "platform/random.h"

#include <sys/random.h>

#include <cerrno>
#include <string_view>

#include "core/result.h"
#include "core/text.h"

namespace hearth::platform {

void fill_random(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    CHECK(got > 0);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

std::uint64_t random_u64() {
  std::uint64_t value = 0;
  fill_random(std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  fill_random(std::as_writable_bytes(std::span(raw)));
  return text::hex(raw);
}

}  // namespace hearth::platform
