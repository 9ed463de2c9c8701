-- What the online copy has not acknowledged: keys as in minutes, and local days (proleptic Gregorian
-- ordinals) whose roll-up it lacks or has an old one of. In meta, outbox_of names the copy and
-- outbox_filled_to the key up to which minutes that were booked before it was known have been entered.
CREATE TABLE outbox (key INTEGER PRIMARY KEY) STRICT;
CREATE TABLE outbox_days (ordinal INTEGER PRIMARY KEY) STRICT;
