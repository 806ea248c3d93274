/// Memory for keys: locked, guarded, wiped.
#pragma once

#include <cstddef>
#include <span>

#include "crypto/bytes.h"

namespace hearth::crypto {

inline constexpr std::size_t kKeyBytes = 32;

/// Bytes that must not leak: kept between guard pages, out of swap where the system allows it, and
/// overwritten when they go away. They move, and are never copied silently.
///
/// Threads: as `std::vector`. Errors: none; running out of memory ends the program.
class SecretBytes {
 public:
  SecretBytes() = default;
  /// `size` zero bytes.
  explicit SecretBytes(std::size_t size);
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  [[nodiscard]] static SecretBytes random(std::size_t size);
  /// The copy is the caller's decision, and so is wiping the original.
  [[nodiscard]] static SecretBytes copy_of(ByteView bytes);

  [[nodiscard]] ByteView view() const { return {data_, size_}; }
  [[nodiscard]] std::span<std::byte> bytes() { return {data_, size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace hearth::crypto
