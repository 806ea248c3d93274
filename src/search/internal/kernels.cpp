#include "search/internal/kernels.h"

#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace hearth::search {
namespace {

constexpr std::int32_t kCodeZero = 128;
constexpr std::size_t kPlanes = 4;

void dot_rows_plain(const std::int8_t* query, std::int32_t query_sum, const std::uint8_t* rows,
                    std::size_t row_bytes, std::size_t count, std::int32_t* out) {
  for (std::size_t i = 0; i < count; ++i, rows += row_bytes) {
    std::int32_t sum = 0;
    for (std::size_t j = 0; j < row_bytes; ++j) sum += query[j] * std::int32_t{rows[j]};
    out[i] = sum - kCodeZero * query_sum;
  }
}

void bit_rows_plain(const std::uint64_t* planes, const std::uint64_t* bits, std::size_t words,
                    std::size_t count, std::int32_t* out) {
  for (std::size_t i = 0; i < count; ++i, bits += words) {
    std::int32_t sum = 0;
    for (std::size_t p = 0; p < kPlanes; ++p) {
      std::int32_t ones = 0;
      for (std::size_t w = 0; w < words; ++w)
        ones += std::popcount(planes[p * words + w] & bits[w]);
      sum += ones << p;
    }
    out[i] = sum;
  }
}

float dot_half_plain(const float* query, const std::uint16_t* row, std::size_t dimensions) {
  float sum = 0;
  for (std::size_t j = 0; j < dimensions; ++j) sum += query[j] * from_half(row[j]);
  return sum;
}

constexpr Kernels kPlain{"plain", dot_rows_plain, bit_rows_plain, dot_half_plain};

#if defined(__x86_64__)

__attribute__((target("avx2"))) std::int32_t sum_lanes(__m256i v) {
  const __m128i half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  const __m128i two = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
  return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xB1)));
}

__attribute__((target("avx2"))) void dot_rows_avx2(const std::int8_t* query, std::int32_t query_sum,
                                                   const std::uint8_t* rows, std::size_t row_bytes,
                                                   std::size_t count, std::int32_t* out) {
  const auto load = [](const void* at) __attribute__((target("avx2"), always_inline)) {
    return _mm_loadu_si128(static_cast<const __m128i*>(at));
  };
  for (std::size_t i = 0; i < count; ++i, rows += row_bytes) {
    __m256i sum = _mm256_setzero_si256();
    for (std::size_t j = 0; j < row_bytes; j += 16) {
      // Widened to 16 bits: the saturating byte product would lose large codes.
      const __m256i row = _mm256_cvtepu8_epi16(load(rows + j));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(row, _mm256_cvtepi8_epi16(load(query + j))));
    }
    out[i] = sum_lanes(sum) - kCodeZero * query_sum;
  }
}

__attribute__((target("avx2,fma,f16c"))) float dot_half_avx2(const float* query,
                                                             const std::uint16_t* row,
                                                             std::size_t dimensions) {
  __m256 sum = _mm256_setzero_ps();
  std::size_t j = 0;
  for (; j + 8 <= dimensions; j += 8) {
    const __m128i half =
        _mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(row + j)));
    sum = _mm256_fmadd_ps(_mm256_cvtph_ps(half), _mm256_loadu_ps(query + j), sum);
  }
  alignas(32) float lanes[8];
  _mm256_store_ps(lanes, sum);
  float total = 0;
  for (const float lane : lanes) total += lane;
  for (; j < dimensions; ++j) total += query[j] * from_half(row[j]);
  return total;
}

__attribute__((target("popcnt"))) void bit_rows_popcnt(const std::uint64_t* planes,
                                                       const std::uint64_t* bits, std::size_t words,
                                                       std::size_t count, std::int32_t* out) {
  for (std::size_t i = 0; i < count; ++i, bits += words) {
    std::int64_t sum = 0;
    for (std::size_t w = 0; w < words; ++w) {
      const std::uint64_t row = bits[w];
      for (std::size_t p = 0; p < kPlanes; ++p) {
        sum += static_cast<std::int64_t>(_mm_popcnt_u64(planes[p * words + w] & row)) << p;
      }
    }
    out[i] = static_cast<std::int32_t>(sum);
  }
}

constexpr Kernels kAvx2{"avx2", dot_rows_avx2, bit_rows_popcnt, dot_half_avx2};

#define HEARTH_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define HEARTH_BITS __attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq")))

// Two rows at a time: their loads and their sums overlap.
HEARTH_VNNI void dot_rows_vnni(const std::int8_t* query, std::int32_t query_sum,
                               const std::uint8_t* rows, std::size_t row_bytes, std::size_t count,
                               std::int32_t* out) {
  const std::int32_t correction = kCodeZero * query_sum;
  std::size_t i = 0;
  for (; i + 2 <= count; i += 2, rows += 2 * row_bytes) {
    __m512i first = _mm512_setzero_si512();
    __m512i second = _mm512_setzero_si512();
    for (std::size_t j = 0; j < row_bytes; j += 64) {
      const __m512i q = _mm512_loadu_si512(query + j);
      first = _mm512_dpbusd_epi32(first, _mm512_loadu_si512(rows + j), q);
      second = _mm512_dpbusd_epi32(second, _mm512_loadu_si512(rows + row_bytes + j), q);
    }
    out[i] = _mm512_reduce_add_epi32(first) - correction;
    out[i + 1] = _mm512_reduce_add_epi32(second) - correction;
  }
  for (; i < count; ++i, rows += row_bytes) {
    __m512i sum = _mm512_setzero_si512();
    for (std::size_t j = 0; j < row_bytes; j += 64) {
      sum = _mm512_dpbusd_epi32(sum, _mm512_loadu_si512(rows + j), _mm512_loadu_si512(query + j));
    }
    out[i] = _mm512_reduce_add_epi32(sum) - correction;
  }
}

