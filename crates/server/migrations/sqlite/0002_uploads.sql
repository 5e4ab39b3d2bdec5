-- Uploads that go on after an interruption, and what nobody has sent after a while.

-- Whether a message has ever named the file. What an earlier release took is kept: it did not write down what was named.
ALTER TABLE media ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
UPDATE media SET named = 1;
CREATE INDEX media_unnamed ON media (created) WHERE named = 0;
-- What somebody has uploaded in the last day.
CREATE INDEX media_owner ON media (site_id, owner, created);

-- An upload that is not whole yet. Its id becomes the media's.
CREATE TABLE upload (
  id           TEXT PRIMARY KEY,
  site_id      TEXT NOT NULL REFERENCES site (id),
  owner        TEXT NOT NULL,
  client_id    TEXT,
  storage_name TEXT NOT NULL UNIQUE,
  filename     TEXT NOT NULL,              -- as the uploader calls it
  length_bytes INTEGER NOT NULL,
  offset_bytes INTEGER NOT NULL,           -- so much is on the disk
  created      INTEGER NOT NULL,
  expires      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX upload_client ON upload (site_id, owner, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX upload_owner ON upload (site_id, owner);
CREATE INDEX upload_expires ON upload (expires);
