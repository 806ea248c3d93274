/// Whether this build watches itself. A sanitizer reserves terabytes of address space and needs
/// system calls of its own, so some limits cannot be set under it.
#pragma once

namespace hearth::platform::internal {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

/// ThreadSanitizer keeps a thread of its own in every process.
#if defined(__SANITIZE_THREAD__)
inline constexpr unsigned kSanitizerThreads = 1;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr unsigned kSanitizerThreads = 1;
#else
inline constexpr unsigned kSanitizerThreads = 0;
#endif
#else
inline constexpr unsigned kSanitizerThreads = 0;
#endif

}  // namespace hearth::platform::internal