// 384 dimensions are six words: a masked register holds them. Wider rows take several.
HEARTH_BITS void bit_rows_avx512(const std::uint64_t* planes, const std::uint64_t* bits,
                                 std::size_t words, std::size_t count, std::int32_t* out) {
  for (std::size_t i = 0; i < count; ++i, bits += words) {
    __m512i sum = _mm512_setzero_si512();
    for (std::size_t w = 0; w < words; w += 8) {
      const std::size_t left = words - w < 8 ? words - w : 8;
      const auto mask = static_cast<__mmask8>((1U << left) - 1U);
      const __m512i row = _mm512_maskz_loadu_epi64(mask, bits + w);
      const auto ones = [&](std::size_t p) HEARTH_BITS {
        const __m512i plane = _mm512_maskz_loadu_epi64(mask, planes + p * words + w);
        return _mm512_popcnt_epi64(_mm512_and_si512(row, plane));
      };
      const __m512i low = _mm512_add_epi64(ones(0), _mm512_slli_epi64(ones(1), 1));
      const __m512i high = _mm512_add_epi64(ones(2), _mm512_slli_epi64(ones(3), 1));
      sum = _mm512_add_epi64(sum, _mm512_add_epi64(low, _mm512_slli_epi64(high, 2)));
    }
    out[i] = static_cast<std::int32_t>(_mm512_reduce_add_epi64(sum));
  }
}

constexpr Kernels kVnni{"avx512", dot_rows_vnni, bit_rows_avx512, dot_half_avx2};

bool runs_avx2() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0 &&
         __builtin_cpu_supports("f16c") != 0 && __builtin_cpu_supports("popcnt") != 0;
}

bool runs_avx512() {
  return runs_avx2() && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512vnni") != 0 &&
         __builtin_cpu_supports("avx512vpopcntdq") != 0;
}

#endif

}  // namespace

std::vector<const Kernels*> runnable_kernels() {
  std::vector<const Kernels*> all{&kPlain};
#if defined(__x86_64__)
  if (runs_avx2()) all.push_back(&kAvx2);
  if (runs_avx512()) all.push_back(&kVnni);
#endif
  return all;
}

const Kernels& kernels() {
  static const Kernels& best = *runnable_kernels().back();
  return best;
}

std::uint16_t to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16U) & 0x8000U;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude > 0x7F800000U) return static_cast<std::uint16_t>(sign | 0x7E00U);
  if (magnitude >= 0x477FF000U) return static_cast<std::uint16_t>(sign | 0x7C00U);
  if (magnitude < 0x33000001U) return static_cast<std::uint16_t>(sign);
  std::uint32_t mantissa = (magnitude & 0x7FFFFFU) | 0x800000U;
  const std::uint32_t exponent = magnitude >> 23U;
  // Below the smallest normal half the mantissa loses one more bit for each step.
  const std::uint32_t drop = exponent < 113 ? 13 + (113 - exponent) : 13;
  const std::uint32_t half_way = 1U << (drop - 1);
  const std::uint32_t odd = (mantissa >> drop) & 1U;
  mantissa += half_way - 1 + odd;
  std::uint32_t result = mantissa >> drop;
  if (exponent >= 113) result += (exponent - 113) << 10U;
  return static_cast<std::uint16_t>(sign | result);
}

float from_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1FU;
  const std::uint32_t mantissa = half & 0x3FFU;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13U));
  if (exponent != 0) {
    return std::bit_cast<float>(sign | ((exponent + 112) << 23U) | (mantissa << 13U));
  }
  const float small = static_cast<float>(mantissa) * 0x1p-24F;
  return sign != 0 ? -small : small;
}

void to_half(std::span<const float> from, std::span<std::uint16_t> to) {
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = to_half(from[i]);
}

#if defined(__x86_64__)
namespace {
__attribute__((target("avx,f16c"))) std::size_t widen_eight(std::span<const std::uint16_t> from,
                                                            std::span<float> to) {
  std::size_t i = 0;
  for (; i + 8 <= from.size(); i += 8) {
    const __m128i half =
        _mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(from.data() + i)));
    _mm256_storeu_ps(to.data() + i, _mm256_cvtph_ps(half));
  }
  return i;
}
}  // namespace
#endif

void from_half(std::span<const std::uint16_t> from, std::span<float> to) {
  std::size_t i = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("f16c") != 0) i = widen_eight(from, to);
#endif
  for (; i < from.size(); ++i) to[i] = from_half(from[i]);
}

}  // namespace hearth::search
