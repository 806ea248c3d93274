-- The library: what the person added, the files found there, and the passages read from them.
-- A document is a path; a content is distinct bytes. Equal files share one content, so that a copy, a
-- rename or a move costs nothing, and a content lives exactly as long as a document shows it.

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
