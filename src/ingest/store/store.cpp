#include "ingest/store/store.h"

#include "core/format.h"
#include "core/json.h"

namespace hearth::ingest {

std::string_view last_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool KnownFile::is_same(const platform::FileStat& stat) const {
  return reader == kReaderVersion && size_bytes == stat.size_bytes &&
         modified_ns == stat.modified_ns && inode == stat.inode;
}

Result<std::vector<StoredSource>> Store::stored_sources(const Call& call) const {
  std::vector<StoredSource> out;
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto query,
               db.prepare("SELECT id, kind, path, collection, added_ms, root_device, root_inode,"
                          " coalesce(times, 0) FROM sources"
                          " LEFT JOIN unended_scans ON source_id = id ORDER BY id"));
    for (;;) {
      TRY_ASSIGN(const bool more, query.step());
      if (!more) return {};
      out.push_back({SourceId{query.integer(0)}, std::string(query.text(1)),
                     std::string(query.text(2)), std::string(query.text(3)), query.integer(4),
                     query.integer(5), query.integer(6), query.integer(7)});
    }
  }));
  return out;
}

Result<StoredSource> Store::insert_source(const Call& call, StoredSource source) {
  source.added_ms = clock_.wall_ms();
  const auto body = [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto insert,
               db.prepare("INSERT INTO sources (kind, path, collection, added_ms,"
                          " root_device, root_inode) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
    insert.bind(1, source.kind).bind(2, source.path).bind(3, source.collection);
    insert.bind(4, source.added_ms).bind(5, source.root_device).bind(6, source.root_inode);
    TRY(insert.run());
    source.id = SourceId{db.last_insert_id()};
    return {};
  };
  TRY(database_.write(call, body));
  return source;
}

Result<void> Store::set_collection(const Call& call, SourceId id, std::string_view collection) {
  return database_.write(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto update, db.prepare("UPDATE sources SET collection = ?2 WHERE id = ?1"));
    return update.bind(1, id.value).bind(2, collection).run();
  });
}

// Not for a caller that may stop: what was begun is to be ended too.
Result<void> Store::begin_scan(SourceId id) {
  return database_.write({}, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto count,
               db.prepare("INSERT INTO unended_scans SELECT id, 1 FROM sources"
                          " WHERE id = ?1 ON CONFLICT DO UPDATE SET times = times + 1"));
    return count.bind(1, id.value).run();
  });
}

Result<void> Store::end_scan(SourceId id) {
  return database_.write({}, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto remove, db.prepare("DELETE FROM unended_scans WHERE source_id = ?1"));
    return remove.bind(1, id.value).run();
  });
}

Result<void> Store::set_scanned(const Call& call, SourceId id, const platform::FileStat& root) {
  return database_.write(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto update, db.prepare("UPDATE sources SET scanned_ms = ?2, root_device = ?3,"
                                       " root_inode = ?4 WHERE id = ?1"));
    update.bind(1, id.value).bind(2, clock_.wall_ms()).bind(3, root.device).bind(4, root.inode);
    return update.run();
  });
}

Result<KnownFiles> Store::known_files(const Call& call, SourceId source,
                                      std::string_view folder) const {
  KnownFiles out;
  const std::string low = std::string(folder) + "/";
  const std::string high = std::string(folder) + "0";  // the character behind '/'
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto query, db.prepare("SELECT path, size_bytes, modified_ns, inode, reader, problem"
                                      " FROM documents WHERE source_id = ?1 AND"
                                      " (path = ?2 OR (path >= ?3 AND path < ?4))"));
    query.bind(1, source.value).bind(2, folder).bind(3, low).bind(4, high);
    for (;;) {
      TRY_ASSIGN(const bool more, query.step());
      if (!more) return {};
      out.emplace(query.text(0),
                  KnownFile{query.integer(1), query.integer(2), query.integer(3),
                            static_cast<int>(query.integer(4)), std::string(query.text(5))});
    }
  }));
  return out;
}

Result<std::optional<ContentId>> Store::find_content(const Call& call,
                                                     const crypto::Hash& hash) const {
  std::optional<ContentId> out;
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto query, db.prepare("SELECT id FROM contents WHERE hash = ?1"));
    query.bind_blob(1, hash);
    TRY_ASSIGN(const bool found, query.step());
    if (found) out = ContentId{query.integer(0)};
    return {};
  }));
  return out;
}

