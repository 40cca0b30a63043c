CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;

-- What successive records are of: a terms, or one document of a terms ('' for terms with a single one).
CREATE TABLE slots (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    terms_type TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (service, terms_type, document)
);

-- In the order of history, parents first.
CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    slot INTEGER NOT NULL,
    extension TEXT NOT NULL,
    kind INTEGER NOT NULL,
    date INTEGER NOT NULL,
    blob BLOB NOT NULL,
    engine TEXT,
    snapshots BLOB NOT NULL
);

-- How many records there are of each slot, month (counted since the year 0) and kind, and when the first and the last.
CREATE TABLE months (
    slot INTEGER NOT NULL,
    month INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    records INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (slot, month, kind)
) WITHOUT ROWID;

-- From what each terms was last extracted.
CREATE TABLE extractions (slot INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL);
