"""Local days and hours as UTC instants, in zones of every kind."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.energy.making import ZONES, calendar_of, dates
from wattledger.energy.errors import BadPeriod, TooManyBuckets
from wattledger.energy.period import (
    MAX_BUCKETS,
    Calendar,
    Period,
    PeriodKind,
    Resolution,
    period_around,
)

HOUR_S, DAY_S = 3_600, 86_400
zones = st.sampled_from(ZONES)
instants = st.integers(946_857_600, 2_145_830_400)
"""2000-01-03 to 2037-12-31."""


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("zone", "day", "start", "length_s"),
    [
        ("Europe/Helsinki", "2026-11-22", "2026-11-22T00:00:00+02:00", 24 * HOUR_S),
        ("Europe/Helsinki", "2026-03-29", "2026-03-29T00:00:00+02:00", 23 * HOUR_S),
        ("Europe/Helsinki", "2026-10-25", "2026-10-25T00:00:00+03:00", 25 * HOUR_S),
        ("Asia/Kolkata", "2026-03-29", "2026-03-29T00:00:00+05:30", 24 * HOUR_S),
        ("Asia/Kathmandu", "2026-03-29", "2026-03-29T00:00:00+05:45", 24 * HOUR_S),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-04T00:00:00+10:30", 23 * HOUR_S + 1_800),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T00:00:00+11:00", 24 * HOUR_S + 1_800),
        ("America/Sao_Paulo", "2017-10-15", "2017-10-15T01:00:00-02:00", 23 * HOUR_S),
        ("America/Sao_Paulo", "2017-02-18", "2017-02-18T00:00:00-02:00", 25 * HOUR_S),
        ("Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00", 23 * HOUR_S),
        ("Africa/Cairo", "2026-10-29", "2026-10-29T00:00:00+03:00", 25 * HOUR_S),
        ("America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00", 25 * HOUR_S),
        ("America/St_Johns", "2010-11-07", "2010-11-07T00:00:00-02:30", 25 * HOUR_S),
        ("Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00", 24 * HOUR_S),
        ("Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00", 0),
        ("Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00", 24 * HOUR_S),
    ],
)
def test_a_day_begins_and_lasts_as_the_zone_has_it(
    zone: str, day: str, start: str, length_s: int
) -> None:
    calendar = calendar_of(zone)
    first, end = calendar.bounds(period_around(PeriodKind.DAY, date.fromisoformat(day)))
    assert calendar.text(first) == start
    assert first == instant(start)
    assert end - first == length_s


@given(zones, dates())
def test_a_day_holds_its_instants_and_no_others(zone: str, day: date) -> None:
    calendar = calendar_of(zone)
    start, end = calendar.start_of(day), calendar.start_of(day + timedelta(days=1))
    assert start % 900 == 0
    if start == end:
        assert (zone, day) == ("Pacific/Apia", date(2011, 12, 30))
        return
    assert calendar.day_of(start) == calendar.day_of(end - 1) == day
    assert calendar.day_of(start - 1) != day != calendar.day_of(end)


@given(zones, instants)
def test_every_instant_lies_in_its_day(zone: str, at: int) -> None:
    calendar = calendar_of(zone)
    day = calendar.day_of(at)
    assert calendar.start_of(day) <= at < calendar.start_of(day + timedelta(days=1))


def test_what_is_repeated_after_midnight_belongs_to_the_new_day() -> None:
    """At 00:01 the clocks of St. John's went back to 23:01 of the day before."""
    calendar = calendar_of("America/St_Johns")
    start = calendar.start_of(date(2010, 11, 7))
    assert {calendar.day_of(start + s) for s in range(0, 25 * HOUR_S, 60)} == {date(2010, 11, 7)}
    assert calendar.text(start + 120) == "2010-11-06T23:02:00-03:30"
    assert calendar.hour_start(start + 120) == start


@given(zones, dates())
def test_hours_count_from_local_midnight_and_fill_the_day(zone: str, day: date) -> None:
    calendar = calendar_of(zone)
    start, end = calendar.start_of(day), calendar.start_of(day + timedelta(days=1))
    assume(end > start)
    edges = calendar.hours_of(day)
    lengths = [later - earlier for earlier, later in pairwise(edges)]
    assert (edges[0], edges[-1]) == (start, end)
    assert lengths[:-1] == [HOUR_S] * (len(lengths) - 1)
    assert 0 < lengths[-1] <= HOUR_S
    assert all(calendar.hour_start(edge + 899) == edge for edge in edges[:-1])


def test_the_last_hour_of_a_half_hour_step_is_half() -> None:
    edges = calendar_of("Australia/Lord_Howe").hours_of(date(2026, 10, 4))
    assert len(edges) == 25
    assert edges[-1] - edges[-2] == 1_800


