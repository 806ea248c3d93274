#include "search/internal/vector_codes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <new>

#include "core/result.h"
#include "search/internal/lanes.h"

namespace hearth::search {
namespace {

constexpr std::size_t kBlockRows = 2048;
// Below this the bytes alone are as fast, and lose nothing.
constexpr std::size_t kBitsFrom = 400'000;
constexpr std::size_t kSharedFrom = 32'768;
constexpr std::size_t kCentreFixedFrom = 65'536;
constexpr std::size_t kBackgroundRows = 512;
constexpr std::uint8_t kCodeZero = 128;
constexpr float kFourBits = 15.0F;

std::size_t padded(std::size_t dimensions) {
  return (dimensions + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
}

struct AlignedDelete {
  void operator()(std::uint8_t* bytes) const {
    ::operator delete[](bytes, std::align_val_t{kRowAlignment});
  }
};

// How many rows the bits hand on to the bytes: 2,000 of 30,000 real vectors hold 0.9975 of the ten
// nearest, 1,000 hold 0.993, 400 hold 0.973.
std::size_t shortlist(std::size_t rows, std::size_t wanted) {
  const auto grown = static_cast<std::size_t>(10.0 * std::sqrt(static_cast<double>(rows)));
  return std::max(wanted * 6, std::clamp<std::size_t>(grown, 2'000, 10'000));
}

}  // namespace

std::size_t SlotSet::count() const {
  std::size_t total = 0;
  for (const std::uint64_t word : words_) total += static_cast<std::size_t>(std::popcount(word));
  return total;
}

CodedQuery::CodedQuery(std::span<const float> query)
    : vector_(query.begin(), query.end()), bytes_(padded(query.size()), 0) {
  if (query.empty()) return;
  const auto [low, high] = std::ranges::minmax(vector_);
  const float most = std::max(std::abs(low), std::abs(high));
  byte_scale_ = most > 0 ? most / 127.0F : 1.0F;
  low_ = low;
  step_ = high > low ? (high - low) / kFourBits : 1.0F;
  const std::size_t words = (query.size() + 63) / 64;
  planes_.assign(words * 4, 0);
  for (std::size_t j = 0; j < query.size(); ++j) {
    bytes_[j] = static_cast<std::int8_t>(std::lround(vector_[j] / byte_scale_));
    byte_sum_ += bytes_[j];
    const auto level = static_cast<std::uint32_t>(
        std::clamp(std::round((vector_[j] - low_) / step_), 0.0F, kFourBits));
    sum_ += low_ + step_ * static_cast<float>(level);
    for (std::size_t p = 0; p < 4; ++p) {
      planes_[p * words + j / 64] |= std::uint64_t{(level >> p) & 1U} << (j % 64);
    }
  }
}

// Rows in blocks, so that growing never moves them.
struct VectorCodes::Block {
  Block(std::size_t row_bytes, std::size_t bit_words)
      : bytes(static_cast<std::uint8_t*>(
            ::operator new[](kBlockRows * row_bytes, std::align_val_t{kRowAlignment}))),
        bits(kBlockRows * bit_words),
        scales(kBlockRows),
        bit_scales(kBlockRows),
        bit_counts(kBlockRows),
        slots(kBlockRows, kNoSlot) {}
  std::unique_ptr<std::uint8_t[], AlignedDelete> bytes;
  std::vector<std::uint64_t> bits;
  std::vector<float> scales;
  std::vector<float> bit_scales;
  std::vector<float> bit_counts;
  std::vector<Slot> slots;
};

// Keeps the best `wanted` of a stream: a buffer of four times as many is cut down when full.
class VectorCodes::Best {
 public:
  struct Row {
    float score;
    std::uint32_t row;
  };
  explicit Best(std::size_t wanted) : wanted_(std::max<std::size_t>(wanted, 1)) {
    rows_.reserve(wanted_ * 4);
  }
  [[nodiscard]] float bar() const { return bar_; }
  void offer(float score, std::uint32_t row) {
    rows_.push_back({score, row});
    if (rows_.size() >= wanted_ * 4) cut();
  }
  [[nodiscard]] std::vector<Row>& finish() {
    if (rows_.size() > wanted_) cut();
    std::ranges::sort(rows_, before);
    return rows_;
  }

