-- What was asked for, and everything that is kept about it. Times are seconds since 1970 in UTC.

CREATE TABLE terms (
  id INTEGER PRIMARY KEY,
  service TEXT NOT NULL,
  terms_type TEXT NOT NULL,
  UNIQUE (service, terms_type)
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started_at INTEGER NOT NULL,
  -- Whether all declared terms were meant, so that a missed run can be told.
  is_whole INTEGER NOT NULL
) STRICT;

-- One row for each fetch of each source document. Rows are added, and removed only when they are older than is kept.
CREATE TABLE checks (
  id INTEGER PRIMARY KEY,
  run INTEGER,
  terms INTEGER NOT NULL REFERENCES terms,
  -- Empty where the terms has one document.
  document TEXT NOT NULL,
  at INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER,
  final_url TEXT,
  -- JSON: a list of objects, and an object.
  redirects TEXT,
  headers TEXT,
  bytes INTEGER,
  hash TEXT,
  duration_ms INTEGER NOT NULL,
  fetcher TEXT NOT NULL,
  egress TEXT,
  snapshot TEXT,
  failure_kind TEXT,
  failure_message TEXT
) STRICT;
CREATE INDEX checks_of_terms ON checks (terms, at);
CREATE INDEX checks_by_time ON checks (at);

-- The sum of the checks of a day, kept for ever.
CREATE TABLE days (
  terms INTEGER NOT NULL REFERENCES terms,
  document TEXT NOT NULL,
  -- Days since 1970 in UTC.
  day INTEGER NOT NULL,
  checks INTEGER NOT NULL,
  recorded INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (terms, document, day)
) STRICT, WITHOUT ROWID;

-- What came of each terms in its latest checks.
CREATE TABLE standings (
  terms INTEGER PRIMARY KEY REFERENCES terms,
  last_check INTEGER NOT NULL,
  last_success INTEGER,
  last_change INTEGER,
  failing_since INTEGER,
  failure_kind TEXT,
  failure_message TEXT,
  failure_advice TEXT
) STRICT;

-- Texts that were kept from being recorded. A row ends when the page shows something else.
CREATE TABLE holds (
  id INTEGER PRIMARY KEY,
  terms INTEGER NOT NULL REFERENCES terms,
  likeness TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  runs INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  -- JSON: rules and what they saw.
  reasons TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  decision TEXT,
  decided_at INTEGER,
  ended_at INTEGER,
  ending TEXT
) STRICT;
CREATE UNIQUE INDEX holds_that_last ON holds (terms) WHERE ended_at IS NULL;
CREATE INDEX holds_by_text ON holds (terms, likeness);

-- What servers tell states of a document by, with the state of the archive that it goes with.
CREATE TABLE validators (
  terms INTEGER NOT NULL REFERENCES terms,
  document TEXT NOT NULL,
  snapshot_state TEXT NOT NULL,
  url TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT,
  PRIMARY KEY (terms, document)
) STRICT, WITHOUT ROWID;

-- When terms began and ended to be tracked.
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  terms INTEGER NOT NULL REFERENCES terms,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_terms ON events (terms, id);
