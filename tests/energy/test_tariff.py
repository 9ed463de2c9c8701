from dataclasses import replace
from datetime import date

import pytest

from tests.energy.pricing import ALWAYS, cents, fixed, spot_row, tariff, vat
from wattledger.energy.tariff import (
    EVERY_WEEKDAY,
    Component,
    DemandFee,
    Kind,
    Side,
    Validity,
    Weight,
    When,
    Zone,
    dated_rates,
)

SPRING = Validity(date(2026, 1, 1), date(2026, 4, 1))
SUMMER = Validity(date(2026, 4, 1), date(2026, 7, 1))


@pytest.mark.parametrize(
    ("hours", "matching", "others"),
    [
        ((420, 1320), [420, 1319], [0, 419, 1320, 1439]),
        ((1320, 420), [1320, 1439, 0, 419], [420, 1319]),
        ((1320, 1440), [1320, 1439], [0, 1319]),
        ((600, 600), [0, 599, 600, 1439], []),
    ],
)
def test_hours_are_half_open_and_go_round_midnight(
    hours: tuple[int, int], matching: list[int], others: list[int]
) -> None:
    when = When(*hours)
    day = date(2026, 1, 1)
    assert all(when.matches(day, minutes) for minutes in matching)
    assert not any(when.matches(day, minutes) for minutes in others)


def test_a_night_on_saturday_is_both_ends_of_saturday() -> None:
    when = When(1320, 420, frozenset({5}))
    saturday, sunday = date(2026, 1, 3), date(2026, 1, 4)
    assert when.matches(saturday, 60)
    assert when.matches(saturday, 1400)
    assert not when.matches(sunday, 60)


def test_the_last_zone_that_matches_counts_without_one_the_price() -> None:
    winter = When(420, 1320, EVERY_WEEKDAY - {6}, frozenset({11, 12, 1, 2, 3}))
    zones = (Zone(When(420, 1320), 5), Zone(winter, 9))
    row = Component("transfer", Side.IMPORT, Kind.ZONES, ALWAYS, 3, zones)
    assert row.own_price_e7(date(2026, 1, 3), 600) == 9
    assert row.own_price_e7(date(2026, 1, 4), 600) == 5
    assert row.own_price_e7(date(2026, 7, 1), 600) == 5
    assert row.own_price_e7(date(2026, 7, 1), 60) == 3
    assert replace(row, price_e7=None).own_price_e7(date(2026, 7, 1), 60) is None


def test_validity_is_half_open() -> None:
    assert SPRING.holds_on(date(2026, 3, 31))
    assert not SPRING.holds_on(date(2026, 4, 1))
    assert not SPRING.overlaps(SUMMER)
    assert not SUMMER.overlaps(SPRING)
    assert SPRING.overlaps(ALWAYS)
    assert ALWAYS.overlaps(SPRING)
    assert SPRING.days_of(date(2026, 3, 1), date(2026, 5, 1)) == 31
    assert ALWAYS.days_of(date(2026, 3, 1), date(2026, 5, 1)) == 61
    assert SUMMER.days_of(date(2026, 1, 1), date(2026, 2, 1)) == 0


def test_what_has_ended_and_is_followed_by_nothing_has_lapsed() -> None:
    row = replace(fixed(7), valid=SPRING)
    table = tariff(row, fixed(2, name="transfer"))
    assert table.side_on(Side.IMPORT, date(2026, 3, 31)).lapses == ()
    (lapse,) = table.side_on(Side.IMPORT, date(2026, 4, 1)).lapses
    assert lapse.words == "energy: no price from 2026-04-01"


def test_what_ended_twice_has_lapsed_since_the_last_time() -> None:
    rows = (replace(fixed(7), valid=valid) for valid in (SUMMER, SPRING))
    (lapse,) = tariff(*rows).side_on(Side.IMPORT, date(2027, 1, 1)).lapses
    assert lapse.since == SUMMER.end


