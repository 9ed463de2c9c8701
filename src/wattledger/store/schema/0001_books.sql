-- Energies are integers of 0.1 mWh (suffix _dmwh), times UTC epoch seconds; NULL is unknown, never 0.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- A meter's small number stands for its MAC in every other table. last_end is written when it enters
-- another UTC day, so that not every commit writes this page too; the rest of that day is looked up.
CREATE TABLE meters (
    number INTEGER PRIMARY KEY CHECK (number BETWEEN 0 AND 255),
    meter TEXT NOT NULL UNIQUE,
    model TEXT, firmware TEXT, profile TEXT, name TEXT,
    first_start INTEGER, last_end INTEGER
) STRICT;

CREATE TABLE bindings (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL, host TEXT NOT NULL, meter TEXT NOT NULL
) STRICT;

-- key = start / 60 * 256 + meter number: the time order in which minutes come, both meters side by side.
-- kind = (period / 60 - 1) * 3 + origin: 0 and 1, a pushed or fetched minute, take no byte.
CREATE TABLE minutes (
    key INTEGER PRIMARY KEY,
    imported_a_dmwh INTEGER NOT NULL, imported_b_dmwh INTEGER NOT NULL, imported_c_dmwh INTEGER NOT NULL,
    exported_a_dmwh INTEGER NOT NULL, exported_b_dmwh INTEGER NOT NULL, exported_c_dmwh INTEGER NOT NULL,
    kind INTEGER NOT NULL
) STRICT;

-- Beside the minutes, for a set time: tenths of a watt, tenths of a volt, milliamperes.
CREATE TABLE details (
    key INTEGER PRIMARY KEY,
    max_power_a_dw INTEGER, max_power_b_dw INTEGER, max_power_c_dw INTEGER,
    min_power_a_dw INTEGER, min_power_b_dw INTEGER, min_power_c_dw INTEGER,
    voltage_a_dv INTEGER, voltage_b_dv INTEGER, voltage_c_dv INTEGER,
    current_a_ma INTEGER, current_b_ma INTEGER, current_c_ma INTEGER
) STRICT;

CREATE TABLE counters (
    meter INTEGER NOT NULL, at INTEGER NOT NULL,
    imported_a_dmwh INTEGER NOT NULL, imported_b_dmwh INTEGER NOT NULL, imported_c_dmwh INTEGER NOT NULL,
    exported_a_dmwh INTEGER NOT NULL, exported_b_dmwh INTEGER NOT NULL, exported_c_dmwh INTEGER NOT NULL,
    PRIMARY KEY (meter, at)
) STRICT, WITHOUT ROWID;

-- What is missing between a meter's first and last minute, sorted and apart; reasons as in codec.py.
CREATE TABLE gaps (
    meter INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, reason INTEGER NOT NULL,
    PRIMARY KEY (meter, start)
) STRICT, WITHOUT ROWID;

-- Records that came for a span that was booked with other values; came_at by this machine's clock.
CREATE TABLE contradictions (
    meter INTEGER NOT NULL, start INTEGER NOT NULL, period_s INTEGER NOT NULL,
    imported_a_dmwh INTEGER NOT NULL, imported_b_dmwh INTEGER NOT NULL, imported_c_dmwh INTEGER NOT NULL,
    exported_a_dmwh INTEGER NOT NULL, exported_b_dmwh INTEGER NOT NULL, exported_c_dmwh INTEGER NOT NULL,
    origin INTEGER NOT NULL, came_at INTEGER NOT NULL,
    PRIMARY KEY (
        meter, start, period_s, imported_a_dmwh, imported_b_dmwh, imported_c_dmwh,
        exported_a_dmwh, exported_b_dmwh, exported_c_dmwh
    )
) STRICT, WITHOUT ROWID;

-- Records that end later than this machine's clock allows, in the order they came.
CREATE TABLE parked (
    id INTEGER PRIMARY KEY,
    end INTEGER NOT NULL,
    meter INTEGER NOT NULL, start INTEGER NOT NULL, period_s INTEGER NOT NULL,
    imported_a_dmwh INTEGER NOT NULL, imported_b_dmwh INTEGER NOT NULL, imported_c_dmwh INTEGER NOT NULL,
    exported_a_dmwh INTEGER NOT NULL, exported_b_dmwh INTEGER NOT NULL, exported_c_dmwh INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    detailed INTEGER NOT NULL,
    max_power_a_dw INTEGER, max_power_b_dw INTEGER, max_power_c_dw INTEGER,
    min_power_a_dw INTEGER, min_power_b_dw INTEGER, min_power_c_dw INTEGER,
    voltage_a_dv INTEGER, voltage_b_dv INTEGER, voltage_c_dv INTEGER,
    current_a_ma INTEGER, current_b_ma INTEGER, current_c_ma INTEGER,
    UNIQUE (
        meter, start, period_s, imported_a_dmwh, imported_b_dmwh, imported_c_dmwh,
        exported_a_dmwh, exported_b_dmwh, exported_c_dmwh
    )
) STRICT;
CREATE INDEX parked_by_end ON parked (end);

-- Roll-ups: a row is right, or it is not there. key = start / 900.
CREATE TABLE quarters (
    key INTEGER PRIMARY KEY,
    grid_s INTEGER NOT NULL, grid_imported_dmwh INTEGER NOT NULL,
    grid_exported_dmwh INTEGER NOT NULL, grid_minute_imported_dmwh INTEGER NOT NULL,
    solar_s INTEGER NOT NULL, solar_imported_dmwh INTEGER NOT NULL,
    solar_exported_dmwh INTEGER NOT NULL, solar_minute_imported_dmwh INTEGER NOT NULL,
    self_phase_dmwh INTEGER NOT NULL, self_minute_dmwh INTEGER NOT NULL,
    common_grid_s INTEGER, common_grid_imported_dmwh INTEGER,
    common_grid_exported_dmwh INTEGER, common_grid_minute_imported_dmwh INTEGER,
    common_solar_s INTEGER, common_solar_imported_dmwh INTEGER,
    common_solar_exported_dmwh INTEGER, common_solar_minute_imported_dmwh INTEGER
) STRICT;

-- key = netting number * 2^20 + local day (proleptic Gregorian ordinal): the days of one netting lie together.
CREATE TABLE days (
    key INTEGER PRIMARY KEY,
    imported_dmwh INTEGER, exported_dmwh INTEGER, produced_dmwh INTEGER,
    consumed_dmwh INTEGER, self_consumed_dmwh INTEGER, common_produced_dmwh INTEGER,
    grid_s INTEGER NOT NULL, solar_s INTEGER NOT NULL, common_s INTEGER NOT NULL
) STRICT;