 private:
  static bool before(const Row& a, const Row& b) {
    return a.score != b.score ? a.score > b.score : a.row < b.row;
  }
  void cut() {
    const auto last = rows_.begin() + static_cast<std::ptrdiff_t>(wanted_ - 1);
    std::ranges::nth_element(rows_, last, before);
    bar_ = last->score;
    rows_.resize(wanted_);
  }
  std::size_t wanted_;
  float bar_ = -1e30F;
  std::vector<Row> rows_;
};

VectorCodes::VectorCodes(std::size_t dimensions, const Kernels& variant)
    : dimensions_(dimensions),
      row_bytes_(padded(dimensions)),
      bit_words_((dimensions + 63) / 64),
      kernels_(&variant),
      bits_from_(kBitsFrom),
      centre_(dimensions, 0.0F) {
  CHECK(dimensions > 0);
}
VectorCodes::VectorCodes(VectorCodes&&) noexcept = default;
VectorCodes& VectorCodes::operator=(VectorCodes&&) noexcept = default;
VectorCodes::~VectorCodes() = default;

std::size_t VectorCodes::memory_bytes() const {
  const std::size_t row = row_bytes_ + bit_words_ * 8 + 3 * sizeof(float) + sizeof(Slot);
  return blocks_.size() * kBlockRows * row + row_of_slot_.capacity() * sizeof(std::uint32_t);
}

void VectorCodes::add(Slot slot, std::span<const float> vector) {
  CHECK(vector.size() == dimensions_);
  if (row_of(slot) != kNoSlot) erase(slot);
  const std::size_t at = rows_ % kBlockRows;
  if (at == 0) blocks_.push_back(std::make_unique<Block>(row_bytes_, bit_words_));
  Block& block = *blocks_.back();
  float most = 0;
  for (const float value : vector) most = std::max(most, std::abs(value));
  const float scale = most > 0 ? most / 127.0F : 1.0F;
  const float inverse = 1.0F / scale;
  std::uint8_t* row = block.bytes.get() + at * row_bytes_;
  std::memset(row, kCodeZero, row_bytes_);
  for (std::size_t j = 0; j < dimensions_; ++j) {
    // Rounds to nearest without a library call: the sum is positive.
    row[j] = static_cast<std::uint8_t>(vector[j] * inverse + 128.5F);
  }
  block.scales[at] = scale;
  block.slots[at] = slot;
  if (slot >= row_of_slot_.size()) row_of_slot_.resize(std::size_t{slot} + 1, kNoSlot);
  row_of_slot_[slot] = static_cast<std::uint32_t>(rows_);
  ++rows_;
  write_bits(block, at);
  if (std::has_single_bit(rows_) && rows_ >= kBlockRows && rows_ <= kCentreFixedFrom) recentre();
}

// A residual r is kept as its signs and one number: the length of r along them.
void VectorCodes::write_bits(Block& block, std::size_t at) const {
  const std::uint8_t* row = block.bytes.get() + at * row_bytes_;
  std::uint64_t* bits = block.bits.data() + at * bit_words_;
  const float scale = block.scales[at];
  float square = 0;
  float absolute = 0;
  std::size_t ones = 0;
  for (std::size_t w = 0; w < bit_words_; ++w) {
    std::uint64_t word = 0;
    const std::size_t end = std::min(dimensions_, (w + 1) * 64);
    for (std::size_t j = w * 64; j < end; ++j) {
      const float residual = scale * static_cast<float>(row[j] - kCodeZero) - centre_[j];
      square += residual * residual;
      absolute += std::abs(residual);
      word |= static_cast<std::uint64_t>(residual > 0) << (j % 64);
    }
    bits[w] = word;
    ones += static_cast<std::size_t>(std::popcount(word));
  }
  block.bit_scales[at] = absolute > 0 ? square / absolute : 0.0F;
  block.bit_counts[at] = static_cast<float>(ones);
}

// The mean of all vectors says nothing about any of them: bits hold what is left without it.
void VectorCodes::recentre() {
  std::vector<double> sum(dimensions_, 0.0);
  for (std::size_t i = 0; i < rows_; ++i) {
    const Block& block = *blocks_[i / kBlockRows];
    const std::size_t at = i % kBlockRows;
    if (block.slots[at] == kNoSlot) continue;
    const std::uint8_t* row = block.bytes.get() + at * row_bytes_;
    for (std::size_t j = 0; j < dimensions_; ++j) {
      sum[j] += static_cast<double>(block.scales[at] * static_cast<float>(row[j] - kCodeZero));
    }
  }
  const double count = static_cast<double>(std::max<std::size_t>(size(), 1));
  for (std::size_t j = 0; j < dimensions_; ++j) centre_[j] = static_cast<float>(sum[j] / count);
  for (std::size_t i = 0; i < rows_; ++i) write_bits(*blocks_[i / kBlockRows], i % kBlockRows);
}

void VectorCodes::erase(Slot slot) {
  const std::uint32_t row = row_of(slot);
  if (row == kNoSlot) return;
  Block& block = *blocks_[row / kBlockRows];
  const std::size_t at = row % kBlockRows;
  std::memset(block.bytes.get() + at * row_bytes_, kCodeZero, row_bytes_);
  std::fill_n(block.bits.begin() + static_cast<std::ptrdiff_t>(at * bit_words_), bit_words_, 0);
  block.scales[at] = 0;
  block.bit_scales[at] = 0;
  block.bit_counts[at] = 0;
  block.slots[at] = kNoSlot;
  row_of_slot_[slot] = kNoSlot;
  ++erased_;
}

float VectorCodes::byte_similarity(const CodedQuery& query, std::uint32_t row) const {
  const Block& block = *blocks_[row / kBlockRows];
  const std::size_t at = row % kBlockRows;
  std::int32_t dot = 0;
  kernels_->dot_rows(query.bytes_.data(), query.byte_sum_, block.bytes.get() + at * row_bytes_,
                     row_bytes_, 1, &dot);
  return static_cast<float>(dot) * block.scales[at] * query.byte_scale_;
}

float VectorCodes::similarity(const CodedQuery& query, Slot slot) const {
  const std::uint32_t row = row_of(slot);
  return row == kNoSlot ? 0.0F : byte_similarity(query, row);
}

Background VectorCodes::background(const CodedQuery& query) const {
  const std::size_t step = std::max<std::size_t>(1, rows_ / kBackgroundRows);
  double sum = 0;
  double squares = 0;
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows_; row += step) {
    if (blocks_[row / kBlockRows]->slots[row % kBlockRows] == kNoSlot) continue;
    const double one = byte_similarity(query, static_cast<std::uint32_t>(row));
    sum += one;
    squares += one * one;
    ++count;
  }
  if (count == 0) return {};
  const double mean = sum / static_cast<double>(count);
  const double variance = std::max(0.0, squares / static_cast<double>(count) - mean * mean);
  return {static_cast<float>(mean), static_cast<float>(std::sqrt(variance))};
}

void VectorCodes::scan_bytes(const CodedQuery& query, const SlotSet* allowed, BlockRange blocks,
                             Best& best) const {
  std::vector<std::int32_t> dots(kBlockRows);
  for (std::size_t b = blocks.first; b < blocks.end; ++b) {
    const Block& block = *blocks_[b];
    const std::size_t count = std::min(kBlockRows, rows_ - b * kBlockRows);
    kernels_->dot_rows(query.bytes_.data(), query.byte_sum_, block.bytes.get(), row_bytes_, count,
                       dots.data());
    for (std::size_t i = 0; i < count; ++i) {
      const float score = static_cast<float>(dots[i]) * block.scales[i] * query.byte_scale_;
      if (score <= best.bar() || block.slots[i] == kNoSlot) continue;
      if (allowed != nullptr && !allowed->contains(block.slots[i])) continue;
      best.offer(score, static_cast<std::uint32_t>(b * kBlockRows + i));
    }
  }
}

void VectorCodes::scan_bits(const CodedQuery& query, const SlotSet* allowed, BlockRange blocks,
                            Best& best) const {
  std::vector<std::int32_t> dots(kBlockRows);
  const float twice_low = 2.0F * query.low_;
  const float twice_step = 2.0F * query.step_;
  float centre = 0;
  for (std::size_t j = 0; j < dimensions_; ++j) centre += query.vector_[j] * centre_[j];
  for (std::size_t b = blocks.first; b < blocks.end; ++b) {
    const Block& block = *blocks_[b];
    const std::size_t count = std::min(kBlockRows, rows_ - b * kBlockRows);
    kernels_->bit_rows(query.planes_.data(), block.bits.data(), bit_words_, count, dots.data());
    for (std::size_t i = 0; i < count; ++i) {
      const float along =
          twice_low * block.bit_counts[i] + twice_step * static_cast<float>(dots[i]) - query.sum_;
      const float score = centre + block.bit_scales[i] * along;
      if (score <= best.bar() || block.slots[i] == kNoSlot) continue;
      if (allowed != nullptr && !allowed->contains(block.slots[i])) continue;
      best.offer(score, static_cast<std::uint32_t>(b * kBlockRows + i));
    }
  }
}

// One piece for each lane; waking a helper costs about what a few thousand rows do.
void VectorCodes::scan(const CodedQuery& query, const SlotSet* allowed, Lanes* lanes,
                       Best& best) const {
  const auto part = [&](BlockRange blocks, Best& into) {
    if (rows_ < bits_from_) {
      scan_bytes(query, allowed, blocks, into);
    } else {
      scan_bits(query, allowed, blocks, into);
    }
  };
  const std::size_t pieces = lanes == nullptr || rows_ < kSharedFrom ? 1 : lanes->helpers() + 1;
  if (pieces == 1) return part({0, blocks_.size()}, best);
  std::vector<Best> bests(pieces, best);
  lanes->run(pieces, [&](std::size_t i) {
    part({blocks_.size() * i / pieces, blocks_.size() * (i + 1) / pieces}, bests[i]);
  });
  for (Best& one : bests) {
    for (const Best::Row& row : one.finish()) best.offer(row.score, row.row);
  }
}

std::vector<CodeMatch> VectorCodes::search(const CodedQuery& query, std::size_t wanted,
                                           const SlotSet* allowed, Lanes* lanes) const {
  std::vector<CodeMatch> out;
  if (wanted == 0 || query.vector_.size() != dimensions_) return out;
  Best best(wanted);
  if (rows_ < bits_from_) {
    scan(query, allowed, lanes, best);
  } else {
    Best coarse(shortlist(rows_, wanted));
    scan(query, allowed, lanes, coarse);
    for (const Best::Row& one : coarse.finish()) {
      best.offer(byte_similarity(query, one.row), one.row);
    }
  }
  for (const Best::Row& one : best.finish()) {
    out.push_back({one.score, blocks_[one.row / kBlockRows]->slots[one.row % kBlockRows]});
  }
  return out;
}

}  // namespace hearth::search