def test_an_hour_of_kathmandu_begins_at_a_quarter_past_utc() -> None:
    calendar = calendar_of("Asia/Kathmandu")
    assert calendar.hour_start(instant("2026-03-29T10:30:00+05:45")) == instant(
        "2026-03-29T04:15:00+00:00"
    )


@given(zones, instants, st.integers(1, 400 * DAY_S), st.sampled_from(Resolution))
def test_edges_rise_strictly_and_cover_the_span_exactly(
    zone: str, start: int, length_s: int, resolution: Resolution
) -> None:
    calendar = calendar_of(zone)
    length_s = min(length_s, 300 * resolution.length_s)
    edges = calendar.edges(start, start + length_s, resolution)
    assert (edges[0], edges[-1]) == (start, start + length_s)
    assert all(earlier < later for earlier, later in pairwise(edges))
    assert all(_is_civil(calendar, edge, resolution) for edge in edges[1:-1])
    # Nothing that is an edge was left out: no bucket holds another bucket's start.
    for earlier, later in pairwise(edges):
        assert _bucket_of(calendar, earlier, resolution) == _bucket_of(
            calendar, later - 1, resolution
        )


def _is_civil(calendar: Calendar, edge: int, resolution: Resolution) -> bool:
    return _bucket_of(calendar, edge - 1, resolution) != _bucket_of(calendar, edge, resolution)


def _bucket_of(calendar: Calendar, at: int, resolution: Resolution) -> object:
    day = calendar.day_of(at)
    match resolution:
        case Resolution.MINUTE | Resolution.QUARTER:
            return at // resolution.length_s
        case Resolution.HOUR:
            return day, (at - calendar.start_of(day)) // HOUR_S
        case Resolution.DAY:
            return day
        case Resolution.MONTH:
            return day.year, day.month
        case Resolution.YEAR:
            return day.year


@pytest.mark.parametrize(
    ("day", "resolution", "buckets"),
    [
        ("2026-11-22", Resolution.QUARTER, 96),
        ("2026-03-29", Resolution.QUARTER, 92),
        ("2026-10-25", Resolution.QUARTER, 100),
        ("2026-03-29", Resolution.HOUR, 23),
        ("2026-10-25", Resolution.HOUR, 25),
        ("2026-10-25", Resolution.MINUTE, 1_500),
    ],
)
def test_days_of_92_96_and_100_quarters(day: str, resolution: Resolution, buckets: int) -> None:
    calendar = calendar_of("Europe/Helsinki")
    bounds = calendar.bounds(period_around(PeriodKind.DAY, date.fromisoformat(day)))
    assert len(calendar.edges(*bounds, resolution)) == buckets + 1


def test_a_skipped_date_is_no_bucket_and_no_day() -> None:
    calendar = calendar_of("Pacific/Apia")
    bounds = calendar.bounds(period_around(PeriodKind.MONTH, date(2011, 12, 1)))
    days = list(calendar.days(*bounds))
    assert date(2011, 12, 30) not in days
    assert len(days) == 30
    assert calendar.edges(*bounds, Resolution.DAY) == [
        *(calendar.start_of(day) for day in days),
        bounds[1],
    ]
    assert len(calendar.edges(*bounds, Resolution.HOUR)) == 30 * 24 + 1


@given(zones, st.integers(2001, 2036))
def test_the_days_of_a_year_are_those_of_its_months(zone: str, year: int) -> None:
    calendar = calendar_of(zone)
    start, end = calendar.bounds(period_around(PeriodKind.YEAR, date(year, 1, 1)))
    days = calendar.edges(start, end, Resolution.DAY)
    months = calendar.edges(start, end, Resolution.MONTH)
    assert len(months) == 13
    assert set(months) <= set(days)
    of_months = [calendar.edges(*month, Resolution.DAY)[:-1] for month in pairwise(months)]
    assert [edge for month in of_months for edge in month] == days[:-1]


@pytest.mark.parametrize("resolution", list(Resolution)[:4])
def test_no_answer_has_more_than_4000_buckets(resolution: Resolution) -> None:
    calendar = calendar_of("Europe/Helsinki")
    start = calendar.start_of(date(2001, 1, 1))
    end = start + MAX_BUCKETS * resolution.length_s
    if resolution is Resolution.DAY:
        end = calendar.start_of(date(2001, 1, 1) + timedelta(days=MAX_BUCKETS))
    assert len(calendar.edges(start, end, resolution)) == MAX_BUCKETS + 1
    for more_s in (60, 100 * resolution.length_s):
        with pytest.raises(
            TooManyBuckets, match=f"more than 4000 buckets by {resolution}"
        ) as caught:
            calendar.edges(start, end + more_s, resolution)
        assert caught.value.parameter == "resolution"


