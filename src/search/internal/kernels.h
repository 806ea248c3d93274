/// The inner loops of vector search, in the best form that this processor runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace hearth::search {

/// Bytes of one row are a multiple of this, and rows start at such an address.
inline constexpr std::size_t kRowAlignment = 64;

/// One variant of the loops. Codes are stored with 128 added, as unsigned bytes.
struct Kernels {
  std::string_view name;
  /// out[i] = sum of query[j] * (rows[i][j] - 128) for `count` rows of `row_bytes` bytes.
  /// `query_sum` is the sum over the query, which takes the 128 out again.
  void (*dot_rows)(const std::int8_t* query, std::int32_t query_sum, const std::uint8_t* rows,
                   std::size_t row_bytes, std::size_t count, std::int32_t* out);
  /// out[i] = sum over the four bit planes p of 2^p * popcount(plane[p] & bits[i]), `words` 64-bit
  /// words in a row.
  void (*bit_rows)(const std::uint64_t* planes, const std::uint64_t* bits, std::size_t words,
                   std::size_t count, std::int32_t* out);
  /// Sum of query[j] * row[j], where row holds half-precision floats.
  float (*dot_half)(const float* query, const std::uint16_t* row, std::size_t dimensions);
};

/// The fastest variant that this processor runs. Chosen once.
[[nodiscard]] const Kernels& kernels();
/// Every variant that this processor runs, the plain one first: tests compare them.
[[nodiscard]] std::vector<const Kernels*> runnable_kernels();

/// Half-precision floats, rounded to nearest even; what is too large becomes infinity.
[[nodiscard]] std::uint16_t to_half(float value);
[[nodiscard]] float from_half(std::uint16_t half);
void to_half(std::span<const float> from, std::span<std::uint16_t> to);
void from_half(std::span<const std::uint16_t> from, std::span<float> to);

}  // namespace hearth::search
