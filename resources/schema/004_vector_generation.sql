-- Which vector file of a model is in use: vectors/<fingerprint>.vec for 0, vectors/<fingerprint>.<generation>.vec for
-- others. A file takes the place of another by being written beside it and committed here.
ALTER TABLE models ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