def test_every_month_and_year_there_is_fits_into_one_answer() -> None:
    calendar = calendar_of("Europe/Helsinki")
    start, end = calendar.start_of(date(2000, 1, 1)), calendar.start_of(date(2038, 1, 1))
    assert len(calendar.edges(start, end, Resolution.MONTH)) == 38 * 12 + 1
    assert len(calendar.edges(start, end, Resolution.YEAR)) == 38 + 1


@given(zones, instants)
def test_a_printed_instant_is_read_back(zone: str, at: int) -> None:
    calendar = calendar_of(zone)
    assert calendar.instant_from("from", calendar.text(at)) == at
    assert instant(calendar.text_ms(at + 0.25)) == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-22", "2026-11-22T00:00:00+02:00"),
        ("2026-03-29T04:00:00+03:00", "2026-03-29T01:00:00+00:00"),
        ("2026-03-29T04:00:00 03:00", "2026-03-29T01:00:00+00:00"),
        ("2026-03-29T01:00Z", "2026-03-29T01:00:00+00:00"),
        ("2026-03-29t01:00:00.999z", "2026-03-29T01:00:00+00:00"),
        ("2026-03-28T21:00:00-04:00", "2026-03-29T01:00:00+00:00"),
    ],
)
def test_an_instant_is_a_local_date_or_rfc_3339(text: str, at: str) -> None:
    assert calendar_of("Europe/Helsinki").instant_from("from", text) == instant(at)


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2026", "2026-11", "2026-W47-1", "20261122", "20261122T100000Z", "1763800000",
        "2026-11-22T10:00:00", "2026-11-22 10:00:00+02:00", "2026-02-30", "2026-02-30T10:00:00Z",
        "2026-11-22T25:00:00Z", "2026-11-22T10:00:00+25:00", "1999-12-31", "2038-01-01T00:00:00Z",
        "\uff12\uff10\uff12\uff16-11-22", "2026-11-22T10:00:00Z\n", "9" * 5_000,
    ],
)  # fmt: skip
def test_what_is_no_instant_is_the_asker_s_mistake(text: str) -> None:
    with pytest.raises(BadPeriod) as caught:
        calendar_of("Europe/Helsinki").instant_from("to", text)
    assert caught.value.parameter == "to"
    assert len(caught.value.detail) < 200


def test_times_are_printed_with_the_home_s_offset() -> None:
    calendar = calendar_of("Europe/Helsinki")
    assert calendar.zone_name == "Europe/Helsinki"
    at = instant("2026-11-22T13:45:12+02:00")
    assert calendar.text(at) == "2026-11-22T13:45:12+02:00"
    assert calendar.text_ms(at + 0.31) == "2026-11-22T13:45:12.310+02:00"
    assert calendar.text_ms(at + 0.9999) == "2026-11-22T13:45:13.000+02:00"


def test_all_has_bounds_too() -> None:
    calendar = calendar_of("Europe/Helsinki")
    period = Period(PeriodKind.ALL, date(2024, 1, 1), date(2027, 1, 1))
    start, end = calendar.bounds(period)
    assert calendar.text(start) == "2024-01-01T00:00:00+02:00"
    assert len(calendar.edges(start, end, Resolution.YEAR)) == 4


def test_the_first_and_the_last_year_can_be_asked_for() -> None:
    calendar = calendar_of("Europe/Helsinki")
    for day in ("2000-01-01", "2037-12-31"):
        assert calendar.instant_from("from", day) == instant(f"{day}T00:00:00+02:00")
        assert calendar.instant_from("from", f"{day}T00:00:00+02:00") == calendar.instant_from(
            "from", day
        )


def test_of_what_is_no_instant_forty_characters_are_shown() -> None:
    with pytest.raises(BadPeriod) as caught:
        calendar_of("Europe/Helsinki").instant_from("from", "x" * 60)
    assert f"'{'x' * 40}'" in str(caught.value)
    with pytest.raises(BadPeriod) as caught:
        calendar_of("Europe/Helsinki").instant_from("from", f"2026-02-30T00:00:00.{'0' * 60}Z")
    assert f"'2026-02-30T00:00:00.{'0' * 20}'" in str(caught.value)


@given(zones, instants)
def test_an_instant_that_is_remembered_reads_as_one_that_is_not(zone: str, at: int) -> None:
    calendar = calendar_of(zone)
    offset = datetime.fromisoformat(calendar.remembered_text(at))
    assert calendar.remembered_text(at) == calendar.text(at)
    assert int(offset.timestamp()) == at


def test_an_instant_may_be_unknown() -> None:
    calendar = calendar_of("Europe/Helsinki")
    assert calendar.text_or_none(None) is None
    assert calendar.text_or_none(0.9) == calendar.text(0) == "1970-01-01T02:00:00+02:00"
