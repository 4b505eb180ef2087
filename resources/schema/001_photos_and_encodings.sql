-- Paths are blobs: a file name on Linux is bytes, not text.
CREATE TABLE roots (
  path BLOB PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE photos (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path BLOB NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  modified INTEGER NOT NULL,      -- nanoseconds since the epoch
  content_hash TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  taken_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX photos_by_content ON photos (content_hash);

CREATE TABLE rejected (
  path BLOB PRIMARY KEY,
  bytes INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  reason TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE models (
  fingerprint TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  rows INTEGER NOT NULL           -- rows of vectors/<fingerprint>.vec that are committed
) WITHOUT ROWID;

CREATE TABLE encodings (
  photo INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL REFERENCES models (fingerprint),
  row INTEGER NOT NULL,
  PRIMARY KEY (photo, fingerprint)
) WITHOUT ROWID;
CREATE UNIQUE INDEX encodings_by_row ON encodings (fingerprint, row);
