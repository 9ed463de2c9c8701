"""Days, weeks, months and years add up, whatever the zone does to its clocks."""

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import groupby, pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.energy.making import (
    HOME,
    MIDNIGHT,
    ZONES,
    calendar_of,
    meter_records,
    minutes,
    quarters_of,
    random_records,
    record,
    window_of,
    within_span,
)
from tests.fakes.energies import home_energies, six_of
from wattledger.energy.balance import Energies, summed
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar, PeriodKind, Resolution, period_around
from wattledger.energy.record import MinuteRecord
from wattledger.energy.rollup import (
    DaySums,
    day_energies,
    day_sums,
    netting_windows,
)

Records = list[MinuteRecord]

STEPS = [
    ("Europe/Helsinki", date(2026, 3, 29), 92),
    ("Europe/Helsinki", date(2026, 10, 25), 100),
    ("Asia/Kolkata", date(2026, 3, 29), 96),
    ("Asia/Kathmandu", date(2026, 3, 29), 96),
    ("Australia/Lord_Howe", date(2026, 10, 4), 94),
    ("Australia/Lord_Howe", date(2026, 4, 5), 98),
    ("America/Sao_Paulo", date(2017, 10, 15), 92),
    ("Africa/Cairo", date(2026, 4, 24), 92),
    ("America/St_Johns", date(2010, 11, 7), 100),
]
YEARS = [
    ("Europe/Helsinki", 2026),
    ("Asia/Kathmandu", 2026),
    ("Australia/Lord_Howe", 2026),
    ("America/Sao_Paulo", 2017),
    ("America/St_Johns", 2010),
    ("Pacific/Apia", 2011),
]


@cache
def year_of(zone: str, first: date, end: date) -> tuple[dict[int, DaySums], Records, Records]:
    """Day roll-ups of a home with a record of either meter in some of its quarters."""
    calendar = calendar_of(zone)
    chance = Random(f"{zone} {first}")
    quarters = range(calendar.start_of(first), calendar.start_of(end), 900)
    grid = random_records(1, [at for at in quarters if chance.random() < 0.06], 900)
    solar = random_records(2, [r.start for r in grid if chance.random() < 0.8], 900)
    by_day = groupby(quarters_of(grid, solar), lambda quarter: calendar.day_of(quarter.start))
    days = {
        day.toordinal(): day_sums(day.toordinal(), list(windows), calendar.start_of(day), HOME)
        for day, windows in by_day
    }
    return days, grid, solar


def total_of(
    calendar: Calendar, days: dict[int, DaySums], netting: Netting, *edges: int
) -> Energies:
    """The sum of the days that start in [first edge, last edge)."""
    start, end = edges
    return summed(
        sums.energies[netting]
        for ordinal, sums in days.items()
        if start <= calendar.start_of(date.fromordinal(ordinal)) < end
    )


def slowly(
    calendar: Calendar, grid: Records, solar: Records, netting: Netting
) -> tuple[int, int, int, int]:
    """(imported, exported, produced, consumed) by the rules as written, window by window."""
    nets: dict[object, list[list[MinuteRecord]]] = defaultdict(lambda: [[], [], [], []])
    solar_starts, grid_starts = {r.start for r in solar}, {r.start for r in grid}
    for kind, records, others in ((0, grid, solar_starts), (1, solar, grid_starts)):
        for one in records:
            window: object = one.start
            if netting is Netting.HOUR:
                day = calendar.day_of(one.start)
                window = day, (one.start - calendar.start_of(day)) // 3_600
            nets[window][kind].append(one)
            if one.start in others:
                nets[window][kind + 2].append(one)
    totals = [0, 0, 0, 0]
    for of_grid, of_solar, common_grid, common_solar in nets.values():
        totals[0] += _in(of_grid, netting)
        totals[1] += _out(of_grid, netting)
        totals[2] += _in(of_solar, netting)
        totals[3] += _in(common_grid, netting) - _out(common_grid, netting)
        totals[3] += _in(common_solar, netting)
    return totals[0], totals[1], totals[2], totals[3]


def _in(records: Records, netting: Netting) -> int:
    imported, exported = sum(sum(r[2:5]) for r in records), sum(sum(r[5:8]) for r in records)
    return imported if netting is Netting.PHASE else max(imported - exported, 0)


def _out(records: Records, netting: Netting) -> int:
    imported, exported = sum(sum(r[2:5]) for r in records), sum(sum(r[5:8]) for r in records)
    return exported if netting is Netting.PHASE else max(exported - imported, 0)


