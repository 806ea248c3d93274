-- Conversations, and the vectors of single sentences that answering has needed. A conversation is kept
-- until the person deletes it; a sentence's vector is derived and lives as long as its chunk.

CREATE TABLE conversations (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: a page may still show an old one
  title       TEXT NOT NULL,                -- from the first question until it is renamed
  created_ms  INTEGER NOT NULL,
  updated_ms  INTEGER NOT NULL
) STRICT;
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
