#include "core/json.h"
#include "ingest/store/store.h"

namespace hearth::ingest {
namespace {

std::string pages_json(const std::vector<std::size_t>& pages) {
  Json out = Json::array();
  for (const std::size_t page : pages) out.push(std::uint64_t{page});
  return out.dump();
}

std::string outline_json(const std::vector<OutlineEntry>& outline) {
  Json out = Json::array();
  for (const OutlineEntry& entry : outline) {
    out.push(Json::object(
        {{"start", std::uint64_t{entry.start}}, {"level", entry.level}, {"title", entry.title}}));
  }
  return out.dump();
}

/// Whether it is worth merging the words of the whole library, which costs by its size.
bool is_many(std::int64_t removed, std::int64_t all, std::int64_t many) {
  return removed >= many && removed >= all / 16;
}

std::optional<std::string_view> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

}  // namespace

struct Store::Work {
  storage::Connection& db;
  search::Index& index;
  std::int64_t now_ms;
  Committed done;
  std::set<std::int64_t> maybe_unused;
  std::map<std::int64_t, bool> source_there;

  Result<bool> has_source(SourceId id) {
    if (const auto found = source_there.find(id.value); found != source_there.end()) {
      return found->second;
    }
    TRY_ASSIGN(auto query, db.prepare("SELECT 1 FROM sources WHERE id = ?1"));
    query.bind(1, id.value);
    TRY_ASSIGN(const bool there, query.step());
    source_there[id.value] = there;
    return there;
  }

  Result<std::optional<std::int64_t>> content_by_hash(const crypto::Hash& hash) {
    TRY_ASSIGN(auto query, db.prepare("SELECT id FROM contents WHERE hash = ?1"));
    query.bind_blob(1, hash);
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return std::optional<std::int64_t>{};
    return std::optional<std::int64_t>(query.integer(0));
  }

