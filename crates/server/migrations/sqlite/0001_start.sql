-- Times are microseconds since 1970 (UTC). Ids are text, hashes and secrets bytes, truth values 0 and 1.
-- `number` columns are the store's own keys; they never leave it, but for the event log's, which is its cursor.

CREATE TABLE site (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  image_url       TEXT,
  welcome_text    TEXT,
  allowed_origins TEXT NOT NULL,           -- JSON list
  secret          BLOB NOT NULL,           -- signs visitor tokens, media links and cursors
  revision        INTEGER NOT NULL DEFAULT 0, -- rises with every change that somebody may be looking at
  created         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
  id            TEXT PRIMARY KEY,
  site_id       TEXT NOT NULL REFERENCES site (id),
  email         TEXT NOT NULL UNIQUE,      -- lower case
  password_hash TEXT NOT NULL,             -- argon2id, PHC text
  name          TEXT NOT NULL,
  owner         INTEGER NOT NULL,
  created       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_session (
  token_hash BLOB PRIMARY KEY,             -- SHA-256 of the cookie's value
  staff_id   TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
  expires    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_session_expires ON staff_session (expires);

CREATE TABLE api_key (
  key_hash BLOB PRIMARY KEY,               -- SHA-256 of the key
  site_id  TEXT NOT NULL REFERENCES site (id),
  app_id   TEXT NOT NULL,
  name     TEXT NOT NULL,
  created  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE participant (
  number    INTEGER PRIMARY KEY,
  site_id   TEXT NOT NULL REFERENCES site (id),
  kind      TEXT NOT NULL,                 -- visitor, contact, member
  guid      TEXT NOT NULL,
  name      TEXT,
  image_url TEXT,
  created   INTEGER NOT NULL,
  UNIQUE (site_id, kind, guid)
) STRICT;

CREATE TABLE conversation (
  number                INTEGER PRIMARY KEY,
  id                    TEXT NOT NULL UNIQUE,
  site_id               TEXT NOT NULL REFERENCES site (id),
  participant           INTEGER NOT NULL UNIQUE REFERENCES participant (number),
  merged_into           TEXT,
  channel_exists        INTEGER NOT NULL DEFAULT 0, -- the participant has written through the widget
  last_sequence         INTEGER NOT NULL DEFAULT 0,
  business_delivered    INTEGER NOT NULL DEFAULT 0,
  business_seen         INTEGER NOT NULL DEFAULT 0,
  participant_delivered INTEGER NOT NULL DEFAULT 0,
  participant_seen      INTEGER NOT NULL DEFAULT 0,
  unread_count          INTEGER NOT NULL DEFAULT 0, -- to the business, not silent, after business_seen
  preview_text          TEXT NOT NULL DEFAULT '',
  preview_type          TEXT NOT NULL DEFAULT 'UNKNOWN_CONTENT',
  preview_from_business INTEGER NOT NULL DEFAULT 0,
  revision              INTEGER NOT NULL,
  created               INTEGER NOT NULL,
  updated               INTEGER NOT NULL
) STRICT;
CREATE INDEX conversation_newest ON conversation (site_id, updated, number);
CREATE INDEX conversation_changed ON conversation (site_id, revision);

CREATE TABLE message (
  conversation INTEGER NOT NULL REFERENCES conversation (number),
  sequence     INTEGER NOT NULL,
  visible      INTEGER NOT NULL,           -- the participant may see it
  to_business  INTEGER NOT NULL,           -- direction
  silent       INTEGER NOT NULL,
  sender_kind  TEXT NOT NULL,              -- visitor, contact, member, staff, app
  sender_id    TEXT NOT NULL,
  app_id       TEXT,
  client_scope TEXT,                       -- whose client_id it is
  client_id    TEXT,
  digest       BLOB,                       -- of what was asked, to tell a repetition from a reuse
  body         TEXT NOT NULL,              -- content, badges and channels as JSON; own media by id, without addresses
  metadata     TEXT,                       -- JSON; for programs only
  PRIMARY KEY (conversation, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_visible ON message (conversation, sequence) WHERE visible = 1;
CREATE UNIQUE INDEX message_client ON message (conversation, client_scope, client_id) WHERE client_id IS NOT NULL;

-- Accepted presses. A button's state follows from them and from the clock, so there is nothing that could disagree.
CREATE TABLE interaction (
  number         INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation   INTEGER NOT NULL REFERENCES conversation (number),
  sequence       INTEGER NOT NULL,
  button_id      TEXT NOT NULL,
  label          TEXT NOT NULL,
  interaction_id TEXT NOT NULL,
  client_id      TEXT NOT NULL,
  revision       INTEGER NOT NULL,
  created        INTEGER NOT NULL,
  FOREIGN KEY (conversation, sequence) REFERENCES message (conversation, sequence),
  UNIQUE (conversation, client_id)
) STRICT;
CREATE INDEX interaction_message ON interaction (conversation, sequence);
CREATE INDEX interaction_changed ON interaction (conversation, revision);

-- The log of what the business's programs are told, written with its cause.
CREATE TABLE event (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT NOT NULL UNIQUE,
  site_id      TEXT NOT NULL REFERENCES site (id),
  conversation INTEGER NOT NULL REFERENCES conversation (number),
  sequence     INTEGER,                    -- the message, where it is about one; messages never change
  data         TEXT,                       -- type and data as JSON, where it is not
  created      INTEGER NOT NULL
) STRICT;
CREATE INDEX event_site ON event (site_id, number);

CREATE TABLE media (
  id           TEXT PRIMARY KEY,
  site_id      TEXT NOT NULL REFERENCES site (id),
  owner        TEXT NOT NULL,              -- kind and id of who uploaded it
  client_id    TEXT,
  storage_name TEXT NOT NULL UNIQUE,
  filename     TEXT NOT NULL,
  mime_type    TEXT NOT NULL,
  size_bytes   INTEGER NOT NULL,
  width        INTEGER,
  height       INTEGER,
  created      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX media_client ON media (site_id, owner, client_id) WHERE client_id IS NOT NULL;
