"""The bounds, as they are promised: other tests go by their names, and would change with them."""

from datetime import UTC, datetime

from wattledger.energy import allowance, coverage, period, plausible, power, record, text, units


def instant(*moment: int) -> int:
    year, month, day = moment
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def test_how_much_a_stranger_can_make_grow() -> None:
    assert allowance.MOST_CONTRADICTED == 5_000
    assert allowance.MOST_PARKED == 2_000
    assert allowance.MOST_BLOCKS == 20_000
    assert allowance.MOST_LIST_PAGES == 1_000
    assert allowance.MOST_STORED_S == 400 * 86_400
    assert (text.MOST_CHARACTERS, text.MOST_IN_A_NAME) == (200, 64)


def test_which_times_can_be() -> None:
    assert instant(2020, 9, 13) + 12 * 3_600 + 26 * 60 + 40 == record.EARLIEST_S
    assert instant(2038, 1, 18) == record.LATEST_S
    assert (period.FIRST_YEAR, period.LAST_YEAR) == (2000, 2037)
    assert record.AHEAD_S == 5 * 60


def test_what_is_counted_in() -> None:
    assert (record.MINUTE_S, record.QUARTER_S) == (60, 15 * 60)
    assert units.DMWH_PER_WH == 10_000
    assert period.MAX_BUCKETS == 4_000
    assert plausible.MAX_PHASE_POWER_W == 120_000


def test_when_power_is_told_to_be_old() -> None:
    assert (power.SAME_MOMENT_S, power.STALE_AFTER_S, power.OFFLINE_AFTER_S) == (2, 10, 60)
    assert coverage.SETTLING_S == 90
