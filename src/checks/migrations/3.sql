-- The snapshots whose text was held first, and that text's SHA-256: what is shown of it, and recorded once it is accepted.
ALTER TABLE holds ADD COLUMN snapshots TEXT;
ALTER TABLE holds ADD COLUMN text_hash TEXT;

-- Terms of which HTTP showed a suspect, and a browser in the same run what was believed.
CREATE TABLE browser_first (
  terms INTEGER PRIMARY KEY REFERENCES terms,
  since INTEGER NOT NULL
) STRICT;
