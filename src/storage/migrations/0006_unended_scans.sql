-- Sources that the core was looking through when it ended, and how often: a folder that brings it
-- down must not do so at every start. An orderly end of the scan takes the row away.
CREATE TABLE unended_scans (
  source_id   INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
  times       INTEGER NOT NULL
) STRICT;