Result<std::vector<Source>> Store::sources(const Call& call, std::optional<SourceId> only) const {
  std::vector<Source> out;
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(
        auto query,
        db.prepare("SELECT s.id, s.kind, s.path, s.collection, s.added_ms,"
                   " count(d.content_id), count(d.problem), total(CASE WHEN d.content_id IS NOT"
                   " NULL THEN d.size_bytes END), count(d.id)"
                   " FROM sources s LEFT JOIN documents d ON d.source_id = s.id"
                   " WHERE ?1 IS NULL OR s.id = ?1 GROUP BY s.id ORDER BY s.id"));
    query.bind(1, only ? std::optional<std::int64_t>(only->value) : std::nullopt);
    for (;;) {
      TRY_ASSIGN(const bool more, query.step());
      if (!more) break;
      Source source;
      source.id = SourceId{query.integer(0)};
      source.kind = query.text(1);
      source.path = query.text(2);
      source.collection = query.text(3);
      source.added_ms = query.integer(4);
      source.documents = query.integer(5);
      source.problems = query.integer(6);
      source.bytes = static_cast<std::int64_t>(query.real(7));
      out.push_back(std::move(source));
    }
    for (Source& source : out) {
      TRY_ASSIGN(auto chunks,
                 db.prepare("SELECT count(*) FROM chunks WHERE content_id IN"
                            " (SELECT content_id FROM documents WHERE source_id = ?1)"));
      chunks.bind(1, source.id.value);
      TRY_ASSIGN(const bool row, chunks.step());
      if (row) source.chunks = chunks.integer(0);
      TRY_ASSIGN(auto ignored, db.prepare("SELECT count(*) FROM documents WHERE source_id = ?1"
                                          " AND content_id IS NULL AND problem IS NULL"));
      ignored.bind(1, source.id.value);
      TRY_ASSIGN(const bool counted, ignored.step());
      if (counted) source.ignored = ignored.integer(0);
    }
    return {};
  }));
  return out;
}

Result<std::vector<Problem>> Store::problems(const Call& call,
                                             std::optional<SourceId> source) const {
  std::vector<Problem> out;
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto query,
               db.prepare("SELECT id, path, problem FROM documents"
                          " WHERE problem IS NOT NULL AND (?1 IS NULL OR source_id = ?1)"
                          " ORDER BY source_id, path"));
    query.bind(1, source ? std::optional<std::int64_t>(source->value) : std::nullopt);
    for (;;) {
      TRY_ASSIGN(const bool more, query.step());
      if (!more) return {};
      out.push_back(
          {DocumentId{query.integer(0)}, std::string(query.text(1)), std::string(query.text(2))});
    }
  }));
  return out;
}

Result<std::vector<DocumentInfo>> Store::documents(const Call& call, SourceId source,
                                                   std::size_t offset, std::size_t count) const {
  std::vector<DocumentInfo> out;
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto query,
               db.prepare("SELECT d.id, d.path, c.title, c.media_type, d.size_bytes,"
                          " coalesce(c.date_ms, d.modified_ns / 1000000), d.problem,"
                          " (SELECT count(*) FROM chunks WHERE content_id = d.content_id)"
                          " FROM documents d LEFT JOIN contents c ON c.id = d.content_id"
                          " WHERE d.source_id = ?1 AND (d.content_id IS NOT NULL OR"
                          " d.problem IS NOT NULL) ORDER BY d.path LIMIT ?2 OFFSET ?3"));
    query.bind(1, source.value).bind(2, count).bind(3, offset);
    for (;;) {
      TRY_ASSIGN(const bool more, query.step());
      if (!more) return {};
      DocumentInfo info;
      info.id = DocumentId{query.integer(0)};
      info.source = source;
      info.path = query.text(1);
      info.title = query.text(2).empty() ? last_name(info.path) : query.text(2);
      info.media_type = query.text(3);
      info.size_bytes = query.integer(4);
      info.date_ms = query.integer(5);
      info.problem = query.text(6);
      info.chunks = query.integer(7);
      out.push_back(std::move(info));
    }
  }));
  return out;
}

Result<DocumentText> Store::document(const Call& call, DocumentId id) const {
  DocumentText out;
  TRY(database_.read(call, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto query,
               db.prepare("SELECT d.source_id, d.path, c.title, c.media_type, c.text,"
                          " c.pages, d.problem, d.content_id IS NULL"
                          " FROM documents d LEFT JOIN contents c ON c.id = d.content_id"
                          " WHERE d.id = ?1"));
    query.bind(1, id.value);
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return fail(Code::NotFound, format("there is no document {}", id.value));
    if (query.integer(7) != 0) {
      const std::string why(query.text(6));
      return fail(Code::NotFound, why.empty() ? "this file holds no text" : why);
    }
    out.id = id;
    out.source = SourceId{query.integer(0)};
    out.path = query.text(1);
    out.title = query.text(2).empty() ? last_name(out.path) : query.text(2);
    out.media_type = query.text(3);
    out.text = query.text(4);
    TRY_ASSIGN(const Json pages, Json::parse(query.text(5)));
    for (const Json& page : pages.items()) {
      out.pages.push_back(static_cast<std::size_t>(page.int_or(0)));
    }
    return {};
  }));
  return out;
}

}  // namespace hearth::ingest
