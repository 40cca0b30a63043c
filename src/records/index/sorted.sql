CREATE UNIQUE INDEX records_by_id ON records (id);
CREATE INDEX records_by_slot ON records (slot);
CREATE INDEX records_by_slot_and_date ON records (slot, date);
CREATE INDEX records_by_date ON records (date);
