#include "search/internal/rows.h"

#include <algorithm>
#include <cstring>

#include "core/format.h"
#include "core/text.h"
#include "search/internal/kernels.h"
#include "search/internal/tokens.h"

namespace hearth::search::rows {
namespace {

constexpr int kMergeBySegments = 4;  // what the full-text table does when it is not told
constexpr std::int64_t kKeysPerSpace = std::int64_t{1} << 40U;

std::int64_t key_of(const Space& space, ChunkId chunk) {
  return space.id * kKeysPerSpace + chunk.value;
}

std::string joined_heading(std::string_view title, std::string_view heading) {
  if (title.empty() || heading.starts_with(title)) return std::string(heading);
  if (heading.empty()) return std::string(title);
  return format("{} > {}", title, heading);
}

}  // namespace

Result<std::vector<Place>> places(storage::Connection& db) {
  std::vector<Place> out;
  // The index over (content_id, ordinal) holds both ids; the table's pages hold the texts.
  TRY_ASSIGN(auto rows, db.prepare("SELECT id, content_id FROM chunks "
                                   "INDEXED BY sqlite_autoindex_chunks_1"));
  for (;;) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) break;
    out.push_back({ChunkId{rows.integer(0)}, ContentId{rows.integer(1)}});
  }
  std::ranges::sort(out, {}, [](const Place& place) { return place.chunk; });
  return out;
}

Result<void> chunk_texts(storage::Connection& db, ChunkId after, ChunkId up_to, std::size_t limit,
                         const std::function<void(const ChunkText&)>& visit) {
  TRY_ASSIGN(auto rows, db.prepare("SELECT c.id, c.content_id, t.title, c.heading, c.text "
                                   "FROM chunks c CROSS JOIN contents t ON t.id = c.content_id "
                                   "WHERE c.id > ?1 AND c.id <= ?2 ORDER BY c.id LIMIT ?3"));
  rows.bind(1, after.value).bind(2, up_to.value).bind(3, limit);
  for (;;) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return {};
    visit({{ChunkId{rows.integer(0)}, ContentId{rows.integer(1)}},
           rows.text(2),
           rows.text(3),
           rows.text(4)});
  }
}

Result<std::optional<std::string>> embedding_text(storage::Connection& db, ChunkId chunk) {
  TRY_ASSIGN(auto rows, db.prepare("SELECT t.title, c.heading, c.text "
                                   "FROM chunks c JOIN contents t ON t.id = c.content_id "
                                   "WHERE c.id = ?1"));
  rows.bind(1, chunk.value);
  TRY_ASSIGN(const bool found, rows.step());
  if (!found) return std::nullopt;
  const std::string heading = joined_heading(rows.text(0), rows.text(1));
  if (heading.empty()) return std::string(rows.text(2));
  return format("{}\n{}", heading, rows.text(2));
}

Result<std::string> title_of(storage::Connection& db, ContentId content) {
  TRY_ASSIGN(auto rows, db.prepare("SELECT title FROM contents WHERE id = ?1"));
  rows.bind(1, content.value);
  TRY_ASSIGN(const bool found, rows.step());
  return std::string(found ? rows.text(0) : std::string_view());
}

Result<std::int64_t> count_chunks(storage::Connection& db) {
  TRY_ASSIGN(auto rows, db.prepare("SELECT count(*) FROM chunks INDEXED BY "
                                   "sqlite_autoindex_chunks_1"));
  TRY(rows.step());
  return rows.integer(0);
}

Result<bool> chunk_exists(storage::Connection& db, ChunkId chunk) {
  TRY_ASSIGN(auto rows, db.prepare("SELECT 1 FROM chunks WHERE id = ?1"));
  rows.bind(1, chunk.value);
  return rows.step();
}

std::string plain_words(std::string_view text) {
  Tokens tokens;
  tokens.read(text);
  return tokens.plain();
}

