-- Keys with scopes and an end; webhooks: who is called, what is owed to them, how each attempt went.

ALTER TABLE api_key ADD COLUMN scopes TEXT NOT NULL DEFAULT '["READ","WRITE","EVENTS","ADMIN"]'; -- JSON list
ALTER TABLE api_key ADD COLUMN expires INTEGER;       -- not valid from then on
ALTER TABLE api_key ADD COLUMN last_used INTEGER;     -- to the minute
ALTER TABLE api_key ADD COLUMN replaced INTEGER;      -- when a new key took its place

-- Signs webhook tokens. Of several the newest whose time has come signs; the others are there to be shown.
CREATE TABLE signing_key (
  number      INTEGER PRIMARY KEY AUTOINCREMENT,
  id          TEXT NOT NULL UNIQUE,        -- `kid`
  site_id     TEXT NOT NULL REFERENCES site (id),
  private_pem TEXT NOT NULL,               -- PKCS#8
  public_pem  TEXT NOT NULL,               -- SPKI, as receivers configure it
  signs_from  INTEGER NOT NULL,
  created     INTEGER NOT NULL
) STRICT;
CREATE INDEX signing_key_site ON signing_key (site_id, signs_from);

CREATE TABLE webhook_endpoint (
  number          INTEGER PRIMARY KEY AUTOINCREMENT,
  id              TEXT NOT NULL UNIQUE,
  site_id         TEXT NOT NULL REFERENCES site (id),
  name            TEXT NOT NULL,
  url             TEXT NOT NULL,
  format          TEXT NOT NULL,           -- TOKEN, STANDARD
  types           TEXT NOT NULL,           -- JSON list of event types; empty for all
  secret          BLOB,                    -- of STANDARD; needed in clear, because it signs
  old_secret      BLOB,                    -- signs beside the new one
  old_secret_ends INTEGER,                 -- until then
  state           TEXT NOT NULL,           -- ACTIVE, PAUSED, DISABLED
  disabled_reason TEXT,
  failing_since   INTEGER,                 -- the first failure after which nothing succeeded
  failed_in_a_row INTEGER NOT NULL DEFAULT 0, -- attempts
  log_read        INTEGER NOT NULL,        -- events up to this number are owed below, or are not its business
  created         INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_endpoint_site ON webhook_endpoint (site_id);

-- What an endpoint is owed. Of the unfinished ones of a conversation exactly one, the oldest, is `next`: only it is
-- tried, so the rest stay in order behind it while other conversations go on.
CREATE TABLE webhook_delivery (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  endpoint     INTEGER NOT NULL REFERENCES webhook_endpoint (number) ON DELETE CASCADE,
  event        INTEGER REFERENCES event (number) ON DELETE CASCADE, -- absent for a test
  event_id     TEXT NOT NULL,
  type         TEXT NOT NULL,
  conversation INTEGER,                    -- absent for a test
  state        TEXT NOT NULL,              -- next, behind, delivered, dead, test
  failures     INTEGER NOT NULL DEFAULT 0, -- since it was owed, or replayed
  due          INTEGER NOT NULL,           -- not before
  give_up      INTEGER NOT NULL,           -- a failure after this is the last
  created      INTEGER NOT NULL,
  finished     INTEGER
) STRICT;
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint, due, number) WHERE state = 'next';
CREATE INDEX webhook_delivery_order ON webhook_delivery (endpoint, conversation, number)
  WHERE state IN ('next', 'behind');
CREATE UNIQUE INDEX webhook_delivery_event ON webhook_delivery (event, endpoint) WHERE event IS NOT NULL;
CREATE INDEX webhook_delivery_state ON webhook_delivery (endpoint, state, number);
CREATE INDEX webhook_delivery_finished ON webhook_delivery (finished) WHERE state IN ('delivered', 'test');

CREATE TABLE webhook_attempt (
  number      INTEGER PRIMARY KEY AUTOINCREMENT,
  delivery    INTEGER NOT NULL REFERENCES webhook_delivery (number) ON DELETE CASCADE,
  endpoint    INTEGER NOT NULL,            -- of the delivery
  started     INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  status      INTEGER,                     -- absent when there was no answer
  error       TEXT                         -- absent when it was accepted
) STRICT;
CREATE INDEX webhook_attempt_delivery ON webhook_attempt (delivery, number);
CREATE INDEX webhook_attempt_endpoint ON webhook_attempt (endpoint, number);
