"""What to fetch next: today first, then the oldest; never what the meter does not have."""

from hypothesis import given
from hypothesis import strategies as st

from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.spans import Span, merged, total_s, within, without
from wattledger.flow.fetch_plan import FRESH_S, MOST_AT_ONCE_S, missing, next_stretch

T0 = 1_750_000_020 // 60 * 60
HORIZON = 200

minutes = st.sets(st.integers(0, HORIZON - 1), max_size=HORIZON)


def spans_of(indices: set[int]) -> list[Span]:
    return merged(Span(T0 + 60 * i, T0 + 60 * i + 60) for i in indices)


@given(booked=minutes, stored=minutes, lost=minutes)
def test_exactly_what_the_meter_has_and_the_books_lack_is_fetched(
    booked: set[int], stored: set[int], lost: set[int]
) -> None:
    now = T0 + 60 * HORIZON + FRESH_S
    first, last = (min(booked), max(booked)) if booked else (0, -1)
    holes = {i for i in range(first, last) if i not in booked}
    gaps = [
        Gap(span, reason)
        for reason, indices in (
            (GapReason.OUTAGE, holes - lost),
            (GapReason.NOT_IN_MEMORY, holes & lost),
        )
        for span in spans_of(indices)
    ]
    bounds = Span(T0 + 60 * first, T0 + 60 * last + 60) if booked else None
    state = missing(bounds, gaps, spans_of(stored), now)

    assert state.to_fetch == spans_of(stored - booked)
    assert state.lost == spans_of((holes - lost) - stored)
    assert state.minutes == total_s(state.to_fetch) // 60


def test_the_running_minute_is_not_missed_yet() -> None:
    stored = [Span(T0, T0 + 600)]
    state = missing(Span(T0, T0 + 300), [], stored, meter_now=T0 + 600)
    assert state.to_fetch == [Span(T0 + 300, T0 + 540)]
    later = missing(Span(T0, T0 + 300), [], stored, meter_now=T0 + 600 + FRESH_S)
    assert later.to_fetch == [Span(T0 + 300, T0 + 600)]


def test_a_hole_before_a_booked_minute_is_missed_at_once() -> None:
    stored = [Span(T0, T0 + 600)]
    gaps = [Gap(Span(T0 + 420, T0 + 480), GapReason.OUTAGE)]
    state = missing(Span(T0, T0 + 540), gaps, stored, meter_now=T0 + 541)
    assert state.to_fetch == [Span(T0 + 420, T0 + 480)]
    assert state.lost == []


def test_a_fresh_server_wants_all_that_the_meter_has() -> None:
    stored = [Span(T0, T0 + 3_600), Span(T0 + 7_200, T0 + 10_800)]
    assert missing(None, [], stored, T0 + 20_000).to_fetch == stored


def test_today_comes_before_the_oldest() -> None:
    today = T0 + 5 * 86_400
    to_fetch = [Span(T0, T0 + 3_600), Span(today - 600, today + 600)]
    assert next_stretch(to_fetch, today) == [Span(today, today + 600)]
    before = [Span(T0, T0 + 3_600), Span(today - 600, today)]
    assert next_stretch(before, today) == before
    assert next_stretch([], today) == []


def test_many_small_parts_are_one_stretch_up_to_its_length() -> None:
    parts = [Span(T0 + 3_600 * hour, T0 + 3_600 * hour + 600) for hour in range(300)]
    stretch = next_stretch(parts, today=T0)
    assert stretch == parts[:36]
    assert total_s(stretch) == MOST_AT_ONCE_S


@given(todo=minutes.filter(bool), today=st.integers(0, HORIZON))
def test_stretches_come_to_an_end_and_cover_everything_once(todo: set[int], today: int) -> None:
    left = spans_of(todo)
    fetched: list[Span] = []
    while stretch := next_stretch(left, T0 + 60 * today):
        assert 0 < total_s(stretch) <= MOST_AT_ONCE_S
        fetched += stretch
        left = without(left, stretch)
    assert merged(fetched) == spans_of(todo)
    assert total_s(fetched) == total_s(within(spans_of(todo), Span(T0, T0 + 60 * HORIZON)))