Result<void> add_words(storage::Connection& db, ChunkId chunk, std::string_view title,
                       std::string_view heading, std::string_view text) {
  TRY_ASSIGN(auto insert,
             db.prepare("INSERT INTO chunk_words (rowid, heading, text) VALUES (?1, ?2, ?3)"));
  insert.bind(1, chunk.value)
      .bind(2, plain_words(joined_heading(title, heading)))
      .bind(3, plain_words(text));
  return insert.run();
}

Result<std::vector<ChunkId>> erase_content(storage::Connection& db, ContentId content) {
  std::vector<ChunkId> chunks;
  {
    TRY_ASSIGN(auto rows, db.prepare("SELECT c.id, t.title, c.heading, c.text "
                                     "FROM chunks c JOIN contents t ON t.id = c.content_id "
                                     "WHERE c.content_id = ?1"));
    // Exactly the words that were added must be given back: the table keeps no copy of them.
    TRY_ASSIGN(auto erase, db.prepare("INSERT INTO chunk_words (chunk_words, rowid, heading, text) "
                                      "VALUES ('delete', ?1, ?2, ?3)"));
    rows.bind(1, content.value);
    for (;;) {
      TRY_ASSIGN(const bool more, rows.step());
      if (!more) break;
      chunks.push_back(ChunkId{rows.integer(0)});
      erase.bind(1, chunks.back().value)
          .bind(2, plain_words(joined_heading(rows.text(1), rows.text(2))))
          .bind(3, plain_words(rows.text(3)));
      TRY(erase.run());
    }
  }
  TRY_ASSIGN(auto vectors, db.prepare("DELETE FROM chunk_vectors WHERE key IN "
                                      "(SELECT id * ?2 + ?1 FROM embedders)"));
  for (const ChunkId chunk : chunks) {
    vectors.bind(1, chunk.value).bind(2, kKeysPerSpace);
    TRY(vectors.run());
  }
  return chunks;
}

Result<WordRemoval> word_removal(storage::Connection& db) {
  TRY_ASSIGN(auto rows, db.prepare("SELECT v FROM chunk_words_config WHERE k = 'secure-delete'"));
  TRY_ASSIGN(const bool found, rows.step());
  return found && rows.integer(0) != 0 ? WordRemoval::Overwrite : WordRemoval::Mark;
}

Result<void> set_word_removal(storage::Connection& db, WordRemoval how) {
  const bool mark = how == WordRemoval::Mark;
  for (const char* sql : {"INSERT INTO chunk_words (chunk_words, rank) VALUES (?1, ?2)",
                          "INSERT INTO document_names (document_names, rank) VALUES (?1, ?2)"}) {
    TRY_ASSIGN(auto set, db.prepare(sql));
    TRY(set.bind(1, "secure-delete").bind(2, mark ? 0 : 1).run());
    // Merging that comes by itself is bounded by what it writes, and words that are merged away
    // write nothing: a commit among many marks would take very long.
    TRY(set.bind(1, "automerge").bind(2, mark ? 0 : kMergeBySegments).run());
  }
  return {};
}

Result<bool> merge_words(storage::Connection& db, Merge merge, int pages) {
  const auto count_changes = [&db]() -> Result<std::int64_t> {
    TRY_ASSIGN(auto rows, db.prepare("SELECT total_changes()"));
    TRY(rows.step());
    return rows.integer(0);
  };
  bool more = false;
  for (const char* sql :
       {"INSERT INTO chunk_words (chunk_words, rank) VALUES ('merge', ?1)",
        "INSERT INTO document_names (document_names, rank) VALUES ('merge', ?1)"}) {
    TRY_ASSIGN(const std::int64_t before, count_changes());
    {
      // A negative number tells the table to take in all segments, whatever their number.
      TRY_ASSIGN(auto run, db.prepare(sql));
      TRY(run.bind(1, merge == Merge::Begin ? -pages : pages).run());
    }
    TRY_ASSIGN(const std::int64_t after, count_changes());
    more = more || after - before >= 2;  // The statement itself may count as one.
  }
  return more;
}

