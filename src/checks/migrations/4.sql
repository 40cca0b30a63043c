-- Whether the host's robots.txt allows fineprint the document; absent where it was not asked.
ALTER TABLE checks ADD COLUMN allowed_by_robots INTEGER;
