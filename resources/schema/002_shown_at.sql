-- When a photograph was taken, else when its file was written: seconds since 1970 as the clock on the wall showed them.
-- Filled by the same rule as in core/store/library.cpp (shownAt), which fills it from now on.
ALTER TABLE photos ADD COLUMN shown_at INTEGER NOT NULL DEFAULT 0;
UPDATE photos SET shown_at = coalesce(
  CAST(strftime('%s', nullif(taken_at, '')) AS INTEGER),
  CAST(strftime('%s', modified / 1000000000, 'unixepoch', 'localtime') AS INTEGER),
  0);
CREATE INDEX photos_by_shown_at ON photos (shown_at);
