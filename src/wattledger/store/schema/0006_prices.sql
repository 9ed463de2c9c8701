-- Day-ahead prices, 1e-7 EUR/kWh without VAT. A price that came otherwise later is a row of its own, with
-- the next revision; the highest one counts. seal as in prices.py.
CREATE TABLE prices (
    area TEXT NOT NULL, start INTEGER NOT NULL, period_s INTEGER NOT NULL, revision INTEGER NOT NULL,
    price INTEGER NOT NULL, source TEXT NOT NULL, fetched_at INTEGER NOT NULL, seal INTEGER NOT NULL,
    PRIMARY KEY (area, start, period_s, revision)
) STRICT, WITHOUT ROWID;