@pytest.mark.parametrize("name", ["energy", "another seller"])
def test_what_begins_on_the_day_of_an_end_follows_it(name: str) -> None:
    row = replace(fixed(7), valid=SPRING)
    after = replace(fixed(8, name=name), valid=SUMMER)
    on_its_day = tariff(row, after).side_on(Side.IMPORT, date(2026, 4, 1))
    assert [one.component for one in on_its_day.rows] == [after]
    assert on_its_day.lapses == ()
    assert tariff(row, after).side_on(Side.IMPORT, date(2026, 7, 1)).lapses


def test_a_hole_between_two_rows_of_a_name_is_one() -> None:
    later = replace(fixed(8), valid=Validity(date(2026, 5, 1)))
    table = tariff(replace(fixed(7), valid=SPRING), later, fixed(1, name="transfer"))
    assert table.side_on(Side.IMPORT, date(2026, 4, 30)).lapses
    assert not table.side_on(Side.IMPORT, date(2026, 5, 1)).lapses


def test_before_its_first_day_a_row_is_absent_and_a_side_without_rows_unknown() -> None:
    table = tariff(replace(fixed(7), valid=SUMMER))
    (lapse,) = table.side_on(Side.IMPORT, date(2026, 1, 1)).lapses
    assert lapse.words == "import: no price on 2026-01-01"
    with_more = tariff(fixed(3, name="transfer"), replace(fixed(7), valid=SUMMER))
    assert not with_more.side_on(Side.IMPORT, date(2026, 1, 1)).lapses


def test_without_any_row_for_export_it_earns_nothing() -> None:
    assert tariff(fixed(7)).side_on(Side.EXPORT, date(2026, 1, 1)) == ((), ())
    assert tariff().side_on(Side.IMPORT, date(2026, 1, 1)).lapses


def test_without_a_rate_of_vat_nothing_is_priced() -> None:
    table = tariff(fixed(7), rates=[vat(24, SPRING), vat(10, ALWAYS, "energy")])
    (lapse,) = table.side_on(Side.IMPORT, date(2026, 4, 1)).lapses
    assert lapse.words == "energy: no rate of VAT on 2026-04-01"
    assert table.rate_e5("energy", date(2026, 4, 1)) == 10_000
    assert table.rate_e5(None, date(2026, 4, 1)) == 0


def test_a_month_is_parted_where_its_rate_changes() -> None:
    table = tariff(rates=[vat(24, SPRING), vat(25.5, SUMMER)])
    days = date(2026, 3, 1), date(2026, 5, 1)
    assert dated_rates(table, "", ALWAYS, days) == [(24_000, 31), (25_500, 30)]
    assert dated_rates(table, "", SUMMER, days) == [(25_500, 30)]
    same = tariff(rates=[vat(24, SPRING), vat(24, SUMMER)])
    assert dated_rates(same, "", ALWAYS, days) == [(24_000, 61)]
    assert dated_rates(table, "", ALWAYS, (date(2026, 3, 1), SUMMER.first)) == [(24_000, 31)]
    days = date(2026, 6, 1), date(2026, 8, 1)
    assert dated_rates(table, "", ALWAYS, days) == [(25_500, 30), (None, 31)]


def test_the_areas_are_those_of_spot_rows() -> None:
    assert tariff(fixed(7), spot_row()).areas == {"FI"}


def test_a_window_counts_by_the_last_weight_that_matches() -> None:
    weights = (Weight(When(), 0), Weight(When(420, 1140), cents(1)))
    fee = DemandFee("power", ALWAYS, 3_600, 1, weights=weights)
    assert fee.weight_e7(date(2026, 1, 1), 420) == cents(1)
    assert fee.weight_e7(date(2026, 1, 1), 419) == 0
    assert replace(fee, weights=()).weight_e7(date(2026, 1, 1), 0) is None
