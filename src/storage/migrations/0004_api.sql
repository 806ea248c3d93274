-- Who may call the API. Secrets are kept as BLAKE2b-256 hashes only: a stolen vault opens no door.

CREATE TABLE api_tokens (
  name        TEXT PRIMARY KEY,
  hash        BLOB NOT NULL UNIQUE,
  created_ms  INTEGER NOT NULL,
  scopes      TEXT NOT NULL                 -- space-separated, e.g. "library.read model.use"
) STRICT;

-- Browsers that are signed in. Kept so that a restart of the core does not sign the page out.
CREATE TABLE api_sessions (
  hash        BLOB PRIMARY KEY,
  created_ms  INTEGER NOT NULL,
  expires_ms  INTEGER NOT NULL
) STRICT;
