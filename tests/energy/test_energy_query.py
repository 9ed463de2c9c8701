"""What is asked, as a span and the edges of its buckets up to now."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.energy.making import calendar_of
from wattledger.energy.energy_query import (
    EnergyQuery,
    default_resolution,
    query_of_period,
    query_of_span,
)
from wattledger.energy.errors import BadPeriod, InFuture, TooManyBuckets
from wattledger.energy.netting import Netting
from wattledger.energy.period import Period, PeriodKind, Resolution, period_from
from wattledger.energy.spans import Span

CALENDAR = calendar_of("Europe/Helsinki")
DAY_S = 86_400


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


NOW = instant("2026-11-22T13:45:12+02:00")


def asked(text: str, resolution: Resolution | None = None, now: float = NOW) -> EnergyQuery:
    period = period_from(text, today=CALENDAR.day_of(now), first_day=date(2024, 7, 1))
    return query_of_period(CALENDAR, period, resolution, Netting.QUARTER, now)


def of_span(start: int, end: int, resolution: Resolution | None = None) -> EnergyQuery:
    return query_of_span(CALENDAR, Span(start, end), resolution, Netting.QUARTER, NOW)


@pytest.mark.parametrize(
    ("text", "resolution", "buckets"),
    [
        ("2026-11-21", Resolution.QUARTER, 96),
        ("2026-W46", Resolution.DAY, 7),
        ("2026-10", Resolution.DAY, 31),
        ("2025", Resolution.MONTH, 12),
        ("all", Resolution.YEAR, 3),
    ],
)
def test_each_kind_of_period_has_its_resolution(
    text: str, resolution: Resolution, buckets: int
) -> None:
    question = asked(text)
    assert question.resolution is resolution
    assert len(question.edges) == buckets + 1
    assert question.edges[0] == question.start
    assert question.edges[-1] == question.end
    assert question.period is not None
    assert question.period.text == text


@pytest.mark.parametrize(
    ("text", "resolution", "last_start", "last_end"),
    [
        ("today", None, "2026-11-22T13:45:00+02:00", "2026-11-22T14:00:00+02:00"),
        ("today", "hour", "2026-11-22T13:00:00+02:00", "2026-11-22T14:00:00+02:00"),
        ("this-week", None, "2026-11-22T00:00:00+02:00", "2026-11-23T00:00:00+02:00"),
        ("this-month", None, "2026-11-22T00:00:00+02:00", "2026-11-23T00:00:00+02:00"),
        ("this-year", None, "2026-11-01T00:00:00+02:00", "2026-12-01T00:00:00+02:00"),
        ("all", None, "2026-01-01T00:00:00+02:00", "2027-01-01T00:00:00+02:00"),
    ],
)
def test_a_running_period_has_the_buckets_that_have_begun(
    text: str, resolution: str | None, last_start: str, last_end: str
) -> None:
    question = asked(text, Resolution(resolution) if resolution else None)
    assert question.edges[-2:] == (instant(last_start), instant(last_end))
    assert question.end > NOW


def test_a_period_that_begins_this_instant_has_its_first_bucket() -> None:
    midnight = instant("2026-11-22T00:00:00+02:00")
    assert asked("today", now=midnight).edges == (midnight, midnight + 900)
    with pytest.raises(InFuture) as caught:
        asked("2026-11-22", now=midnight - 0.5)
    assert caught.value.parameter == "period"


@pytest.mark.parametrize(
    ("text", "resolution"),
    [
        ("2026-11-21", Resolution.MONTH),
        ("2026-11-21", Resolution.YEAR),
        ("2026-W46", Resolution.MONTH),
        ("2026-10", Resolution.YEAR),
    ],
)
def test_a_coarser_resolution_gives_one_clipped_bucket(text: str, resolution: Resolution) -> None:
    question = asked(text, resolution)
    assert question.edges == (question.start, question.end)
    assert question.resolution is resolution


def test_a_week_over_two_months_is_one_bucket_by_month() -> None:
    assert len(asked("2026-W40", Resolution.MONTH).edges) == 2
    assert len(asked("2026-W40", Resolution.DAY).edges) == 8


def test_a_skipped_date_can_not_be_asked_for() -> None:
    samoa = calendar_of("Pacific/Apia")
    skipped = Period(PeriodKind.DAY, date(2011, 12, 30), date(2011, 12, 31))
    with pytest.raises(BadPeriod, match="was skipped in Pacific/Apia"):
        query_of_period(samoa, skipped, None, Netting.QUARTER, NOW)


def test_too_fine_a_resolution_is_refused() -> None:
    with pytest.raises(TooManyBuckets):
        asked("2026", Resolution.HOUR)


def test_a_span_has_civil_edges_and_clipped_ends() -> None:
    start, end = instant("2026-11-20T22:30:00+02:00"), instant("2026-11-22T01:10:00+02:00")
    question = of_span(start, end, Resolution.DAY)
    midnights = (instant("2026-11-21T00:00:00+02:00"), instant("2026-11-22T00:00:00+02:00"))
    assert question.edges == (start, *midnights, end)
    assert question.period is None


def test_a_span_into_the_future_ends_with_the_running_bucket() -> None:
    question = of_span(NOW - 60, NOW + 10 * DAY_S, Resolution.DAY)
    assert question.edges == (NOW - 60, instant("2026-11-23T00:00:00+02:00"))
    assert question.end == NOW + 10 * DAY_S


def test_a_span_has_a_length_and_a_past() -> None:
    for length_s in (0, -1):
        with pytest.raises(BadPeriod) as caught:
            of_span(NOW - 60, NOW - 60 + length_s)
        assert caught.value.parameter == "to"
    with pytest.raises(InFuture) as caught_future:
        of_span(NOW + 1, NOW + 61)
    assert caught_future.value.parameter == "from"


@pytest.mark.parametrize(
    ("days", "resolution"),
    [
        (1, Resolution.QUARTER),
        (2, Resolution.QUARTER),
        (3, Resolution.DAY),
        (92, Resolution.DAY),
        (93, Resolution.MONTH),
        (5 * 366, Resolution.MONTH),
        (5 * 366 + 1, Resolution.YEAR),
    ],
)
def test_a_span_without_a_resolution_gets_a_fitting_one(days: int, resolution: Resolution) -> None:
    assert default_resolution(days * DAY_S) is resolution
    end = NOW - NOW % 900
    assert of_span(end - days * DAY_S, end).resolution is resolution


def test_a_second_more_gets_the_coarser_one() -> None:
    lengths_s = (2 * 86_400, 92 * 86_400, 5 * 366 * 86_400)
    finer = (Resolution.QUARTER, Resolution.DAY, Resolution.MONTH)
    assert tuple(default_resolution(length_s) for length_s in lengths_s) == finer
    coarser = (Resolution.DAY, Resolution.MONTH, Resolution.YEAR)
    assert tuple(default_resolution(length_s + 1) for length_s in lengths_s) == coarser


@given(st.integers(1, 400 * DAY_S), st.integers(0, 400 * DAY_S))
def test_buckets_reach_up_to_now_and_no_further(length_s: int, ago_s: int) -> None:
    start = NOW - ago_s
    question = of_span(start, start + length_s)
    assert question.edges[-2] <= NOW
    assert question.edges[-1] == question.end or question.edges[-1] > NOW


def test_buckets_to_come_do_not_count_against_the_limit() -> None:
    calendar = CALENDAR
    monday_4h = calendar.start_of(date(2026, 11, 23)) + 4 * 3_600
    week = period_from("2026-W48", today=date(2026, 11, 23), first_day=None)
    question = query_of_period(calendar, week, Resolution.MINUTE, Netting.QUARTER, monday_4h + 30)
    assert len(question.edges) - 1 == 241
    assert question.edges[-1] == monday_4h + 60
    with pytest.raises(TooManyBuckets):
        query_of_period(calendar, week, Resolution.MINUTE, Netting.QUARTER, monday_4h + 5 * 86_400)


def test_the_next_period_is_there_from_its_first_instant_on() -> None:
    midnight = instant("2026-11-23T00:00:00+02:00")
    for now, following in ((midnight - 1, None), (midnight, "2026-11-23")):
        after = asked("2026-11-22", now=now).next
        assert (after.text if after else None) == following


def test_a_query_knows_its_neighbours() -> None:
    today, sunday = asked("today"), asked("2026-11-21")
    assert sunday.previous
    assert sunday.next
    assert (sunday.previous.text, sunday.next.text) == ("2026-11-20", "2026-11-22")
    assert today.next is None
    assert asked("2037", now=instant("2037-06-01T12:00:00+03:00")).next is None
    assert of_span(NOW - 60, NOW).previous is None


@pytest.mark.parametrize(
    ("netting", "resolution", "add_up"),
    [
        (Netting.HOUR, Resolution.QUARTER, False),
        (Netting.HOUR, Resolution.HOUR, True),
        (Netting.QUARTER, Resolution.QUARTER, True),
        (Netting.MINUTE, Resolution.MINUTE, False),
        (Netting.PHASE, Resolution.MINUTE, False),
        (Netting.HOUR, Resolution.YEAR, True),
    ],
)
def test_the_buckets_are_the_whole_where_each_holds_its_windows(
    netting: Netting, resolution: Resolution, add_up: bool
) -> None:
    query = query_of_span(CALENDAR, Span(NOW - 900, NOW), resolution, netting, NOW)
    assert query.parts_add_up is add_up
