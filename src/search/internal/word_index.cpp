#include "search/internal/word_index.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace hearth::search {
namespace {

// BM25. Lengths are compared with a fixed one, not with the mean of the moment, so that a score
// does not move when the library grows. Chunks are made of like size: b is small.
constexpr float kK1 = 1.2F;
constexpr float kB = 0.4F;
constexpr float kUsualWords = 160.0F;
constexpr std::uint32_t kCountMax = 31;
constexpr std::uint32_t kLengthSteps = 64;

std::uint8_t length_step(std::uint32_t words) {
  const auto step = static_cast<std::uint32_t>(4.0F * std::log2(static_cast<float>(words) + 1.0F));
  return static_cast<std::uint8_t>(std::min(step, kLengthSteps - 1));
}

}  // namespace

Postings::Postings(Postings&& other) noexcept
    : entries_(std::exchange(other.entries_, 0)),
      bytes_(std::exchange(other.bytes_, 0)),
      capacity_(std::exchange(other.capacity_, 0)),
      last_(std::exchange(other.last_, 0)),
      small_(other.small_),
      big_(std::move(other.big_)) {}

Postings& Postings::operator=(Postings&& other) noexcept {
  entries_ = std::exchange(other.entries_, 0);
  bytes_ = std::exchange(other.bytes_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  last_ = std::exchange(other.last_, 0);
  small_ = other.small_;
  big_ = std::move(other.big_);
  return *this;
}

Postings::~Postings() = default;

void Postings::push(std::uint8_t byte) {
  if (capacity_ == 0 && bytes_ < small_.size()) {
    small_[bytes_++] = byte;
    return;
  }
  if (bytes_ >= capacity_) {
    const std::uint32_t wanted = std::max<std::uint32_t>(24, bytes_ + bytes_ / 2);
    auto bigger = std::make_unique_for_overwrite<std::uint8_t[]>(wanted);
    std::memcpy(bigger.get(), data(), bytes_);
    big_ = std::move(bigger);
    capacity_ = wanted;
  }
  big_[bytes_++] = byte;
}

void Postings::add(Slot slot, std::uint32_t count) {
  const bool once = count <= 1;
  std::uint64_t delta = (static_cast<std::uint64_t>(slot - last_) << 1U) | (once ? 1U : 0U);
  while (delta >= 0x80) {
    push(static_cast<std::uint8_t>((delta & 0x7FU) | 0x80U));
    delta >>= 7U;
  }
  push(static_cast<std::uint8_t>(delta));
  if (!once) push(static_cast<std::uint8_t>(std::min<std::uint32_t>(count, 255)));
  last_ = slot;
  ++entries_;
}

WordIndex::WordIndex() : cells_(1024) {
  saturation_.resize(std::size_t{kLengthSteps} * (kCountMax + 1));
  for (std::uint32_t step = 0; step < kLengthSteps; ++step) {
    const float words = std::exp2((static_cast<float>(step) + 0.5F) / 4.0F);
    const float norm = kK1 * (1.0F - kB + kB * words / kUsualWords);
    for (std::uint32_t count = 0; count <= kCountMax; ++count) {
      const auto tf = static_cast<float>(count);
      saturation_[step * (kCountMax + 1) + count] = tf * (kK1 + 1.0F) / (tf + norm);
    }
  }
}

void WordIndex::add(Slot slot, std::span<const TermCount> terms, std::uint32_t length) {
  lengths_.resize(std::size_t{slot} + 1, 0);
  lengths_[slot] = length_step(length);
  for (const TermCount& term : terms) find_or_add(term.key).add(slot, term.count);
}

std::uint32_t WordIndex::documents(TermKey key) const {
  const Postings* list = find(key);
  return list == nullptr ? 0 : list->size();
}

float WordIndex::rarity(std::uint32_t documents) const {
  const auto all = static_cast<float>(lengths_.size());
  const auto with = static_cast<float>(std::min<std::size_t>(documents, lengths_.size()));
  return std::log(1.0F + (all - with + 0.5F) / (with + 0.5F));
}

void WordIndex::accumulate(TermKey key, float weight, std::span<float> scores) const {
  const Postings* list = find(key);
  if (list == nullptr) return;
  const float* const table = saturation_.data();
  const std::uint8_t* const lengths = lengths_.data();
  list->for_each([&](Slot slot, std::uint32_t count) {
    const std::size_t row = std::size_t{lengths[slot]} * (kCountMax + 1);
    scores[slot] += weight * table[row + std::min(count, kCountMax)];
  });
}

const Postings* WordIndex::find(TermKey key) const {
  const std::size_t mask = cells_.size() - 1;
  for (std::size_t at = key & mask; cells_[at].key != 0; at = (at + 1) & mask) {
    if (cells_[at].key == key) return &lists_[cells_[at].list];
  }
  return nullptr;
}

Postings& WordIndex::find_or_add(TermKey key) {
  if (used_ * 10 >= cells_.size() * 7) grow();
  const std::size_t mask = cells_.size() - 1;
  std::size_t at = key & mask;
  for (; cells_[at].key != 0; at = (at + 1) & mask) {
    if (cells_[at].key == key) return lists_[cells_[at].list];
  }
  cells_[at] = {key, static_cast<std::uint32_t>(lists_.size())};
  ++used_;
  return lists_.emplace_back();
}

void WordIndex::grow() {
  std::vector<Cell> bigger(cells_.size() * 2);
  const std::size_t mask = bigger.size() - 1;
  for (const Cell& cell : cells_) {
    if (cell.key == 0) continue;
    std::size_t at = cell.key & mask;
    while (bigger[at].key != 0) at = (at + 1) & mask;
    bigger[at] = cell;
  }
  cells_ = std::move(bigger);
}

std::size_t WordIndex::memory_bytes() const {
  std::size_t total =
      cells_.capacity() * sizeof(Cell) + lists_.capacity() * sizeof(Postings) + lengths_.capacity();
  for (const Postings& list : lists_) total += list.heap_bytes();
  return total;
}

}  // namespace hearth::search
