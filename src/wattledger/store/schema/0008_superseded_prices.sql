-- The seal of a price that another one has corrected is negative, so that it is never taken for the newest.
UPDATE prices SET seal = -1 - seal WHERE seal >= 0 AND EXISTS (
    SELECT 1 FROM prices AS newer WHERE newer.area = prices.area AND newer.start = prices.start
    AND newer.period_s = prices.period_s AND newer.revision > prices.revision
);
