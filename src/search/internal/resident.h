/// The part of the index that lives in memory: places, words and vector codes.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.h"
#include "inference/embedder.h"
#include "search/internal/rows.h"
#include "search/internal/terms.h"
#include "search/internal/vector_codes.h"
#include "search/internal/word_index.h"

namespace hearth::search {

/// The terms of one chunk, ready to be added.
struct ChunkTerms {
  std::vector<TermCount> terms;
  std::uint32_t words = 0;
};

/// Reads chunks into terms. Threads: one.
class TermReader {
 public:
  [[nodiscard]] ChunkTerms read(std::string_view title, std::string_view heading,
                                std::string_view text);

 private:
  Tokens tokens_;
  Terms terms_;
};

/// What the vault holds, arranged for searching. Derived: it is filled from the vault and never
/// written back. Chunks come in the order of their ids, so slots and ids sort alike.
///
/// Threads: any. `View` holds off writers while it lives: keep it for the length of one scan.
class Resident {
 public:
  class View {
   public:
    [[nodiscard]] bool words_ready() const { return resident_->words_ready_; }
    [[nodiscard]] bool vectors_ready() const { return resident_->codes_.has_value(); }
    [[nodiscard]] std::string_view fingerprint() const { return resident_->fingerprint_; }
    [[nodiscard]] const rows::Space& space() const { return resident_->space_; }
    [[nodiscard]] const WordIndex& words() const { return resident_->words_; }
    [[nodiscard]] const VectorCodes& codes() const { return *resident_->codes_; }
    [[nodiscard]] std::size_t slots() const { return resident_->places_.size(); }
    [[nodiscard]] const rows::Place& place(Slot slot) const { return resident_->places_[slot]; }
    [[nodiscard]] bool alive(Slot slot) const { return resident_->alive_.contains(slot); }
    [[nodiscard]] std::optional<Slot> slot_of(ChunkId chunk) const {
      return resident_->slot_of(chunk);
    }
    /// The living slots of the given contents (ascending).
    [[nodiscard]] SlotSet slots_of(std::span<const ContentId> contents) const;

   private:
    friend class Resident;
    explicit View(const Resident& resident) : resident_(&resident), lock_(resident.mutex_) {}
    const Resident* resident_;
    std::shared_lock<std::shared_mutex> lock_;
  };
  [[nodiscard]] View view() const { return View(*this); }

  /// Forgets everything; search falls back on the vault until `set_words_ready`.
  void clear();
  void add_places(std::span<const rows::Place> places);
  /// Adds the terms of the next slots that have none yet.
  void add_words(std::span<const ChunkTerms> chunks);
  /// Places and terms in one step, for chunks that were just written.
  void append(std::span<const rows::Place> places, std::span<const ChunkTerms> chunks);
  void set_words_ready();
  /// Replaces the vectors by those of another embedder.
  void set_codes(std::string fingerprint, const rows::Space& space, VectorCodes codes);
  void drop_codes();
  /// Ignored when the codes are of another embedder or the chunk is gone.
  void add_vectors(std::string_view fingerprint, const rows::Space& space,
                   std::span<const ChunkId> chunks, std::span<const inference::Vector> vectors);
  void erase(std::span<const ChunkId> chunks);

  struct Counts {
    std::size_t chunks = 0;
    std::size_t vectors = 0;
    std::size_t erased = 0;
    std::size_t memory_bytes = 0;
    bool vectors_ready = false;
    bool words_ready = false;
  };
  [[nodiscard]] Counts counts() const;
  [[nodiscard]] ChunkId last_chunk() const;
  /// The chunk of the last slot with words.
  [[nodiscard]] ChunkId last_with_words() const;
  /// Living chunks without a vector, by ascending id.
  [[nodiscard]] std::vector<ChunkId> without_vector() const;
  /// Living chunks of the contents, by ascending id.
  [[nodiscard]] std::vector<ChunkId> chunks_of(std::span<const ContentId> contents) const;

 private:
  [[nodiscard]] std::optional<Slot> slot_of(ChunkId chunk) const;
  void add_places_locked(std::span<const rows::Place> places);
  void add_words_locked(std::span<const ChunkTerms> chunks);

  mutable std::shared_mutex mutex_;
  // Guarded by mutex_:
  std::vector<rows::Place> places_;
  SlotSet alive_;
  std::size_t erased_ = 0;
  WordIndex words_;
  bool words_ready_ = false;
  std::optional<VectorCodes> codes_;
  std::string fingerprint_;
  rows::Space space_;
};

}  // namespace hearth::search
