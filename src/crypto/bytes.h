/// Bytes as values: views of text, comparison that leaks no timing, base64url.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::crypto {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

[[nodiscard]] ByteView bytes_of(std::string_view text);
[[nodiscard]] std::string_view text_of(ByteView bytes);

/// Takes the same time wherever the first difference is. Different sizes are unequal at once: the
/// size of a secret is not a secret.
[[nodiscard]] bool equal_in_constant_time(ByteView a, ByteView b);
/// Overwrites `bytes` in a way the compiler keeps.
void wipe(std::span<std::byte> bytes);
void wipe(std::string& text);

/// URL-safe alphabet, no padding.
[[nodiscard]] std::string to_base64url(ByteView bytes);
/// `Invalid` on any foreign character, padding, or bits left over: one value has one spelling.
[[nodiscard]] Result<Bytes> from_base64url(std::string_view text);

}  // namespace hearth::crypto
