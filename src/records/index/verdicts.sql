-- What the rules think of a record; corrections of people are in git notes, and copied here.
CREATE TABLE IF NOT EXISTS verdicts (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    significant INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    rules INTEGER NOT NULL,
    gist INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS corrections (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    significant INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    reasons TEXT NOT NULL
) WITHOUT ROWID;