@pytest.mark.parametrize(("zone", "year"), YEARS)
def test_a_year_is_its_months_and_its_days(zone: str, year: int) -> None:
    calendar = calendar_of(zone)
    days, grid, solar = year_of(zone, date(year, 1, 1), date(year + 1, 1, 1))
    bounds = calendar.bounds(period_around(PeriodKind.YEAR, date(year, 1, 1)))
    months = calendar.edges(*bounds, Resolution.MONTH)
    day_edges = calendar.edges(*bounds, Resolution.DAY)
    for netting in Netting:
        whole = total_of(calendar, days, netting, *bounds)
        assert six_of(whole)[:4] == slowly(calendar, grid, solar, netting)
        assert whole.covered_s[0] == 900 * len(grid)
        parts = [total_of(calendar, days, netting, *month) for month in pairwise(months)]
        assert summed(parts) == whole
        ordinals = [calendar.day_of(at).toordinal() for at in day_edges[:-1]]
        assert set(days) <= set(ordinals)
        each = [days[ordinal].energies[netting] for ordinal in ordinals if ordinal in days]
        assert summed(each) == whole


@pytest.mark.parametrize(
    ("zone", "iso_year", "weeks"),
    [("Europe/Helsinki", 2026, 53), ("Asia/Kathmandu", 2025, 52), ("Pacific/Apia", 2011, 52)],
)
def test_an_iso_year_is_its_weeks(zone: str, iso_year: int, weeks: int) -> None:
    calendar = calendar_of(zone)
    first = date.fromisocalendar(iso_year, 1, 1)
    end = date.fromisocalendar(iso_year + 1, 1, 1)
    days, grid, solar = year_of(zone, first, end)
    period = period_around(PeriodKind.WEEK, first)
    parts: dict[Netting, list[Energies]] = defaultdict(list)
    count = 0
    while period.first < end:
        assert period.text == f"{iso_year}-W{count + 1:02d}"
        for netting in Netting:
            week = total_of(calendar, days, netting, *calendar.bounds(period))
            parts[netting].append(week)
        count, period = count + 1, period_around(PeriodKind.WEEK, period.end)
    assert count == weeks
    for netting in Netting:
        assert six_of(summed(parts[netting]))[:4] == slowly(calendar, grid, solar, netting)


@pytest.mark.parametrize(("zone", "day", "quarters"), STEPS)
def test_a_day_of_any_length_is_on_the_books_once(zone: str, day: date, quarters: int) -> None:
    calendar = calendar_of(zone)
    start, end = calendar.start_of(day), calendar.start_of(day + timedelta(days=1))
    grid = [
        record(at, 900, imported=100 + i, exported=90)
        for i, at in enumerate(range(start, end, 900))
    ]
    assert len(grid) == quarters
    rolled = day_sums(day.toordinal(), quarters_of(grid, grid), start, HOME)
    for netting, energies in rolled.energies.items():
        assert six_of(energies)[:4] == slowly(calendar, grid, grid, netting)
        assert energies.common_s == 900 * quarters
    hours = list(netting_windows(quarters_of(grid, []), Netting.HOUR, start))
    assert [window.start for window in hours] == calendar.hours_of(day)[:-1]


@given(meter_records(length_s=7_200), meter_records(length_s=7_200))
def test_quarters_hold_every_record_once(grid: Records, solar: Records) -> None:
    quarters = quarters_of(grid, solar)
    starts = [quarter.start for quarter in quarters]
    assert starts == sorted({r.start - r.start % 900 for r in [*grid, *solar]})
    for quarter in quarters:
        span = quarter.start, quarter.start + 900
        assert quarter == window_of(
            quarter.start, within_span(grid, *span), within_span(solar, *span)
        )


@given(
    meter_records(length_s=7_200),
    meter_records(length_s=7_200),
    st.sampled_from(Netting),
    st.integers(0, 3),
)
def test_part_of_a_day_nets_what_is_inside(
    grid: Records, solar: Records, netting: Netting, quarter: int
) -> None:
    """Hours counted from midnight, though the part begins in the middle of one."""
    start = MIDNIGHT + 900 * quarter
    grid, solar = within_span(grid, start, 2**31), within_span(solar, start, 2**31)
    hours = netting_windows(quarters_of(grid, solar), Netting.HOUR, MIDNIGHT)
    assert all((hour.start - MIDNIGHT) % 3_600 == 0 for hour in hours)
    energies = day_energies(quarters_of(grid, solar), netting, MIDNIGHT, HOME)
    assert energies.covered_s[0] == sum(r.period_s for r in grid)
    balance = (energies.flows_dmwh[0] or 0) - (energies.flows_dmwh[1] or 0)
    assert balance == sum(sum(r[2:5]) - sum(r[5:8]) for r in grid)


def test_an_empty_day_is_unknown() -> None:
    rolled = day_sums(739_577, [], MIDNIGHT, HOME)
    assert rolled.ordinal == 739_577
    assert set(rolled.energies) == set(Netting)
    assert set(rolled.energies.values()) == {Energies()}


def test_the_meter_heard_alone_leaves_the_other_s_quarters_unknown() -> None:
    quarters = quarters_of(minutes(MIDNIGHT, 15, 10), minutes(MIDNIGHT + 900, 15, 20))
    day = day_energies(quarters, Netting.HOUR, MIDNIGHT, HOME)
    assert day == home_energies(150, 0, 300, None, None, None, 900, 900, 0)


def test_the_zones_of_the_year_are_those_of_the_calendar() -> None:
    assert {zone for zone, _ in YEARS} <= set(ZONES)
