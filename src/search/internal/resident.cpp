#include "search/internal/resident.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace hearth::search {
namespace {

constexpr std::uint32_t kHeadingWeight = 2;
constexpr std::uint32_t kTitleWeight = 1;

}  // namespace

ChunkTerms TermReader::read(std::string_view title, std::string_view heading,
                            std::string_view text) {
  ChunkTerms out;
  tokens_.read(text);
  out.words = tokens_.words();
  out.terms.reserve(tokens_.all().size() * 2 + 16);
  terms_.count(tokens_, 1, out.terms);
  tokens_.read(heading);
  terms_.count(tokens_, kHeadingWeight, out.terms);
  if (!title.empty() && !heading.starts_with(title)) {
    tokens_.read(title);
    terms_.count(tokens_, kTitleWeight, out.terms);
  }
  Terms::merge(out.terms);
  return out;
}

SlotSet Resident::View::slots_of(std::span<const ContentId> contents) const {
  const std::unordered_set<ContentId> wanted(contents.begin(), contents.end());
  SlotSet out;
  out.resize(slots());
  // Chunks of one content lie together: the last answer mostly serves again.
  ContentId last{-1};
  bool last_wanted = false;
  for (Slot slot = 0; slot < slots(); ++slot) {
    const ContentId content = place(slot).content;
    if (content != last) {
      last = content;
      last_wanted = wanted.contains(content);
    }
    if (last_wanted && alive(slot)) out.insert(slot);
  }
  return out;
}

void Resident::clear() {
  const std::unique_lock lock(mutex_);
  places_.clear();
  alive_ = SlotSet();
  erased_ = 0;
  words_ = WordIndex();
  words_ready_ = false;
  codes_.reset();
  fingerprint_.clear();
}

void Resident::add_places_locked(std::span<const rows::Place> places) {
  const std::size_t first = places_.size();
  places_.insert(places_.end(), places.begin(), places.end());
  alive_.resize(places_.size());
  for (std::size_t slot = first; slot < places_.size(); ++slot) {
    alive_.insert(static_cast<Slot>(slot));
  }
}

void Resident::add_words_locked(std::span<const ChunkTerms> chunks) {
  for (const ChunkTerms& chunk : chunks) {
    words_.add(words_.covered(), chunk.terms, chunk.words);
  }
}

void Resident::add_places(std::span<const rows::Place> places) {
  const std::unique_lock lock(mutex_);
  add_places_locked(places);
}

void Resident::add_words(std::span<const ChunkTerms> chunks) {
  const std::unique_lock lock(mutex_);
  add_words_locked(chunks);
}

void Resident::append(std::span<const rows::Place> places, std::span<const ChunkTerms> chunks) {
  const std::unique_lock lock(mutex_);
  add_places_locked(places);
  add_words_locked(chunks);
}

void Resident::set_words_ready() {
  const std::unique_lock lock(mutex_);
  words_ready_ = words_.covered() == places_.size();
}

void Resident::set_codes(std::string fingerprint, const rows::Space& space, VectorCodes codes) {
  const std::unique_lock lock(mutex_);
  codes_.emplace(std::move(codes));
  fingerprint_ = std::move(fingerprint);
  space_ = space;
  for (Slot slot = 0; slot < places_.size(); ++slot) {
    if (!alive_.contains(slot)) codes_->erase(slot);
  }
}

void Resident::drop_codes() {
  const std::unique_lock lock(mutex_);
  codes_.reset();
  fingerprint_.clear();
}

void Resident::add_vectors(std::string_view fingerprint, const rows::Space& space,
                           std::span<const ChunkId> chunks,
                           std::span<const inference::Vector> vectors) {
  const std::unique_lock lock(mutex_);
  if (!codes_ || fingerprint != fingerprint_) return;
  space_ = space;  // The first vectors of a model make its space.
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const auto slot = slot_of(chunks[i]);
    if (slot && alive_.contains(*slot)) codes_->add(*slot, vectors[i]);
  }
}

void Resident::erase(std::span<const ChunkId> chunks) {
  const std::unique_lock lock(mutex_);
  for (const ChunkId chunk : chunks) {
    const auto slot = slot_of(chunk);
    if (!slot || !alive_.contains(*slot)) continue;
    alive_.erase(*slot);
    ++erased_;
    if (codes_) codes_->erase(*slot);
  }
}

std::optional<Slot> Resident::slot_of(ChunkId chunk) const {
  const auto at = std::ranges::lower_bound(places_, chunk, {},
                                           [](const rows::Place& place) { return place.chunk; });
  if (at == places_.end() || at->chunk != chunk) return std::nullopt;
  return static_cast<Slot>(at - places_.begin());
}

Resident::Counts Resident::counts() const {
  const std::shared_lock lock(mutex_);
  return {.chunks = places_.size() - erased_,
          .vectors = codes_ ? codes_->size() : 0,
          .erased = erased_,
          .memory_bytes = places_.capacity() * sizeof(rows::Place) + words_.memory_bytes() +
                          (codes_ ? codes_->memory_bytes() : 0),
          .vectors_ready = codes_.has_value(),
          .words_ready = words_ready_};
}

ChunkId Resident::last_chunk() const {
  const std::shared_lock lock(mutex_);
  return places_.empty() ? ChunkId{} : places_.back().chunk;
}

ChunkId Resident::last_with_words() const {
  const std::shared_lock lock(mutex_);
  return words_.covered() == 0 ? ChunkId{} : places_[words_.covered() - 1].chunk;
}

std::vector<ChunkId> Resident::without_vector() const {
  const std::shared_lock lock(mutex_);
  std::vector<ChunkId> out;
  for (Slot slot = 0; slot < places_.size(); ++slot) {
    if (alive_.contains(slot) && !(codes_ && codes_->contains(slot))) {
      out.push_back(places_[slot].chunk);
    }
  }
  return out;
}

std::vector<ChunkId> Resident::chunks_of(std::span<const ContentId> contents) const {
  const std::shared_lock lock(mutex_);
  const std::unordered_set<ContentId> wanted(contents.begin(), contents.end());
  std::vector<ChunkId> out;
  for (Slot slot = 0; slot < places_.size(); ++slot) {
    if (alive_.contains(slot) && wanted.contains(places_[slot].content)) {
      out.push_back(places_[slot].chunk);
    }
  }
  return out;
}

}  // namespace hearth::search
