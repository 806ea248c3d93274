/// The inverted index in memory: which chunk slots hold a term, and how often.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "search/internal/terms.h"

namespace hearth::search {

/// A chunk's place in the arrays in memory. Slots are given in the order of chunk ids and never
/// used again, so a list of slots is sorted by nature.
using Slot = std::uint32_t;

/// The slots that hold one term, as differences and counts in one or two bytes each. A short list
/// lives inside the object: most terms of a library stand in one chunk only.
class Postings {
 public:
  Postings() = default;
  Postings(Postings&& other) noexcept;
  Postings& operator=(Postings&& other) noexcept;
  ~Postings();

  /// `slot` must be above every earlier one.
  void add(Slot slot, std::uint32_t count);
  [[nodiscard]] std::uint32_t size() const { return entries_; }
  [[nodiscard]] std::size_t heap_bytes() const { return capacity_; }

  /// Calls `visit(slot, count)` in order. Counts above 255 read as 255.
  template <class Visit>
  void for_each(Visit&& visit) const {
    const std::uint8_t* at = data();
    const std::uint8_t* const end = at + bytes_;
    Slot slot = 0;
    while (at < end) {
      std::uint32_t delta = *at++;
      if (delta >= 0x80) {
        delta &= 0x7FU;
        for (unsigned shift = 7;; shift += 7) {
          const std::uint32_t next = *at++;
          delta |= (next & 0x7FU) << shift;
          if (next < 0x80) break;
        }
      }
      // The low bit says that the count is 1, the common case, and takes no byte.
      const std::uint32_t count = (delta & 1U) != 0 ? 1 : *at++;
      slot += delta >> 1U;
      visit(slot, count);
    }
  }

 private:
  [[nodiscard]] const std::uint8_t* data() const {
    return capacity_ == 0 ? small_.data() : big_.get();
  }
  void push(std::uint8_t byte);

  std::uint32_t entries_ = 0;
  std::uint32_t bytes_ = 0;
  std::uint32_t capacity_ = 0;  // 0: the bytes are in small_
  Slot last_ = 0;
  std::array<std::uint8_t, 8> small_{};
  std::unique_ptr<std::uint8_t[]> big_;
};

/// BM25 over slots. Knows nothing of deletion: the owner asks which slots are alive.
///
/// Threads: many readers or one writer. Errors: none.
class WordIndex {
 public:
  WordIndex();

  /// Adds the terms of a chunk of `length` words; slots must ascend.
  void add(Slot slot, std::span<const TermCount> terms, std::uint32_t length);
  [[nodiscard]] std::uint32_t documents(TermKey key) const;
  /// ln-based inverse document frequency, always positive.
  [[nodiscard]] float rarity(std::uint32_t documents) const;
  /// Adds weight x saturated count to `scores[slot]` for each slot that holds `key`.
  void accumulate(TermKey key, float weight, std::span<float> scores) const;
  /// Calls `visit(slot)` for each slot that holds `key`.
  template <class Visit>
  void for_each(TermKey key, Visit&& visit) const {
    if (const Postings* list = find(key)) {
      list->for_each([&visit](Slot slot, std::uint32_t) { visit(slot); });
    }
  }
  /// One above the last slot added.
  [[nodiscard]] Slot covered() const { return static_cast<Slot>(lengths_.size()); }
  [[nodiscard]] std::size_t terms() const { return used_; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  [[nodiscard]] const Postings* find(TermKey key) const;
  Postings& find_or_add(TermKey key);
  void grow();

  // An open-addressing table from key to a place in lists_.
  struct Cell {
    TermKey key = 0;
    std::uint32_t list = 0;
  };
  std::vector<Cell> cells_;
  std::vector<Postings> lists_;
  std::size_t used_ = 0;
  std::vector<std::uint8_t> lengths_;  // of each slot, as a step of the logarithmic scale below
  std::vector<float> saturation_;      // [length step][count], precomputed
};

}  // namespace hearth::search
