-- The phases that a meter has ever measured, as in 'ab'; NULL while that is not known. Of the others 0 is booked.
ALTER TABLE meters ADD COLUMN phases TEXT;
