"""The bounds, as they are promised: other tests go by their names, and would change with them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from wattledger.energy import (
    clean_text,
    coverage,
    daily_limit,
    netting,
    period,
    plausibility,
    power,
    record,
    units,
)
from wattledger.energy.booking_entry import Booked
from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.energy_result import Found
from wattledger.energy.errors import BadRecord
from wattledger.energy.meter import MeterId
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.energy.site import Assignment, Site
from wattledger.energy.spot_price import SpotPrice
from wattledger.energy.tariff import Component, Kind, Side, Validity


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


@pytest.mark.parametrize(
    ("of_a_phase", "most"), [("frequency_hz", 100.0), ("power_factor", 1.05), ("voltage_v", 300.0)]
)
def test_the_most_of_a_phase_is_kept_and_more_is_not(of_a_phase: str, most: float) -> None:
    for value, kept in ((most, most), (most + 0.01, None)):
        phase = replace(PhaseReading(*(0.0,) * 6), **{of_a_phase: value})
        reading = PowerReading(MeterId("A0DD6CA0C27C"), 1.0, 2.0, 0.0, (phase,) * 3)
        plausible, _ = plausibility.plausible_reading(reading)
        assert [getattr(one, of_a_phase) for one in plausible.phases] == [kept] * 3


def test_how_long_a_document_s_texts_and_a_meter_s_lists_are() -> None:
    assert clean_text.clean_all(["x" * 5_000]) == ["x" * 4_095 + "…"]
    assert len(clean_text.clean_texts(["x"] * 40)) == 32


def test_nothing_is_booked_known_or_let_go_where_nothing_is_said() -> None:
    assert Booked() == Booked(0, 0, 0, 0, ())
    assert netting.MeterSums(0, 0, 0, 0) == netting.NOTHING
    assert Found().day_records == 0
    assert record.Counters(0, (0,) * 6).epoch == 0
    assert daily_limit.DailyLimit(7).left(0.0) == 7


def test_a_home_without_a_booked_minute_is_bounded_by_nothing() -> None:
    site = Site("Home", period.Calendar(ZoneInfo("UTC")), netting.Netting.QUARTER, ())
    assert BooksSnapshot(site, Assignment(), {}).bounds == (0, 0)


def test_what_a_home_has_of_which_nothing_is_said() -> None:
    site = Site("Home", period.Calendar(ZoneInfo("UTC")), netting.Netting.QUARTER, ())
    assert (site.poll_interval_s, site.main_fuse_a) == (1.0, 25.0)


def test_how_long_a_bucket_lasts_at_least() -> None:
    lengths_s = [resolution.length_s for resolution in period.Resolution]
    assert lengths_s == [60, 900, 3_600, 86_400, 28 * 86_400, 365 * 86_400]


def test_the_largest_whole_number_that_is_exact() -> None:
    assert plausibility.whole_or_none(9_007_199_254_740_992) == 9_007_199_254_740_992
    assert plausibility.whole_or_none(9_007_199_254_740_994) is None


def test_what_a_price_is_of_which_no_more_is_said() -> None:
    always = Validity(date(2000, 1, 1))
    plain = Component("energy", Side.IMPORT, Kind.SPOT, always)
    assert (plain.margin_e7, plain.by_hour, plain.floored) == (0, False, False)
    assert plain.includes_vat is False
    assert SpotPrice(0, 900, 5, "elering", 0).revision == 1
