"""The bounds, as they are promised: other tests go by their names, and would change with them."""

from datetime import UTC, datetime

import pytest

from wattledger.energy import (
    clean_text,
    coverage,
    daily_limit,
    period,
    plausibility,
    power,
    record,
    units,
)
from wattledger.energy.errors import BadRecord


def instant(*moment: int) -> int:
    year, month, day = moment
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def test_how_much_a_stranger_can_make_grow() -> None:
    assert daily_limit.MOST_CONTRADICTED == 5_000
    assert daily_limit.MOST_PARKED == 2_000
    assert daily_limit.MOST_BLOCKS == 20_000
    assert daily_limit.MOST_LIST_PAGES == 1_000
    assert daily_limit.MOST_STORED_S == 400 * 86_400
    assert (clean_text.MOST_CHARACTERS, clean_text.MOST_IN_A_NAME) == (200, 64)


def test_which_times_can_be() -> None:
    assert instant(2020, 9, 13) + 12 * 3_600 + 26 * 60 + 40 == record.EARLIEST_S
    assert instant(2038, 1, 18) == record.LATEST_S
    assert (period.FIRST_YEAR, period.LAST_YEAR) == (2000, 2037)
    assert record.AHEAD_S == 5 * 60


def test_what_is_counted_in() -> None:
    assert (record.MINUTE_S, record.QUARTER_S) == (60, 15 * 60)
    assert units.DMWH_PER_WH == 10_000
    assert period.MAX_BUCKETS == 4_000
    assert plausibility.MAX_PHASE_POWER_W == 120_000


def test_when_power_is_told_to_be_old() -> None:
    assert (power.SAME_MOMENT_S, power.STALE_AFTER_S, power.OFFLINE_AFTER_S) == (2, 10, 60)
    assert coverage.SETTLING_S == 90


@pytest.mark.parametrize(
    ("model", "rated_a"),
    [
        ("SPEM-003CEBEU", 120),
        ("SPEM-003CEBEU120", 120),
        ("SPEM-003CEBEU400", 400),
        ("SPEM-003CEBEU63", 63),
        ("S3EM-003CXCEU63", 63),
        ("SPEM-002CEBEU50", 50),
        ("S3EM-002CXCEU50", 50),
        ("one that nobody knows", 400),
    ],
)
def test_a_quarter_more_than_a_model_is_made_for_can_be(model: str, rated_a: int) -> None:
    limits = plausibility.limits_of(model)
    assert (limits.voltage_v, limits.current_a) == (300, rated_a * 1.25)


def test_a_counter_has_counted_for_a_hundred_years_at_most() -> None:
    most_wh = 120_000.0 * 24 * 366 * 100
    assert plausibility.counted_dmwh(most_wh) == most_wh * 10_000
    with pytest.raises(BadRecord):
        plausibility.counted_dmwh(most_wh + 1_000)
    assert plausibility.counted_dmwh(-0.01) == 0
    with pytest.raises(BadRecord):
        plausibility.counted_dmwh(-0.0101)


def test_how_long_a_bucket_lasts_at_least() -> None:
    lengths_s = [resolution.length_s for resolution in period.Resolution]
    assert lengths_s == [60, 900, 3_600, 86_400, 28 * 86_400, 365 * 86_400]


def test_the_largest_whole_number_that_is_exact() -> None:
    assert plausibility.whole_or_none(9_007_199_254_740_992) == 9_007_199_254_740_992
    assert plausibility.whole_or_none(9_007_199_254_740_994) is None
