#include "crypto/secret.h"

#include <algorithm>
#include <utility>

#include "crypto/internal/sodium.h"

namespace hearth::crypto {

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  internal::start_sodium();
  data_ = static_cast<std::byte*>(sodium_malloc(size));
  CHECK(data_ != nullptr);
  sodium_memzero(data_, size_);
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

SecretBytes SecretBytes::random(std::size_t size) {
  SecretBytes secret(size);
  if (size > 0) randombytes_buf(secret.data_, size);
  return secret;
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
  SecretBytes secret(bytes.size());
  std::ranges::copy(bytes, secret.data_);
  return secret;
}

}  // namespace hearth::crypto
