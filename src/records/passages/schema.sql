-- How far they are. Records are counted in the order of the index.
CREATE TABLE progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- So many records are in, and the last of them is this one; null before the first build is through.
    covered INTEGER,
    covered_id BLOB,
    -- A first build goes terms by terms, up to this record; null where none is under way.
    target INTEGER,
    target_id BLOB,
    -- So many records it has taken in, the last of them of this terms, with this number and id.
    built INTEGER NOT NULL DEFAULT 0,
    at_service TEXT NOT NULL DEFAULT '',
    at_terms_type TEXT NOT NULL DEFAULT '',
    at INTEGER,
    at_id BLOB,
    -- What was renamed when they were begun.
    renames TEXT NOT NULL DEFAULT ''
);

INSERT INTO progress (one) VALUES (1);

-- Contents that could not be read, some of them: once they can, all is made anew.
CREATE TABLE unread (blob BLOB PRIMARY KEY) WITHOUT ROWID;

-- By today's names.
CREATE TABLE terms (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    terms_type TEXT NOT NULL,
    -- The last of its versions that is in.
    latest INTEGER,
    UNIQUE (service, terms_type)
);

-- Those of a terms in their order.
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    record BLOB NOT NULL,
    date INTEGER NOT NULL
);

-- Each different passage of a terms once. A passage that comes back is the one it was.
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    terms INTEGER NOT NULL,
    -- Of its text.
    digest INTEGER NOT NULL,
    -- The versions where it was first and last seen, and where it was first missed; null while it stands.
    first INTEGER NOT NULL,
    last INTEGER,
    gone INTEGER,
    first_date INTEGER NOT NULL,
    gone_date INTEGER,
    UNIQUE (terms, digest)
);

-- A version where passages were missing, and the next one where they were there again.
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    gone INTEGER NOT NULL,
    back INTEGER NOT NULL,
    gone_date INTEGER NOT NULL,
    back_date INTEGER NOT NULL,
    UNIQUE (gone, back)
);

-- Which passages that were.
CREATE TABLE absences (passage INTEGER, gap INTEGER, PRIMARY KEY (passage, gap)) WITHOUT ROWID;

CREATE INDEX standing ON passages (terms, digest) WHERE gone IS NULL;

-- Apart, so that passages are quickly sorted out by date and terms.
CREATE TABLE texts (passage INTEGER PRIMARY KEY, text TEXT NOT NULL);

-- The words of each passage, folded, with single spaces between; the text itself is not kept a second time.
CREATE VIRTUAL TABLE words USING fts5 (folded, content = '', columnsize = 0, tokenize = 'ascii');
