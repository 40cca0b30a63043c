-- Why terms began and ended to be tracked: a JSON object; absent where it was not noted.
ALTER TABLE events ADD COLUMN reason TEXT;

-- Since when the text could not be read, or was not believed.
ALTER TABLE standings ADD COLUMN unread_since INTEGER;
UPDATE standings SET unread_since = failing_since;
