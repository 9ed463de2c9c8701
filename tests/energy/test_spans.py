"""The algebra of spans against sets of whole seconds."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.energy.spans import Span, common_end, merged, tiled, total_s, within, without

seconds = st.integers(0, 30)
spans_as_they_come = st.lists(st.builds(Span, seconds, seconds), max_size=8)
span_sets = spans_as_they_come.map(merged)


def seconds_of(spans: Iterable[Span]) -> set[int]:
    return {second for span in spans for second in range(span.start, span.end)}


def is_a_set(spans: list[Span]) -> bool:
    """Sorted, apart, none empty."""
    return all(s.start < s.end for s in spans) and all(a.end < b.start for a, b in pairwise(spans))


@given(spans_as_they_come)
def test_merged_spans_hold_the_same_seconds(spans: list[Span]) -> None:
    assert is_a_set(merged(spans))
    assert seconds_of(merged(spans)) == seconds_of(spans)
    assert total_s(merged(spans)) == len(seconds_of(spans))


@given(span_sets, span_sets)
def test_what_is_taken_away_is_gone_and_nothing_else(spans: list[Span], taken: list[Span]) -> None:
    rest = without(spans, taken)
    assert is_a_set(rest)
    assert seconds_of(rest) == seconds_of(spans) - seconds_of(taken)


@given(span_sets, st.builds(Span, seconds, seconds))
def test_within_bounds_lies_what_is_in_both(spans: list[Span], bounds: Span) -> None:
    inside = within(spans, bounds)
    assert is_a_set(inside)
    assert seconds_of(inside) == seconds_of(spans) & seconds_of([bounds])


@pytest.mark.parametrize(
    ("bounds", "inside"),
    [
        (Span(0, 30), [Span(5, 10), Span(20, 25)]),
        (Span(7, 22), [Span(7, 10), Span(20, 22)]),
        (Span(8, 9), [Span(8, 9)]),
        (Span(10, 20), []),
    ],
)
def test_a_span_is_cut_at_either_bound(bounds: Span, inside: list[Span]) -> None:
    assert within([Span(5, 10), Span(20, 25)], bounds) == inside


def test_a_span_taken_once_covers_all_that_it_overlaps() -> None:
    assert without([Span(0, 2), Span(3, 5), Span(6, 9)], [Span(1, 7)]) == [Span(0, 1), Span(7, 9)]


def test_what_is_taken_elsewhere_changes_nothing() -> None:
    assert without([Span(5, 9)], [Span(0, 2), Span(3, 5), Span(9, 12)]) == [Span(5, 9)]


def test_what_begins_with_what_is_taken_leaves_no_empty_span() -> None:
    assert without([Span(0, 4)], [Span(0, 2)]) == [Span(2, 4)]
    assert without([Span(0, 4)], [Span(0, 2), Span(3, 4)]) == [Span(2, 3)]
    assert without([Span(0, 4)], [Span(0, 4)]) == []
    assert without([Span(2, 4)], [Span(0, 2)]) == [Span(2, 4)]


def test_what_touches_is_one_span_and_shares_no_second() -> None:
    assert merged([Span(0, 2), Span(2, 4)]) == [Span(0, 4)]
    assert within([Span(0, 2), Span(4, 6)], Span(2, 4)) == []
    taken = [Span(0, 1), Span(1, 2), Span(3, 4)]
    assert without([Span(0, 2), Span(2, 5)], taken) == [Span(2, 3), Span(4, 5)]


def test_a_span_has_a_length() -> None:
    assert Span(60, 360).length_s == 300


def test_touching_and_overlapping_spans_become_one_and_empty_ones_none() -> None:
    spans = [Span(8, 9), Span(0, 2), Span(5, 5), Span(2, 4), Span(1, 6), Span(3, 5)]
    assert merged(spans) == [Span(0, 6), Span(8, 9)]


@given(st.sets(st.integers(0, 10)), st.integers(1, 3))
def test_what_begins_and_is_of_one_length_is_joined_where_it_touches(
    places: set[int], length_s: int
) -> None:
    starts = [place * length_s for place in sorted(places)]
    assert tiled(starts, length_s) == merged(Span(start, start + length_s) for start in starts)


@pytest.mark.parametrize(
    ("ends", "gaps", "common"),
    [
        ([], [], None),
        ([None], [], None),
        ([600, None], [], None),
        ([600, 540], [], 540),
        ([600, 540], [Span(300, 480)], 540),
        ([600, 540], [Span(300, 570)], 300),
        ([600, 540], [Span(300, 540)], 300),
        ([600, 540], [Span(300, 570), Span(120, 330)], 120),
    ],
)
def test_the_newest_minute_that_all_have(
    ends: list[int | None], gaps: list[Span], common: int | None
) -> None:
    assert common_end(ends, gaps) == common
