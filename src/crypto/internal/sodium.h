/// The one place where libsodium is started.
#pragma once

#include <sodium.h>

#include <cstddef>
#include <span>

#include "core/result.h"

namespace hearth::crypto::internal {

/// Starts libsodium once. Every entry point that needs random numbers or chosen implementations
/// calls it; later calls cost an atomic load.
inline void start_sodium() {
  static const bool started = sodium_init() >= 0;
  CHECK(started);
}

inline const unsigned char* raw(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* raw_out(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace hearth::crypto::internal
