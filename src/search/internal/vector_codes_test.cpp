#include "search/internal/vector_codes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "search/internal/lanes.h"

namespace hearth::search {
namespace {

std::vector<float> unit_vector(std::mt19937& random, std::size_t dimensions, float shift = 0.0F) {
  std::normal_distribution<float> normal(shift, 1.0F);
  std::vector<float> out(dimensions);
  for (float& value : out) value = normal(random);
  const float norm = std::sqrt(std::inner_product(out.begin(), out.end(), out.begin(), 0.0F));
  for (float& value : out) value /= norm;
  return out;
}

float dot(const std::vector<float>& a, const std::vector<float>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

TEST(Kernels, AgreeWithThePlainOnes) {
  std::mt19937 random(1);
  for (const std::size_t dimensions : {std::size_t{64}, std::size_t{384}, std::size_t{1024}}) {
    constexpr std::size_t kRows = 7;
    std::vector<std::int8_t> query(dimensions);
    std::vector<std::uint8_t> rows(kRows * dimensions);
    for (auto& value : query) value = static_cast<std::int8_t>(random() % 255 - 127);
    for (auto& value : rows) value = static_cast<std::uint8_t>(random() % 256);
    query[0] = -127;
    rows[0] = 255;  // The corners where a saturating product would be wrong.
    query[1] = 127;
    rows[1] = 255;
    const std::int32_t sum = std::accumulate(query.begin(), query.end(), 0);
    std::vector<std::uint64_t> planes(dimensions / 16);
    std::vector<std::uint64_t> bits(kRows * dimensions / 64);
    for (auto& word : planes) word = (std::uint64_t{random()} << 32U) | random();
    for (auto& word : bits) word = (std::uint64_t{random()} << 32U) | random();
    std::vector<float> floats = unit_vector(random, dimensions);
    std::vector<std::uint16_t> halves(dimensions);
    to_half(floats, halves);
    const Kernels& plain = *runnable_kernels().front();
    std::vector<std::int32_t> dots(kRows);
    std::vector<std::int32_t> ones(kRows);
    plain.dot_rows(query.data(), sum, rows.data(), dimensions, kRows, dots.data());
    plain.bit_rows(planes.data(), bits.data(), dimensions / 64, kRows, ones.data());
    const float half = plain.dot_half(floats.data(), halves.data(), dimensions);
    for (const Kernels* variant : runnable_kernels()) {
      std::vector<std::int32_t> out(kRows);
      variant->dot_rows(query.data(), sum, rows.data(), dimensions, kRows, out.data());
      EXPECT_EQ(out, dots) << variant->name << " " << dimensions;
      variant->bit_rows(planes.data(), bits.data(), dimensions / 64, kRows, out.data());
      EXPECT_EQ(out, ones) << variant->name << " " << dimensions;
      EXPECT_NEAR(variant->dot_half(floats.data(), halves.data(), dimensions), half, 1e-5);
    }
  }
}

TEST(Half, KeepsEveryHalfAndRoundsToNearest) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = from_half(half);
    if (std::isnan(value)) continue;
    EXPECT_EQ(to_half(value), half);
    if (!std::isinf(value)) {
      EXPECT_NEAR(from_half(to_half(value * 1.0001F)), value, std::abs(value) * 0.001F + 1e-7F);
    }
  }
  EXPECT_TRUE(std::isinf(from_half(to_half(1e9F))));
  EXPECT_TRUE(std::isnan(from_half(to_half(NAN))));
}

class VectorCodesTest : public ::testing::TestWithParam<std::size_t> {};

// With bits from row 0 both passes are at work; with a large number only the bytes are.
INSTANTIATE_TEST_SUITE_P(BitsFrom, VectorCodesTest, ::testing::Values(0, 1'000'000));

TEST_P(VectorCodesTest, FindsTheNearestOfManyWithEveryKernel) {
  constexpr std::size_t kDimensions = 100;  // not a multiple of a register
  constexpr std::size_t kRows = 2'500;
  std::mt19937 random(2);
  std::vector<std::vector<float>> vectors;
  for (std::size_t i = 0; i < kRows; ++i) {
    vectors.push_back(unit_vector(random, kDimensions, 0.3F));
  }
  for (const Kernels* variant : runnable_kernels()) {
    VectorCodes codes(kDimensions, *variant);
    codes.set_bits_from(GetParam());
    for (std::size_t i = 0; i < kRows; ++i) codes.add(static_cast<Slot>(i), vectors[i]);
    std::size_t found = 0;
    constexpr std::size_t kQueries = 25;
    for (std::size_t q = 0; q < kQueries; ++q) {
      const auto query = unit_vector(random, kDimensions, 0.3F);
      std::vector<Slot> exact(kRows);
      std::iota(exact.begin(), exact.end(), Slot{0});
      std::ranges::partial_sort(exact, exact.begin() + 10, std::greater(),
                                [&](Slot slot) { return dot(query, vectors[slot]); });
      const auto matches = codes.search(CodedQuery(query), 40);
      ASSERT_EQ(matches.size(), 40U);
      for (std::size_t i = 0; i < 10; ++i) {
        found += std::ranges::count(matches, exact[i], &CodeMatch::slot) > 0 ? 1U : 0U;
      }
      EXPECT_NEAR(matches[0].similarity, dot(query, vectors[matches[0].slot]), 0.01);
      EXPECT_TRUE(std::ranges::is_sorted(matches, std::greater(), &CodeMatch::similarity));
    }
    // Directions drawn by lot are the hardest case for bits: neighbours hardly differ.
    EXPECT_GE(found, kQueries * 10 * (GetParam() == 0 ? 88 : 98) / 100) << variant->name;
  }
}

TEST_P(VectorCodesTest, NeverReturnsWhatIsErasedOrNotAllowed) {
  std::mt19937 random(3);
  VectorCodes codes(64);
  codes.set_bits_from(GetParam());
  SlotSet allowed;
  allowed.resize(3'000);
  for (Slot slot = 0; slot < 3'000; ++slot) {
    codes.add(slot, unit_vector(random, 64));
    if (slot % 5 == 0) allowed.insert(slot);
  }
  for (Slot slot = 0; slot < 3'000; slot += 2) codes.erase(slot);
  EXPECT_EQ(codes.size(), 1'500U);
  const CodedQuery query(unit_vector(random, 64));
  const auto matches = codes.search(query, 5'000, &allowed);
  EXPECT_EQ(matches.size(), 300U) << "odd multiples of five";
  for (const CodeMatch& match : matches) {
    EXPECT_EQ(match.slot % 2, 1U);
    EXPECT_EQ(match.slot % 5, 0U);
  }
  EXPECT_EQ(codes.similarity(query, 2), 0.0F);
}

TEST(VectorCodes, FindsTheSameAloneAndSharedAmongThreads) {
  constexpr std::size_t kDimensions = 32;
  constexpr Slot kRows = 40'000;
  VectorCodes codes(kDimensions);
  std::uint32_t state = 1;
  std::vector<float> vector(kDimensions);
  for (Slot slot = 0; slot < kRows; ++slot) {
    for (float& one : vector) {
      state = state * 1'664'525U + 1'013'904'223U;
      one = static_cast<float>(state >> 8U) / 8'388'608.0F - 1.0F;
    }
    codes.add(slot, vector);
  }
  Lanes lanes(2);
  const CodedQuery query(vector);
  const auto alone = codes.search(query, 50);
  const auto shared = codes.search(query, 50, nullptr, &lanes);
  ASSERT_EQ(alone.size(), 50U);
  ASSERT_EQ(shared.size(), 50U);
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_EQ(alone[i].slot, shared[i].slot);
  EXPECT_EQ(alone.front().slot, kRows - 1);
}

TEST(VectorCodes, ReplacesTheVectorOfASlot) {
  std::mt19937 random(4);
  VectorCodes codes(64);
  const auto first = unit_vector(random, 64);
  const auto second = unit_vector(random, 64);
  codes.add(7, first);
  codes.add(7, second);
  EXPECT_EQ(codes.size(), 1U);
  EXPECT_NEAR(codes.similarity(CodedQuery(second), 7), 1.0F, 0.02F);
}

TEST(VectorCodes, AnswersAQueryOfZerosAndOneOfTheWrongLength) {
  VectorCodes codes(64);
  codes.add(0, std::vector<float>(64, 0.125F));
  EXPECT_EQ(codes.search(CodedQuery(std::vector<float>(64, 0.0F)), 5).size(), 1U);
  EXPECT_TRUE(codes.search(CodedQuery(std::vector<float>(32, 0.1F)), 5).empty());
}

}  // namespace
}  // namespace hearth::search
