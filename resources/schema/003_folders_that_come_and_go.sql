-- Where file systems began when the folders were last gone over: a folder on another one than before, with nothing of
-- what it held, is a drive that is not there, not a folder whose photographs were deleted.
CREATE TABLE mounts (
  path BLOB PRIMARY KEY,
  device INTEGER NOT NULL,
  is_mount_point INTEGER NOT NULL
) WITHOUT ROWID;

-- Folders, and files, that could not be seen when they were last looked for. What lies at or below them is offline.
CREATE TABLE unseen (
  path BLOB PRIMARY KEY,
  reason TEXT NOT NULL
) WITHOUT ROWID;

-- What a person wants left out below a folder of the library.
ALTER TABLE roots ADD COLUMN enter_links INTEGER NOT NULL DEFAULT 1;
CREATE TABLE exclusions (
  root BLOB NOT NULL REFERENCES roots (path) ON DELETE CASCADE,
  pattern TEXT NOT NULL,
  PRIMARY KEY (root, pattern)
) WITHOUT ROWID;
