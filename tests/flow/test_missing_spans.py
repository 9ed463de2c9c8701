"""What is missing, as it is told: what waits to be fetched is no outage."""

from hypothesis import given
from hypothesis import strategies as st

from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.spans import Span, common, merged, total_s, without
from wattledger.flow.missing_spans import told_gaps, waiting_minutes

OUTAGE, WAITS = GapReason.OUTAGE, GapReason.BEING_FETCHED
LOST, TIMELESS, DAMAGED = GapReason.NOT_IN_MEMORY, GapReason.NO_TIME, GapReason.DAMAGED


def test_before_the_meter_was_asked_every_outage_waits() -> None:
    gaps = [Gap(Span(100, 200), OUTAGE), Gap(Span(300, 400), LOST), Gap(Span(500, 600), DAMAGED)]
    told = told_gaps(Span(0, 900), gaps, [], [])
    assert told == [Gap(Span(100, 200), WAITS), *gaps[1:]]


def test_what_the_meter_lists_waits_and_what_was_tried_and_is_not_there_is_an_outage() -> None:
    gaps = [Gap(Span(100, 200), OUTAGE), Gap(Span(300, 400), LOST), Gap(Span(400, 500), TIMELESS)]
    to_fetch, tried = [Span(150, 180), Span(350, 450)], [Span(100, 150), Span(180, 200)]
    told = told_gaps(Span(0, 900), gaps, to_fetch, tried)
    assert told == [
        Gap(Span(100, 150), OUTAGE),
        Gap(Span(150, 180), WAITS),
        Gap(Span(180, 200), OUTAGE),
        Gap(Span(300, 350), LOST),
        Gap(Span(350, 450), WAITS),
        Gap(Span(450, 500), TIMELESS),
    ]


def test_memory_before_the_first_minute_and_after_the_last_one_waits_too() -> None:
    assert told_gaps(None, [], [Span(0, 900)], []) == [Gap(Span(0, 900), WAITS)]
    told = told_gaps(
        Span(500, 800), [Gap(Span(600, 700), OUTAGE)], [Span(0, 500), Span(600, 900)], []
    )
    assert told == [
        Gap(Span(0, 500), WAITS),
        Gap(Span(600, 700), WAITS),
        Gap(Span(800, 900), WAITS),
    ]


def test_an_outage_that_is_newer_than_the_latest_look_waits_for_the_next() -> None:
    gaps = [Gap(Span(100, 200), OUTAGE), Gap(Span(300, 420), OUTAGE)]
    told = told_gaps(Span(0, 900), gaps, [], [Span(100, 200), Span(300, 360)])
    assert told == [gaps[0], Gap(Span(300, 360), OUTAGE), Gap(Span(360, 420), WAITS)]
    assert waiting_minutes(told) == 1


def test_gaps_that_came_since_the_bounds_were_read_are_told_once() -> None:
    gaps = [Gap(Span(100, 700), OUTAGE)]
    for booked in (None, Span(700, 900)):
        told = told_gaps(booked, gaps, [Span(0, 700)], [])
        assert told == [Gap(Span(0, 700), WAITS)]


def test_damage_stays_damage_until_it_is_mended() -> None:
    gaps = [Gap(Span(100, 200), DAMAGED)]
    assert told_gaps(Span(0, 900), gaps, [Span(100, 200)], []) == gaps


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda s: Span(s[0], s[0] + s[1])),
    max_size=6,
).map(merged)


@given(SPANS, SPANS, st.sampled_from([OUTAGE, LOST]))
def test_every_gap_is_told_once_and_nothing_that_is_booked(
    gaps: list[Span], to_fetch: list[Span], reason: GapReason
) -> None:
    booked = Span(0, 80)
    waits, tried = common(to_fetch, gaps), without(gaps, to_fetch)
    told = told_gaps(booked, [Gap(span, reason) for span in gaps], waits, tried)
    assert merged(gap.span for gap in told) == gaps
    assert sum(gap.span.length_s for gap in told) == total_s(gaps)
    waiting = merged(gap.span for gap in told if gap.reason is WAITS)
    assert waiting == common(to_fetch, gaps)
    assert merged(g.span for g in told if g.reason is reason) == without(gaps, waiting)