Result<bool> clear_words_of_nothing(storage::Connection& db) {
  {
    TRY_ASSIGN(auto rows, db.prepare("SELECT EXISTS (SELECT 1 FROM chunks) OR "
                                     "EXISTS (SELECT 1 FROM documents)"));
    TRY(rows.step());
    if (rows.integer(0) != 0) return false;
  }
  TRY(db.execute("INSERT INTO chunk_words (chunk_words) VALUES ('delete-all')"));
  TRY(db.execute("INSERT INTO document_names (document_names) VALUES ('delete-all')"));
  return true;
}

Result<std::vector<WordMatch>> match_words(storage::Connection& db, std::string_view expression,
                                           Order order, std::size_t limit) {
  std::vector<WordMatch> out;
  const std::string_view sql =
      order == Order::Ranked
          ? "SELECT w.rowid, c.content_id, -w.score FROM "
            "(SELECT rowid, bm25(chunk_words, 2.0, 1.0) AS score FROM chunk_words "
            "WHERE chunk_words MATCH ?1 ORDER BY rank LIMIT ?2) w "
            "JOIN chunks c ON c.id = w.rowid ORDER BY w.score"
          : "SELECT w.rowid, c.content_id, 0.0 FROM (SELECT rowid FROM chunk_words "
            "WHERE chunk_words MATCH ?1 ORDER BY rowid DESC LIMIT ?2) w "
            "JOIN chunks c ON c.id = w.rowid";
  TRY_ASSIGN(auto rows, db.prepare(sql));
  rows.bind(1, expression).bind(2, limit);
  for (;;) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return out;
    out.push_back({ChunkId{rows.integer(0)}, ContentId{rows.integer(1)}, rows.real(2)});
  }
}

Result<std::vector<ContentId>> match_names(storage::Connection& db, std::string_view expression,
                                           std::size_t limit) {
  std::vector<ContentId> out;
  TRY_ASSIGN(auto rows, db.prepare("SELECT d.content_id FROM (SELECT rowid FROM document_names "
                                   "WHERE document_names MATCH ?1 ORDER BY rank LIMIT ?2) n "
                                   "JOIN documents d ON d.id = n.rowid "
                                   "WHERE d.content_id IS NOT NULL"));
  rows.bind(1, expression).bind(2, limit);
  for (;;) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return out;
    const ContentId content{rows.integer(0)};
    if (std::ranges::find(out, content) == out.end()) out.push_back(content);
  }
}

Result<std::vector<ChunkId>> first_chunks(storage::Connection& db, ContentId content,
                                          std::size_t limit) {
  std::vector<ChunkId> out;
  TRY_ASSIGN(auto rows, db.prepare("SELECT id FROM chunks WHERE content_id = ?1 "
                                   "ORDER BY ordinal LIMIT ?2"));
  rows.bind(1, content.value).bind(2, limit);
  for (;;) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return out;
    out.push_back(ChunkId{rows.integer(0)});
  }
}

Result<std::optional<Space>> find_space(storage::Connection& db, std::string_view fingerprint) {
  TRY_ASSIGN(auto rows, db.prepare("SELECT id, dimensions FROM embedders WHERE fingerprint = ?1"));
  rows.bind(1, fingerprint);
  TRY_ASSIGN(const bool found, rows.step());
  if (!found) return std::nullopt;
  return Space{rows.integer(0), static_cast<std::size_t>(rows.integer(1))};
}

Result<Space> ensure_space(storage::Connection& db, const inference::EmbedderInfo& info) {
  TRY_ASSIGN(const auto known, find_space(db, info.fingerprint));
  if (known) return *known;
  TRY_ASSIGN(auto insert, db.prepare("INSERT INTO embedders (fingerprint, model, dimensions) "
                                     "VALUES (?1, ?2, ?3)"));
  insert.bind(1, info.fingerprint).bind(2, info.model).bind(3, info.dimensions);
  TRY(insert.run());
  return Space{db.last_insert_id(), info.dimensions};
}

