/// Everything that search reads from and writes to the vault.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.h"
#include "core/result.h"
#include "inference/embedder.h"
#include "search/types.h"
#include "storage/database.h"

namespace hearth::search::rows {

/// A chunk and the content it belongs to.
struct Place {
  ChunkId chunk;
  ContentId content;
};

/// What the words of a chunk are made from. Views live until the next row.
struct ChunkText {
  Place place;
  std::string_view title;
  std::string_view heading;
  std::string_view text;
};

/// Every chunk, by ascending id; reads an index and no text.
[[nodiscard]] Result<std::vector<Place>> places(storage::Connection& db);
/// Visits at most `limit` chunks with an id in (`after`, `up_to`], ascending.
[[nodiscard]] Result<void> chunk_texts(storage::Connection& db, ChunkId after, ChunkId up_to,
                                       std::size_t limit,
                                       const std::function<void(const ChunkText&)>& visit);
/// The text to embed for a chunk ("Title > Section", then the passage); nothing if it is gone.
[[nodiscard]] Result<std::optional<std::string>> embedding_text(storage::Connection& db,
                                                                ChunkId chunk);
[[nodiscard]] Result<std::string> title_of(storage::Connection& db, ContentId content);
/// Reads the same index as `places`: some milliseconds for a hundred thousand.
[[nodiscard]] Result<std::int64_t> count_chunks(storage::Connection& db);
[[nodiscard]] Result<bool> chunk_exists(storage::Connection& db, ChunkId chunk);

// Words. `heading` includes the title.
[[nodiscard]] std::string plain_words(std::string_view text);
[[nodiscard]] Result<void> add_words(storage::Connection& db, ChunkId chunk, std::string_view title,
                                     std::string_view heading, std::string_view text);
/// Erases words and vectors of all chunks of `content`; returns their ids.
[[nodiscard]] Result<std::vector<ChunkId>> erase_content(storage::Connection& db,
                                                         ContentId content);

/// How the words of a removed chunk, and of a document's name, go. Overwriting each one is sure at
/// once; marking them is several times as fast, and they stand in the file until they are merged
/// away.
enum class WordRemoval { Overwrite, Mark };
/// Stored: it holds for every removal until it is set again.
[[nodiscard]] Result<WordRemoval> word_removal(storage::Connection& db);
[[nodiscard]] Result<void> set_word_removal(storage::Connection& db, WordRemoval how);
/// Writes some `pages` of the words anew, without those that are marked. `Begin` takes in
/// everything there is, `Continue` goes on with it; false when nothing was left to do.
enum class Merge { Begin, Continue };
[[nodiscard]] Result<bool> merge_words(storage::Connection& db, Merge merge, int pages);
/// Forgets all words when no chunk and no document is left; false when there are some.
[[nodiscard]] Result<bool> clear_words_of_nothing(storage::Connection& db);

struct WordMatch {
  ChunkId chunk;
  ContentId content;
  double score = 0;  ///< BM25, higher is better; 0 when not asked for.
};
/// Chunks that match a full-text expression; by score when `ranked`, else newest first.
enum class Order { Newest, Ranked };
[[nodiscard]] Result<std::vector<WordMatch>> match_words(storage::Connection& db,
                                                         std::string_view expression, Order order,
                                                         std::size_t limit);
/// Contents of documents whose file names match, best first.
[[nodiscard]] Result<std::vector<ContentId>> match_names(storage::Connection& db,
                                                         std::string_view expression,
                                                         std::size_t limit);
/// The first chunks of a content.
[[nodiscard]] Result<std::vector<ChunkId>> first_chunks(storage::Connection& db, ContentId content,
                                                        std::size_t limit);

// Vectors.
struct Space {
  std::int64_t id = 0;
  std::size_t dimensions = 0;
};
[[nodiscard]] Result<std::optional<Space>> find_space(storage::Connection& db,
                                                      std::string_view fingerprint);
[[nodiscard]] Result<Space> ensure_space(storage::Connection& db,
                                         const inference::EmbedderInfo& info);
/// Visits every vector of a space by ascending chunk id. Damaged rows are passed over.
[[nodiscard]] Result<void> vectors(
    storage::Connection& db, const Space& space,
    const std::function<void(ChunkId, std::span<const std::uint16_t>)>& visit);
/// False when the chunk is gone: then nothing is written.
[[nodiscard]] Result<bool> put_vector(storage::Connection& db, const Space& space, ChunkId chunk,
                                      std::span<const float> vector);
/// The cosine of `query` and the stored vector; nothing when there is none.
[[nodiscard]] Result<std::optional<float>> similarity(storage::Connection& db, const Space& space,
                                                      ChunkId chunk, std::span<const float> query);
/// Erases the vectors of every other embedder; returns true when there are more to erase.
[[nodiscard]] Result<bool> erase_other_spaces(storage::Connection& db, const Space& keep,
                                              std::size_t limit);

// Passages.
/// A hit without a document: what stands in the chunk.
[[nodiscard]] Result<std::optional<Hit>> passage(storage::Connection& db, ChunkId chunk);

/// A filter as SQL over documents (d), sources (s) and contents (t).
class DocumentFilter {
 public:
  explicit DocumentFilter(const Filter& filter);
  [[nodiscard]] bool empty() const { return where_.empty(); }
  /// The contents that some allowed document shows, ascending.
  [[nodiscard]] Result<std::vector<ContentId>> contents(storage::Connection& db) const;
  /// Fills in the newest allowed document that shows the hit's content; false when there is none.
  [[nodiscard]] Result<bool> fill_document(storage::Connection& db, Hit& hit) const;

 private:
  void bind(storage::Statement& statement, int first) const;
  std::string where_;
  std::vector<std::string> texts_;
  std::vector<std::int64_t> numbers_;
};

}  // namespace hearth::search::rows
