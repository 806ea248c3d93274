-- What search keeps beside the library. All of it is derived and can be rebuilt: words from the
-- chunks, vectors by the embedder. The full-text tables hold no copy of a text and overwrite what is
-- removed; whoever deletes a chunk deletes its words and vectors in the same transaction.

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

-- Words as search cut and folded them, joined by spaces: its query speaks of the same words.
CREATE VIRTUAL TABLE chunk_words USING fts5 (
  heading, text, content = '', tokenize = "unicode61 remove_diacritics 0"
);
INSERT INTO chunk_words (chunk_words, rank) VALUES ('secure-delete', 1);

-- The names of files, without their folders, kept by the triggers.
CREATE VIRTUAL TABLE document_names USING fts5 (
  name, content = '', tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO document_names (document_names, rank) VALUES ('secure-delete', 1);

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

-- Filters by type and date read this instead of the rows that hold whole texts.
CREATE INDEX contents_for_filters ON contents (id, media_type, date_ms);