Result<void> vectors(storage::Connection& db, const Space& space,
                     const std::function<void(ChunkId, std::span<const std::uint16_t>)>& visit) {
  TRY_ASSIGN(auto rows, db.prepare("SELECT key, vector FROM chunk_vectors "
                                   "WHERE key BETWEEN ?1 AND ?2 ORDER BY key"));
  rows.bind(1, space.id * kKeysPerSpace).bind(2, (space.id + 1) * kKeysPerSpace - 1);
  std::vector<std::uint16_t> halves(space.dimensions);
  for (;;) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return {};
    const auto bytes = rows.blob(1);
    if (bytes.size() != halves.size() * sizeof(std::uint16_t)) continue;
    std::memcpy(halves.data(), bytes.data(), bytes.size());
    visit(ChunkId{rows.integer(0) - space.id * kKeysPerSpace}, halves);
  }
}

Result<bool> put_vector(storage::Connection& db, const Space& space, ChunkId chunk,
                        std::span<const float> vector) {
  std::vector<std::uint16_t> halves(vector.size());
  to_half(vector, halves);
  TRY_ASSIGN(auto insert, db.prepare("INSERT OR REPLACE INTO chunk_vectors (key, vector) "
                                     "SELECT ?1, ?2 WHERE EXISTS "
                                     "(SELECT 1 FROM chunks WHERE id = ?3)"));
  insert.bind(1, key_of(space, chunk)).bind_blob(2, std::as_bytes(std::span(halves)));
  insert.bind(3, chunk.value);
  TRY(insert.run());
  return db.changes() > 0;
}

Result<std::optional<float>> similarity(storage::Connection& db, const Space& space, ChunkId chunk,
                                        std::span<const float> query) {
  TRY_ASSIGN(auto rows, db.prepare("SELECT vector FROM chunk_vectors WHERE key = ?1"));
  rows.bind(1, key_of(space, chunk));
  TRY_ASSIGN(const bool found, rows.step());
  const auto bytes = found ? rows.blob(0) : std::span<const std::byte>();
  if (bytes.size() != query.size() * sizeof(std::uint16_t)) return std::nullopt;
  std::vector<std::uint16_t> halves(query.size());
  std::memcpy(halves.data(), bytes.data(), bytes.size());
  return std::clamp(kernels().dot_half(query.data(), halves.data(), query.size()), -1.0F, 1.0F);
}

Result<bool> erase_other_spaces(storage::Connection& db, const Space& keep, std::size_t limit) {
  TRY_ASSIGN(auto vectors, db.prepare("DELETE FROM chunk_vectors WHERE key IN "
                                      "(SELECT key FROM chunk_vectors WHERE key < ?1 OR key >= ?2 "
                                      "LIMIT ?3)"));
  vectors.bind(1, keep.id * kKeysPerSpace).bind(2, (keep.id + 1) * kKeysPerSpace).bind(3, limit);
  TRY(vectors.run());
  if (db.changes() > 0) return true;
  TRY_ASSIGN(auto spaces, db.prepare("DELETE FROM embedders WHERE id <> ?1"));
  spaces.bind(1, keep.id);
  TRY(spaces.run());
  return false;
}

