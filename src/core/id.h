/// Typed row ids: an `Id<DocumentTag>` cannot be passed where an `Id<ChunkTag>` is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace hearth {

template <class Tag>
struct Id {
  std::int64_t value = 0;  ///< 0 means "none"; stored rows start at 1.

  [[nodiscard]] explicit operator bool() const { return value != 0; }
  friend auto operator<=>(const Id&, const Id&) = default;
};

using SourceId = Id<struct SourceTag>;              ///< A folder or file the person added.
using DocumentId = Id<struct DocumentTag>;          ///< One path inside a source.
using ContentId = Id<struct ContentTag>;            ///< Distinct bytes; shared by equal documents.
using ChunkId = Id<struct ChunkTag>;                ///< A passage of a content.
using ConversationId = Id<struct ConversationTag>;  ///< A chat with its history.

}  // namespace hearth

template <class Tag>
struct std::hash<hearth::Id<Tag>> {
  std::size_t operator()(const hearth::Id<Tag>& id) const noexcept {
    return std::hash<std::int64_t>{}(id.value);
  }
};
