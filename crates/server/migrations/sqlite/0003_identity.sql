-- Proven members, and conversations that become one.

ALTER TABLE site ADD COLUMN identity_required INTEGER NOT NULL DEFAULT 0; -- names and mail only from a signed identity

-- Sequences rise within a site, not only within a conversation: so two conversations can become one without a message
-- changing its id, its place in time or anything else that programs and pages hold.
ALTER TABLE site ADD COLUMN last_sequence INTEGER NOT NULL DEFAULT 0;
UPDATE site SET last_sequence =
  coalesce((SELECT max(c.last_sequence) FROM conversation c WHERE c.site_id = site.id), 0);

ALTER TABLE participant ADD COLUMN email TEXT;
ALTER TABLE participant ADD COLUMN subject TEXT;   -- the site's own id of its member: `sub` of the signed identity
ALTER TABLE participant ADD COLUMN proven INTEGER; -- when last; where NULL, name and mail are what the visitor says

ALTER TABLE message ADD COLUMN verified INTEGER NOT NULL DEFAULT 0; -- its participant was proven when they wrote it

ALTER TABLE conversation ADD COLUMN joined_sequence INTEGER NOT NULL DEFAULT 0; -- place of the last merge into it
ALTER TABLE conversation ADD COLUMN joined_revision INTEGER NOT NULL DEFAULT 0;

ALTER TABLE event ADD COLUMN told_as TEXT;         -- id of its conversation when it was written, where that was merged since

-- Keys by which the site's own server proves who its member is. A secret is kept as it is: it has to sign again.
CREATE TABLE identity_key (
  id        TEXT PRIMARY KEY,                      -- `kid`
  site_id   TEXT NOT NULL REFERENCES site (id),
  name      TEXT NOT NULL,
  algorithm TEXT NOT NULL,                         -- HS256, EdDSA, RS256
  material  BLOB NOT NULL,                         -- the secret, or the public key as PEM
  created   INTEGER NOT NULL,
  expires   INTEGER                                -- set where another key has taken its place
) STRICT, WITHOUT ROWID;

-- Members' sessions that ended before their time: neither they nor the identity they came from count again.
CREATE TABLE ended_session (
  id      BLOB PRIMARY KEY,                        -- SHA-256 of the signed identity
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ended_session_expires ON ended_session (expires);

-- One row per merge: who it was, on whose proof, what came along.
CREATE TABLE merge (
  number       INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL REFERENCES conversation (number) ON DELETE CASCADE, -- goes on
  merged_id    TEXT NOT NULL,                      -- became part of it
  kind         TEXT NOT NULL,                      -- visitor, contact
  guid         TEXT NOT NULL,
  key_id       TEXT NOT NULL,                      -- of the identity that proved it
  sequence     INTEGER NOT NULL,
  messages     INTEGER NOT NULL,
  created      INTEGER NOT NULL
) STRICT;
CREATE INDEX merge_conversation ON merge (conversation, number);