Result<std::optional<Hit>> passage(storage::Connection& db, ChunkId chunk) {
  TRY_ASSIGN(auto rows,
             db.prepare("SELECT c.content_id, c.start_byte, c.end_byte, c.start_char, c.end_char, "
                        "c.page, c.heading, c.text, t.title, t.media_type "
                        "FROM chunks c JOIN contents t ON t.id = c.content_id WHERE c.id = ?1"));
  rows.bind(1, chunk.value);
  TRY_ASSIGN(const bool found, rows.step());
  if (!found) return std::nullopt;
  Hit hit;
  hit.chunk = chunk;
  hit.content = ContentId{rows.integer(0)};
  hit.start_byte = static_cast<std::size_t>(rows.integer(1));
  hit.end_byte = static_cast<std::size_t>(rows.integer(2));
  hit.start_char = static_cast<std::size_t>(rows.integer(3));
  hit.end_char = static_cast<std::size_t>(rows.integer(4));
  if (!rows.is_null(5)) hit.page = static_cast<int>(rows.integer(5));
  hit.heading = rows.text(6);
  hit.text = rows.text(7);
  hit.title = rows.text(8);
  hit.media_type = rows.text(9);
  return hit;
}

DocumentFilter::DocumentFilter(const Filter& filter) {
  const auto both = [this](std::string_view condition) {
    where_ += where_.empty() ? "" : " AND ";
    where_ += condition;
  };
  if (filter.collection) {
    both("s.collection = ?");
    texts_.push_back(*filter.collection);
  }
  if (!filter.media_types.empty()) {
    std::string any;
    for (const std::string& type : filter.media_types) {
      any += any.empty() ? "" : " OR ";
      any += type.ends_with('/') ? "substr(t.media_type, 1, length(?)) = ?" : "t.media_type = ?";
      texts_.push_back(type);
      if (type.ends_with('/')) texts_.push_back(type);
    }
    both(format("({})", any));
  }
  if (!filter.sources.empty()) {
    std::string any;
    for (const SourceId source : filter.sources) {
      any += format("{}{}", any.empty() ? "" : ", ", source.value);
    }
    both(format("s.id IN ({})", any));
  }
  if (filter.since_ms) {
    both("coalesce(t.date_ms, d.modified_ns / 1000000) >= ?");
    numbers_.push_back(*filter.since_ms);
  }
  if (filter.until_ms) {
    both("coalesce(t.date_ms, d.modified_ns / 1000000) <= ?");
    numbers_.push_back(*filter.until_ms);
  }
}

void DocumentFilter::bind(storage::Statement& statement, int first) const {
  for (const std::string& text : texts_) statement.bind(first++, text);
  for (const std::int64_t number : numbers_) statement.bind(first++, number);
}

Result<std::vector<ContentId>> DocumentFilter::contents(storage::Connection& db) const {
  std::vector<ContentId> out;
  TRY_ASSIGN(auto rows, db.prepare(format("SELECT DISTINCT d.content_id FROM documents d "
                                          "JOIN sources s ON s.id = d.source_id "
                                          "CROSS JOIN contents t INDEXED BY contents_for_filters "
                                          "ON t.id = d.content_id WHERE {}",
                                          where_)));
  bind(rows, 1);
  for (;;) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) break;
    out.push_back(ContentId{rows.integer(0)});
  }
  std::ranges::sort(out);
  return out;
}

Result<bool> DocumentFilter::fill_document(storage::Connection& db, Hit& hit) const {
  TRY_ASSIGN(auto rows,
             db.prepare(format("SELECT d.id, d.source_id, d.path, s.collection, "
                               "coalesce(t.date_ms, d.modified_ns / 1000000) "
                               "FROM contents t INDEXED BY contents_for_filters "
                               "CROSS JOIN documents d ON d.content_id = t.id "
                               "CROSS JOIN sources s ON s.id = d.source_id "
                               "WHERE t.id = ?1{}{} ORDER BY d.modified_ns DESC, d.id DESC LIMIT 1",
                               where_.empty() ? "" : " AND ", where_)));
  rows.bind(1, hit.content.value);
  bind(rows, 2);
  TRY_ASSIGN(const bool found, rows.step());
  if (!found) return false;
  hit.document = DocumentId{rows.integer(0)};
  hit.source = SourceId{rows.integer(1)};
  hit.path = rows.text(2);
  hit.collection = rows.text(3);
  hit.date_ms = rows.integer(4);
  return true;
}

}  // namespace hearth::search::rows
