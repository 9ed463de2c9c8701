-- Readings of one epoch can be compared: in between the meter counted on.
ALTER TABLE counters ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
