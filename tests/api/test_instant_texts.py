"""Instants as text: the quick way gives what the calendar gives."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.api.instant_texts import instant_texts
from wattledger.energy.period import Calendar

ZONES = [
    "Europe/Helsinki",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
]


@given(
    zone=st.sampled_from(ZONES),
    start=st.integers(946_684_800, 2_145_916_800),
    step=st.sampled_from([60, 900, 3600, 86_400, 7 * 86_400, 1]),
    count=st.integers(0, 500),
)
def test_as_the_calendar_gives_them(zone: str, start: int, step: int, count: int) -> None:
    calendar = Calendar(ZoneInfo(zone))
    instants = [start + step * index for index in range(count)]
    assert instant_texts(calendar, instants) == [calendar.text(instant) for instant in instants]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-12-31"])
def test_through_each_minute_of_a_step(day: str) -> None:
    calendar = Calendar(ZoneInfo("Europe/Helsinki"))
    start = calendar.instant_from("from", f"{day}T00:00:00Z") - 7200
    instants = list(range(start, start + 90_000, 60))
    assert instant_texts(calendar, instants) == [calendar.text(instant) for instant in instants]


def test_in_any_order() -> None:
    calendar = Calendar(ZoneInfo("Europe/Helsinki"))
    instants = [1_780_000_000, 1_770_000_000, 1_780_000_060, 1_780_000_000, 1_780_000_030]
    assert instant_texts(calendar, instants) == [calendar.text(instant) for instant in instants]
