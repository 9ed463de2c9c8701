"""Where fetching breaks off: lost connections change the order, refusals find the one record."""

from wattledger.energy.spans import Span
from wattledger.flow.fetch_failures import MOST_ALONE_S, POSTPONED_S, TRIES, FetchFailures
from wattledger.flow.fetch_plan import MOST_AT_ONCE_S

FIRST, SECOND = Span(0, 6_000), Span(12_000, 18_000)
ALL = [FIRST, SECOND]


def test_without_stumbles_it_goes_as_planned() -> None:
    assert FetchFailures().next_stretch(ALL, today=0) == ALL
    assert FetchFailures().next_stretch([], today=0) == []


def test_a_place_where_connections_are_lost_comes_last_and_is_never_given_up() -> None:
    stumbles = FetchFailures()
    for _ in range(TRIES - 1):
        stumbles.lost(FIRST)
        assert stumbles.next_stretch(ALL, today=0) == [FIRST]
    for _ in range(3 * TRIES):
        stumbles.lost(FIRST)
    rest = Span(POSTPONED_S, FIRST.end)
    assert stumbles.next_stretch(ALL, today=0) == [rest]
    assert stumbles.next_stretch([Span(0, POSTPONED_S)], today=0) == [Span(0, POSTPONED_S)]
    stumbles.all_asked()
    assert stumbles.next_stretch(ALL, today=0) == ALL


def test_what_is_refused_is_asked_for_alone_and_then_left() -> None:
    stumbles = FetchFailures()
    assert stumbles.refused(FIRST) is None
    assert stumbles.next_stretch(ALL, today=0) == [FIRST]
    assert stumbles.refused(FIRST) is None
    assert stumbles.next_stretch(ALL, today=0) == [Span(0, 60)]
    assert stumbles.refused(Span(0, 60)) == Span(0, 60)
    assert stumbles.next_stretch([Span(60, 6_000), SECOND], today=0) == [Span(60, 6_000)]


def test_what_is_refused_side_by_side_is_left_in_ever_larger_parts() -> None:
    stumbles, start, left = FetchFailures(), 0, []
    while start < FIRST.end:
        part = stumbles.refused(Span(start, FIRST.end))
        if part is not None:
            left.append(part.length_s)
            start = part.end
    assert left[:5] == [60, 120, 240, 480, MOST_ALONE_S]
    assert sum(left) == FIRST.end
    elsewhere = [stumbles.refused(SECOND) for _ in range(TRIES)]
    assert elsewhere == [None, None, Span(SECOND.start, SECOND.start + 60)]


def test_lost_connections_do_not_count_as_refusals() -> None:
    stumbles = FetchFailures()
    for _ in range(5):
        stumbles.lost(SECOND)
    assert stumbles.refused(SECOND) is None


def test_what_was_asked_for_alone_and_did_not_come_is_left() -> None:
    stumbles = FetchFailures()
    assert stumbles.not_given([FIRST]) == ()
    stumbles.refused(FIRST)
    stumbles.refused(FIRST)
    (alone,) = stumbles.next_stretch(ALL, today=0)
    assert stumbles.not_given([alone]) == [alone]
    stumbles.next_stretch([SECOND], today=0)
    assert stumbles.not_given([SECOND]) == ()


def test_a_stretch_is_never_longer_than_planned() -> None:
    long = [Span(0, 10 * MOST_AT_ONCE_S)]
    assert FetchFailures().next_stretch(long, today=0) == [Span(0, MOST_AT_ONCE_S)]
