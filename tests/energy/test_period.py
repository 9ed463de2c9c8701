"""A period's text, its neighbours, its bounds: no zone yet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.energy.making import dates
from wattledger.energy.errors import BadPeriod
from wattledger.energy.period import (
    FIRST_YEAR,
    LAST_YEAR,
    Period,
    PeriodKind,
    Resolution,
    next_month,
    period_around,
    period_from,
)

TODAY = date(2026, 11, 22)
KINDS = (PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.YEAR)
kinds = st.sampled_from(KINDS)


def parsed(text: str, today: date = TODAY, first_day: date | None = None) -> Period:
    return period_from(text, today=today, first_day=first_day)


@given(kinds, dates())
def test_a_period_s_text_names_it(kind: PeriodKind, day: date) -> None:
    period = period_around(kind, day)
    assert period.first <= day < period.end
    assert parsed(period.text) == period
    assert parsed(period.text).text == period.text


def test_a_day_knows_its_week() -> None:
    new_year = date(2027, 1, 1)
    for kind in PeriodKind:
        if kind is PeriodKind.ALL:
            continue
        period = period_around(kind, new_year)
        if kind in (PeriodKind.DAY, PeriodKind.WEEK):
            assert period.week is not None
            assert (period.week.text, period.week.first) == ("2026-W53", date(2026, 12, 28))
        else:
            assert period.week is None


@given(kinds, dates(first=date(2002, 1, 1), last=date(2036, 1, 1)))
def test_previous_and_next_are_inverse_and_touch(kind: PeriodKind, day: date) -> None:
    period = period_around(kind, day)
    before, after = period.previous, period.next
    assert before is not None
    assert after is not None
    assert before.end == period.first
    assert period.end == after.first
    assert before.next == period == after.previous
    assert {before.kind, after.kind} == {kind}


@pytest.mark.parametrize("kind", KINDS)
def test_the_calendar_has_two_ends(kind: PeriodKind) -> None:
    """Walking with next from the first period reaches the last one, and every text on it parses."""
    first = "2000-W01" if kind is PeriodKind.WEEK else period_around(kind, date(2000, 1, 1)).text
    period: Period | None = parsed(first)
    assert period is not None
    assert period.previous is None
    count, last = 0, period
    while period is not None:
        assert parsed(period.text) == period
        count, last, period = count + 1, period, period.next
    assert last.end >= date(LAST_YEAR + 1, 1, 1)
    years = LAST_YEAR - FIRST_YEAR + 1
    # From Monday 2000-01-03 to Sunday 2038-01-03.
    weeks = (date(2038, 1, 4) - date(2000, 1, 3)) // timedelta(days=7)
    days = (date(2038, 1, 1) - date(2000, 1, 1)).days
    assert count == {"day": days, "week": weeks, "month": 12 * years, "year": years}[kind]


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2026-11-22", date(2026, 11, 22), date(2026, 11, 23)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 3, 1)),
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 23)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 5)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 4)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("today", date(2026, 11, 22), date(2026, 11, 23)),
        ("yesterday", date(2026, 11, 21), date(2026, 11, 22)),
        ("this-week", date(2026, 11, 16), date(2026, 11, 23)),
        ("this-month", date(2026, 11, 1), date(2026, 12, 1)),
        ("this-year", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_text_names_local_dates(text: str, first: date, end: date) -> None:
    period = parsed(text)
    assert (period.first, period.end) == (first, end)


def test_a_week_is_named_by_its_iso_year() -> None:
    assert period_around(PeriodKind.WEEK, date(2027, 1, 1)).text == "2026-W53"
    assert period_around(PeriodKind.WEEK, date(2025, 12, 30)).text == "2026-W01"


@pytest.mark.parametrize(
    ("first_day", "first"),
    [
        (date(2024, 7, 3), date(2024, 1, 1)),
        (None, date(2026, 1, 1)),
        (date(2031, 1, 1), date(2026, 1, 1)),
    ],
)
def test_all_is_from_the_year_of_the_first_minute(first_day: date | None, first: date) -> None:
    period = parsed("all", first_day=first_day)
    assert period == Period(PeriodKind.ALL, first, date(2027, 1, 1))
    assert period.text == "all"
    assert period.previous is period.next is None


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-13", "2026-00", "2026-02-30", "2023-02-29", "2026-W00", "2026-W54", "2025-W53",
        "0000", "0000-W01", "1999", "1999-12-31", "1999-W52", "2038", "2038-W01", "9999",
        "9999-12-31",
        "26-11", "2026-1", "2026-11-2", "2026-w47", "Today",
        "2026 ", " 2026", "2026-11\n", "\uff12\uff10\uff12\uff16",
        "this-day", "last-week", "-2026", "2026-11-22T00:00:00Z", "all ", "x" * 5_000,
    ],
)  # fmt: skip
def test_what_is_no_period_is_the_asker_s_mistake(text: str) -> None:
    with pytest.raises(BadPeriod) as caught:
        parsed(text)
    assert caught.value.parameter == "period"
    assert len(caught.value.detail) < 300


@given(st.text("0123456789-WT:", max_size=12))
def test_any_text_is_a_period_or_a_mistake(text: str) -> None:
    try:
        period = parsed(text)
    except BadPeriod:
        return
    assert period.first < period.end


def test_all_is_around_no_day() -> None:
    with pytest.raises(BadPeriod):
        period_around(PeriodKind.ALL, TODAY)


@given(dates())
def test_the_next_month_begins_a_day_after_this_one_ends(day: date) -> None:
    following = next_month(day)
    assert following.day == 1
    last = following - timedelta(days=1)
    assert (last.year, last.month) == (day.year, day.month)


def test_resolutions_are_ordered_from_the_finest() -> None:
    lengths = [resolution.length_s for resolution in Resolution]
    assert lengths == sorted(lengths)


def test_of_what_is_no_period_forty_characters_are_shown() -> None:
    with pytest.raises(BadPeriod) as caught:
        period_from("x" * 60, today=date(2026, 11, 22), first_day=None)
    assert f"'{'x' * 40}'" in str(caught.value)


def test_within_the_first_year_one_can_go_back() -> None:
    february = period_around(PeriodKind.MONTH, date(2000, 2, 1))
    january = period_around(PeriodKind.MONTH, date(2000, 1, 31))
    assert february.previous == january
    assert january.previous is None
    assert period_around(PeriodKind.DAY, date(2037, 12, 31)).next is None
