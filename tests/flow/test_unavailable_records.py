"""UnavailableRecords: three looks in vain and no fewer, and not for ever."""

from hypothesis import given
from hypothesis import strategies as st

from wattledger.energy.spans import Span, merged, without
from wattledger.flow.unavailable_records import LOOKS, UnavailableRecords

ALL = [Span(0, 6_000)]
sets = st.sets(st.integers(0, 99), max_size=100)


def spans_of(minutes: set[int]) -> list[Span]:
    return merged(Span(60 * minute, 60 * minute + 60) for minute in minutes)


@given(looks=st.lists(sets, min_size=1, max_size=7))
def test_given_up_is_what_three_looks_in_a_row_refused(looks: list[set[int]]) -> None:
    refusals = UnavailableRecords()
    for index, refused in enumerate(looks):
        refusals.begin(today=0)
        wanted = without(ALL, refusals.left_alone)
        asked = {m for m in refused if any(s.start <= 60 * m < s.end for s in wanted)}
        refusals.note(spans_of(asked))
        left = without(ALL, refusals.left_alone)
        assert not {m for m in asked if any(s.start <= 60 * m < s.end for s in left)}
        given_up = refusals.end()
        if index < LOOKS - 1:
            assert given_up == []
        assert all(
            any(s.start <= g.start and g.end <= s.end for s in spans_of(asked)) for g in given_up
        )


def test_what_was_given_up_or_skipped_is_wanted_again_the_next_day() -> None:
    refusals = UnavailableRecords()
    given_up = []
    for _ in range(LOOKS):
        refusals.begin(today=0)
        refusals.note([Span(600, 1_200)])
        given_up.append(refusals.end())
    assert given_up == [[], [], [Span(600, 1_200)]]
    refusals.skip(Span(3_000, 3_600))
    refusals.begin(today=0)
    assert refusals.left_alone == [Span(600, 1_200), Span(3_000, 3_600)]
    refusals.begin(today=86_400)
    assert refusals.left_alone == []