  Result<std::int64_t> insert_content(const NewContent& content, std::string_view path) {
    TRY_ASSIGN(const auto known, content_by_hash(content.hash));
    if (known) return *known;
    const Extracted& document = content.document;
    TRY_ASSIGN(auto insert,
               db.prepare("INSERT INTO contents (hash, media_type, title, date_ms, text,"
                          " pages, outline, characters)"
                          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
    insert.bind_blob(1, content.hash).bind(2, document.media_type).bind(3, document.title);
    insert.bind(4, document.date_ms)
        .bind_view(5, document.text)
        .bind(6, pages_json(document.pages));
    insert.bind(7, outline_json(document.outline));
    insert.bind(8, text::count_code_points(document.text));
    TRY(insert.run());
    const std::int64_t id = db.last_insert_id();
    TRY(insert_chunks(id, content, document.title.empty() ? last_name(path) : document.title));
    ++done.contents_added;
    return id;
  }

  Result<void> insert_chunks(std::int64_t content_id, const NewContent& content,
                             std::string_view title) {
    const std::string_view text = content.document.text;
    std::vector<search::Index::NewChunk> rows;
    rows.reserve(content.chunks.size());
    TRY_ASSIGN(
        auto insert,
        db.prepare("INSERT INTO chunks (content_id, ordinal, start_byte, end_byte, start_char,"
                   " end_char, page, heading, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
    for (std::size_t i = 0; i < content.chunks.size(); ++i) {
      const Chunk& chunk = content.chunks[i];
      const std::string_view words = text.substr(chunk.bytes.start, chunk.bytes.size());
      insert.bind(1, content_id).bind(2, i).bind(3, chunk.bytes.start).bind(4, chunk.bytes.end);
      insert.bind(5, chunk.characters.start).bind(6, chunk.characters.end).bind(7, chunk.page);
      insert.bind(8, chunk.heading).bind_view(9, words);
      TRY(insert.run());
      rows.push_back({ChunkId{db.last_insert_id()}, chunk.heading, words});
    }
    return index.add_chunks(db, ContentId{content_id}, title, rows);
  }

  // The content that the path showed before may now be shown by nobody.
  Result<void> note_old_content(SourceId source, std::string_view path) {
    TRY_ASSIGN(auto query, db.prepare("SELECT content_id FROM documents"
                                      " WHERE source_id = ?1 AND path = ?2"
                                      " AND content_id IS NOT NULL"));
    query.bind(1, source.value).bind(2, path);
    TRY_ASSIGN(const bool found, query.step());
    if (found) maybe_unused.insert(query.integer(0));
    return {};
  }

  Result<void> upsert(const Arrival& arrival, std::optional<std::int64_t> content,
                      const std::string& problem, bool try_again) {
    TRY(note_old_content(arrival.source, arrival.path));
    const platform::FileStat& stat = arrival.file.stat;
    TRY_ASSIGN(
        auto statement,
        db.prepare("INSERT INTO documents (source_id, path, content_id, size_bytes, modified_ns,"
                   " inode, seen_ms, reader, problem)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
                   " ON CONFLICT (source_id, path) DO UPDATE SET"
                   " content_id = excluded.content_id, size_bytes = excluded.size_bytes,"
                   " modified_ns = excluded.modified_ns, inode = excluded.inode,"
                   " seen_ms = excluded.seen_ms, reader = excluded.reader,"
                   " problem = excluded.problem"));
    statement.bind(1, arrival.source.value).bind(2, arrival.path).bind(3, content);
    statement.bind(4, stat.size_bytes)
        .bind(5, stat.modified_ns)
        .bind(6, stat.inode)
        .bind(7, now_ms);
    // Version 0 never equals the present one: the next scan reads the file again.
    statement.bind(8, try_again ? 0 : kReaderVersion).bind(9, text_or_null(problem));
    return statement.run();
  }

  Result<void> arrive(const Arrival& arrival, std::size_t number) {
    TRY_ASSIGN(const bool there, has_source(arrival.source));
    if (!there) return {};
    const Reading& reading = arrival.file.reading;
    if (const auto* made = std::get_if<NewContent>(&reading)) {
      TRY_ASSIGN(const std::int64_t id, insert_content(*made, arrival.path));
      return upsert(arrival, id, made->document.problem, false);
    }
    if (const auto* known = std::get_if<KnownContent>(&reading)) {
      TRY_ASSIGN(const auto id, content_by_hash(known->hash));
      if (id) return upsert(arrival, id, {}, false);
      done.read_again.push_back(number);
      return {};
    }
    if (const auto* bad = std::get_if<Unreadable>(&reading)) {
      return upsert(arrival, std::nullopt, bad->reason, bad->try_again);
    }
    if (std::holds_alternative<NoText>(reading)) return upsert(arrival, std::nullopt, {}, false);
    return depart({arrival.source, arrival.path, false});
  }

  Result<void> depart(const Departure& departure) {
    const std::string low = departure.path + "/";
    const std::string high = departure.path + "0";  // the character behind '/'
    for (const char* sql : {"SELECT content_id FROM documents WHERE source_id = ?1 AND path = ?2"
                            " AND content_id IS NOT NULL",
                            "SELECT content_id FROM documents WHERE source_id = ?1 AND path >= ?2"
                            " AND path < ?3 AND content_id IS NOT NULL"}) {
      const bool below = std::string_view(sql).find("?3") != std::string_view::npos;
      TRY_ASSIGN(auto query, db.prepare(sql));
      query.bind(1, departure.source.value).bind(2, below ? low : departure.path);
      if (below) query.bind(3, high);
      for (;;) {
        TRY_ASSIGN(const bool more, query.step());
        if (!more) break;
        maybe_unused.insert(query.integer(0));
      }
    }
    TRY_ASSIGN(auto remove, db.prepare("DELETE FROM documents WHERE source_id = ?1 AND"
                                       " (path = ?2 OR (path >= ?3 AND path < ?4))"));
    remove.bind(1, departure.source.value).bind(2, departure.path).bind(3, low).bind(4, high);
    return remove.run();
  }

  // Contents after `after` that no document shows, as many as hold about `chunks_max` chunks. False
  // when there are no more.
  Result<bool> find_unused(std::int64_t& after, std::int64_t chunks_max) {
    TRY_ASSIGN(auto query,
               db.prepare("SELECT c.id, (SELECT count(*) FROM chunks k WHERE k.content_id = c.id)"
                          " FROM contents c WHERE c.id > ?1 AND NOT EXISTS"
                          " (SELECT 1 FROM documents d WHERE d.content_id = c.id) ORDER BY c.id"));
    query.bind(1, after);
    for (std::int64_t chunks = 0; chunks < chunks_max;) {
      TRY_ASSIGN(const bool more, query.step());
      if (!more) return false;
      after = query.integer(0);
      chunks += query.integer(1) + 1;
      maybe_unused.insert(after);
    }
    return true;
  }

  Result<void> release_unused() {
    for (const std::int64_t id : maybe_unused) {
      TRY_ASSIGN(auto query, db.prepare("SELECT 1 FROM documents WHERE content_id = ?1 LIMIT 1"));
      query.bind(1, id);
      TRY_ASSIGN(const bool used, query.step());
      if (used) continue;
      TRY(index.remove_content(db, ContentId{id}));
      TRY_ASSIGN(auto chunks, db.prepare("DELETE FROM chunks WHERE content_id = ?1"));
      TRY(chunks.bind(1, id).run());
      TRY_ASSIGN(auto content, db.prepare("DELETE FROM contents WHERE id = ?1"));
      TRY(content.bind(1, id).run());
    }
    return {};
  }
};

Result<Committed> Store::commit(const Call& call, std::span<const Change> changes) {
  Committed done;
  const auto body = [&](storage::Connection& db) -> Result<void> {
    Work work{db, index_, clock_.wall_ms(), {}, {}, {}};
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (const auto* arrival = std::get_if<Arrival>(&changes[i])) {
        TRY(work.arrive(*arrival, i));
      } else {
        TRY(work.depart(std::get<Departure>(changes[i])));
      }
    }
    TRY(work.release_unused());
    done = std::move(work.done);
    return {};
  };
  TRY(database_.write(call, body));
  index_.committed();
  return done;
}

Result<void> Store::remove_source(const Call& call, SourceId id) {
  constexpr std::int64_t kManyDocuments = 1'000;
  const auto body = [&](storage::Connection& db) -> Result<void> {
    {
      TRY_ASSIGN(auto count, db.prepare("SELECT total(source_id = ?1), count(*) FROM documents"));
      TRY(count.bind(1, id.value).step());
      if (is_many(count.integer(0), count.integer(1), kManyDocuments)) {
        TRY(index_.expect_many_removals(db));
      }
    }
    TRY_ASSIGN(auto documents, db.prepare("DELETE FROM documents WHERE source_id = ?1"));
    TRY(documents.bind(1, id.value).run());
    TRY_ASSIGN(auto source, db.prepare("DELETE FROM sources WHERE id = ?1"));
    TRY(source.bind(1, id.value).run());
    if (db.changes() == 0) return fail(Code::NotFound, "there is no such source");
    return {};
  };
  TRY(database_.write(call, body));
  // The person asked for it to be gone: hanging up does not stop that.
  return sweep({});
}

Result<Store::Unused> Store::count_unused(const Call& call, std::int64_t after) const {
  Unused out;
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto query, db.prepare("SELECT (SELECT count(*) FROM chunks), count(*)"
                                      " FROM contents c JOIN chunks k ON k.content_id = c.id"
                                      " WHERE c.id > ?1 AND NOT EXISTS"
                                      " (SELECT 1 FROM documents d WHERE d.content_id = c.id)"));
    query.bind(1, after);
    TRY(query.step());
    out = {.chunks = query.integer(1), .all_chunks = query.integer(0)};
    return {};
  }));
  return out;
}

Result<void> Store::sweep(const Call& call) {
  constexpr std::int64_t kChunksAtOnce = 512;
  // Merging costs by the size of the library, so it must be worth it; and what is merged away in
  // one step is bounded by what was marked.
  constexpr std::int64_t kManyChunks = 2'000;
  constexpr std::int64_t kMarkedMost = 25'000;
  std::int64_t after = 0;
  bool more = true;
  while (more) {
    TRY_ASSIGN(const Unused unused, count_unused(call, after));
    const bool many = is_many(unused.chunks, unused.all_chunks, kManyChunks);
    for (std::int64_t marked = 0; more && marked < kMarkedMost; marked += kChunksAtOnce) {
      const auto body = [&](storage::Connection& db) -> Result<void> {
        Work work{db, index_, clock_.wall_ms(), {}, {}, {}};
        TRY_ASSIGN(more, work.find_unused(after, kChunksAtOnce));
        if (many) TRY(index_.expect_many_removals(db));
        return work.release_unused();
      };
      TRY(database_.write(call, body));
      index_.committed();
    }
    TRY(index_.purge_words(call));
  }
  return {};
}

}  // namespace hearth::ingest
