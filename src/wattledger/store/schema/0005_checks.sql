-- What each meter's minutes of a UTC hour add up to, carried forward from what is booked and never from
-- what is read back. key = start / 3600 * 256 + meter number; minutes counts booked minutes, not records;
-- moment is the sum of (seconds into the hour) * (imported + exported + 1); digest and seal as in digest.py.
CREATE TABLE hours (
    key INTEGER PRIMARY KEY,
    minutes INTEGER NOT NULL, imported_dmwh INTEGER NOT NULL, exported_dmwh INTEGER NOT NULL,
    moment INTEGER NOT NULL, digest INTEGER NOT NULL, seal INTEGER NOT NULL
) STRICT;

-- Rows of hours that did not add up, as they were read; whatever type they have now.
CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY, hour INTEGER NOT NULL, found_at INTEGER NOT NULL, key INTEGER NOT NULL,
    imported_a_dmwh ANY, imported_b_dmwh ANY, imported_c_dmwh ANY,
    exported_a_dmwh ANY, exported_b_dmwh ANY, exported_c_dmwh ANY, kind ANY
) STRICT;

-- A row's own checksum. What is there already is sealed when this step is applied.
ALTER TABLE quarters ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE days ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gaps ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parked ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
