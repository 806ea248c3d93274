/// The vectors of one embedder as codes in memory, and the exact scan over them.
///
/// Each vector is kept as one byte and one bit for each dimension. The bits, compared with a query
/// of four bits, choose a few hundred rows; the bytes choose the best among those; the caller
/// rescores the very best from the vault. There is no graph and nothing to build: a vector is
/// findable when it is added, and gone when it is erased.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "search/internal/kernels.h"
#include "search/internal/word_index.h"

namespace hearth::search {

inline constexpr Slot kNoSlot = 0xFFFFFFFFU;

/// A set of slots.
class SlotSet {
 public:
  void resize(std::size_t slots) { words_.resize((slots + 63) / 64, 0); }
  void insert(Slot slot) { words_[slot / 64] |= std::uint64_t{1} << (slot % 64); }
  void erase(Slot slot) { words_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64)); }
  /// False beyond the size.
  [[nodiscard]] bool contains(Slot slot) const {
    const std::size_t word = slot / 64;
    return word < words_.size() && ((words_[word] >> (slot % 64)) & 1U) != 0;
  }
  [[nodiscard]] std::size_t count() const;

 private:
  std::vector<std::uint64_t> words_;
};

/// A row's likeness to the query, from its codes.
struct CodeMatch {
  float similarity = 0;
  Slot slot = kNoSlot;
};

/// How like the query the vectors are on the whole: what a similarity must be measured against.
struct Background {
  float mean = 0;
  float deviation = 0;
};

/// A query in the forms that the scan needs.
class CodedQuery {
 public:
  explicit CodedQuery(std::span<const float> query);
  [[nodiscard]] std::span<const float> vector() const { return vector_; }

 private:
  friend class VectorCodes;
  std::vector<float> vector_;
  std::vector<std::int8_t> bytes_;
  std::int32_t byte_sum_ = 0;
  float byte_scale_ = 0;
  std::vector<std::uint64_t> planes_;
  float low_ = 0;
  float step_ = 0;
  float sum_ = 0;  // of the four-bit form
};

class Lanes;

/// Threads: many readers or one writer. Errors: none.
class VectorCodes {
 public:
  explicit VectorCodes(std::size_t dimensions, const Kernels& variant = kernels());
  VectorCodes(VectorCodes&&) noexcept;
  VectorCodes& operator=(VectorCodes&&) noexcept;
  ~VectorCodes();

  [[nodiscard]] std::size_t dimensions() const { return dimensions_; }
  /// Rows that stand for a chunk.
  [[nodiscard]] std::size_t size() const { return rows_ - erased_; }
  [[nodiscard]] bool contains(Slot slot) const { return row_of(slot) != kNoSlot; }
  [[nodiscard]] std::size_t memory_bytes() const;

  /// `vector` has `dimensions` values; a second one for the same slot replaces the first.
  void add(Slot slot, std::span<const float> vector);
  /// Overwrites the codes with zeros. Unknown slots are ignored.
  void erase(Slot slot);

  /// The `wanted` most alike, best first; only slots in `allowed` when that is given. Large scans
  /// are shared with `lanes`; the result is the same with or without.
  [[nodiscard]] std::vector<CodeMatch> search(const CodedQuery& query, std::size_t wanted,
                                              const SlotSet* allowed = nullptr,
                                              Lanes* lanes = nullptr) const;
  /// The similarity of one slot; 0 for one without a vector.
  [[nodiscard]] float similarity(const CodedQuery& query, Slot slot) const;
  [[nodiscard]] Background background(const CodedQuery& query) const;
  /// Below this many rows the bytes alone are scanned. Tests and measurements change it.
  void set_bits_from(std::size_t rows) { bits_from_ = rows; }

 private:
  struct Block;
  class Best;
  struct BlockRange {
    std::size_t first = 0;
    std::size_t end = 0;
  };
  [[nodiscard]] std::uint32_t row_of(Slot slot) const {
    return slot < row_of_slot_.size() ? row_of_slot_[slot] : kNoSlot;
  }
  void write_bits(Block& block, std::size_t at) const;
  void recentre();
  [[nodiscard]] float byte_similarity(const CodedQuery& query, std::uint32_t row) const;
  void scan(const CodedQuery& query, const SlotSet* allowed, Lanes* lanes, Best& best) const;
  void scan_bytes(const CodedQuery& query, const SlotSet* allowed, BlockRange blocks,
                  Best& best) const;
  void scan_bits(const CodedQuery& query, const SlotSet* allowed, BlockRange blocks,
                 Best& best) const;

  std::size_t dimensions_;
  std::size_t row_bytes_;
  std::size_t bit_words_;
  const Kernels* kernels_;
  std::size_t bits_from_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::size_t rows_ = 0;
  std::size_t erased_ = 0;
  std::vector<std::uint32_t> row_of_slot_;
  std::vector<float> centre_;
};

}  // namespace hearth::search
