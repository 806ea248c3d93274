-- What all migrations together make. Written by the test Schema.*; read it as a diff.

CREATE TABLE migrations (
  number  INTEGER PRIMARY KEY,
  name    TEXT NOT NULL,
  hash    BLOB NOT NULL  -- BLAKE2b-256 of the SQL that ran
) STRICT;

CREATE TABLE sources (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind IN ('folder', 'file')),
  path        TEXT NOT NULL UNIQUE,
  collection  TEXT NOT NULL,
  added_ms    INTEGER NOT NULL,
  scanned_ms  INTEGER,                      -- when the last full scan ended; NULL before the first
  root_device INTEGER NOT NULL DEFAULT 0,   -- of the folder when it was last there: an empty folder that
  root_inode  INTEGER NOT NULL DEFAULT 0    -- is another one is a disk that is away
) STRICT;

CREATE TABLE contents (
  id          INTEGER PRIMARY KEY,
  hash        BLOB NOT NULL UNIQUE,         -- BLAKE2b-256 of bytes, media type and extractor version
  media_type  TEXT NOT NULL,
  title       TEXT NOT NULL,                -- from the document itself; may be empty
  date_ms     INTEGER,                      -- the document's own date (a mail's Date), if it has one
  text        TEXT NOT NULL,                -- UTF-8; all offsets of chunks and pages point into it
  pages       TEXT NOT NULL DEFAULT '[]',   -- JSON array of byte offsets where page 1, 2, … begin
  outline     TEXT NOT NULL DEFAULT '[]',   -- JSON array of {start, level, title}
  characters  INTEGER NOT NULL              -- code points in text
) STRICT;

CREATE TABLE documents (
  id           INTEGER PRIMARY KEY,
  source_id    INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  path         TEXT NOT NULL,               -- absolute
  content_id   INTEGER REFERENCES contents (id),
  size_bytes   INTEGER NOT NULL,
  modified_ns  INTEGER NOT NULL,
  inode        INTEGER NOT NULL,
  seen_ms      INTEGER NOT NULL,
  reader       INTEGER NOT NULL DEFAULT 0,  -- version of the readers that read it; older is read again
  problem      TEXT,                        -- why it could not be read, in words for the person; without
                                            -- one, and without a content, the file is none that has text
  UNIQUE (source_id, path)
) STRICT;

CREATE INDEX documents_by_content ON documents (content_id);

CREATE INDEX documents_with_problem ON documents (source_id) WHERE problem IS NOT NULL;

CREATE TABLE chunks (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: an index in memory may be behind
  content_id  INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
  ordinal     INTEGER NOT NULL,             -- 0, 1, … within the content
  start_byte  INTEGER NOT NULL,             -- half-open range in contents.text
  end_byte    INTEGER NOT NULL,
  start_char  INTEGER NOT NULL,             -- the same range in code points
  end_char    INTEGER NOT NULL,
  page        INTEGER,                      -- counted from 1; NULL where the format has no pages
  heading     TEXT NOT NULL,                -- "Chapter > Section", or a mail's subject; may be empty
  text        TEXT NOT NULL,                -- exactly the range
  UNIQUE (content_id, ordinal)
) STRICT;

CREATE TABLE embedders (
  id           INTEGER PRIMARY KEY,
  fingerprint  TEXT NOT NULL UNIQUE,        -- of the model file: vectors of two models never mix
  model        TEXT NOT NULL,
  dimensions   INTEGER NOT NULL
) STRICT;

CREATE TABLE chunk_vectors (
  key     INTEGER PRIMARY KEY,              -- embedders.id x 2^40 + chunks.id: one range per embedder
  vector  BLOB NOT NULL                     -- half-precision floats, little-endian, length 1
) STRICT;

CREATE VIRTUAL TABLE chunk_words USING fts5 (
  heading, text, content = '', tokenize = "unicode61 remove_diacritics 0"
);

CREATE VIRTUAL TABLE document_names USING fts5 (
  name, content = '', tokenize = "unicode61 remove_diacritics 2"
);

CREATE TRIGGER document_named AFTER INSERT ON documents BEGIN
  INSERT INTO document_names (rowid, name)
  VALUES (new.id, substr(new.path, length(rtrim(new.path, replace(new.path, '/', ''))) + 1));
END;

CREATE TRIGGER document_unnamed AFTER DELETE ON documents BEGIN
  INSERT INTO document_names (document_names, rowid, name)
  VALUES ('delete', old.id,
          substr(old.path, length(rtrim(old.path, replace(old.path, '/', ''))) + 1));
END;

CREATE TRIGGER document_renamed AFTER UPDATE OF path ON documents WHEN old.path <> new.path BEGIN
  INSERT INTO document_names (document_names, rowid, name)
  VALUES ('delete', old.id,
          substr(old.path, length(rtrim(old.path, replace(old.path, '/', ''))) + 1));
  INSERT INTO document_names (rowid, name)
  VALUES (new.id, substr(new.path, length(rtrim(new.path, replace(new.path, '/', ''))) + 1));
END;

CREATE INDEX contents_for_filters ON contents (id, media_type, date_ms);

CREATE TABLE conversations (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: a page may still show an old one
  title       TEXT NOT NULL,                -- from the first question until it is renamed
  created_ms  INTEGER NOT NULL,
  updated_ms  INTEGER NOT NULL
, owner TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX conversations_by_time ON conversations (updated_ms);

CREATE TABLE messages (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id  INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  role             TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  text             TEXT NOT NULL,
  answer           TEXT,                    -- JSON: how it was found, citations; NULL for questions
  created_ms       INTEGER NOT NULL
) STRICT;

CREATE INDEX messages_by_conversation ON messages (conversation_id, id);

CREATE TABLE sentence_vectors (
  id          INTEGER PRIMARY KEY,
  chunk_id    INTEGER NOT NULL REFERENCES chunks (id) ON DELETE CASCADE,
  start_byte  INTEGER NOT NULL,             -- the sentence, in contents.text
  end_byte    INTEGER NOT NULL,
  model       TEXT NOT NULL,                -- fingerprint of the embedder
  form        INTEGER NOT NULL,             -- how the embedded text was composed
  vector      BLOB NOT NULL,                -- one signed byte per dimension, scaled to its peak
  UNIQUE (chunk_id, start_byte, end_byte, model, form)
) STRICT;

CREATE TABLE api_tokens (
  name        TEXT PRIMARY KEY,
  hash        BLOB NOT NULL UNIQUE,
  created_ms  INTEGER NOT NULL,
  scopes      TEXT NOT NULL                 -- space-separated, e.g. "library.read model.use"
) STRICT;

CREATE TABLE api_sessions (
  hash        BLOB PRIMARY KEY,
  created_ms  INTEGER NOT NULL,
  expires_ms  INTEGER NOT NULL
) STRICT;

CREATE TRIGGER conversations_go_with_their_token AFTER DELETE ON api_tokens BEGIN
  DELETE FROM conversations WHERE owner = old.name;
END;

CREATE TABLE unended_scans (
  source_id   INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
  times       INTEGER NOT NULL
) STRICT;
