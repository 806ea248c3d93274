#include "crypto/bytes.h"

#include "crypto/internal/sodium.h"

namespace hearth::crypto {

using internal::raw;
using internal::raw_out;

ByteView bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  return a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::span<std::byte> bytes) {
  if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

void wipe(std::string& text) {
  wipe(std::as_writable_bytes(std::span(text)));
  text.clear();
}

std::string to_base64url(ByteView bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), raw(bytes), bytes.size(), kVariant);
  text.pop_back();  // the terminating zero
  return text;
}

Result<Bytes> from_base64url(std::string_view text) {
  Bytes bytes(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  const int status =
      sodium_base642bin(raw_out(std::span(bytes)), bytes.size(), text.data(), text.size(), nullptr,
                        &size, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (status != 0 || end != text.data() + text.size()) {
    return fail(Code::Invalid, "not base64url text");
  }
  bytes.resize(size);
  // libsodium 1.0.18 takes some bytes above 127 for letters.
  if (to_base64url(bytes) != text) return fail(Code::Invalid, "not base64url text");
  return bytes;
}

}  // namespace hearth::crypto
