from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.simulator.feeds.cumulative_series import Curve, curve_of
from wattledger.simulator.feeds.recorded_series import Span

wh = st.floats(0, 5000, allow_nan=False)


@st.composite
def series(draw: st.DrawFn) -> list[Span]:
    """Spans of any whole minutes with holes between, as written in no order of time."""
    lengths = draw(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 60)), min_size=1))
    ends = list(accumulate(hole + length for hole, length in lengths))
    spans = [
        Span((end - length) * 60, length * 60, draw(wh), draw(wh))
        for end, (_, length) in zip(ends, lengths, strict=True)
    ]
    return draw(st.permutations(spans))


@settings(max_examples=60, deadline=None)
@given(series())
def test_the_counters_of_any_measured_span_sum_to_it_within_one_unit(spans: list[Span]) -> None:
    curve = curve_of(spans)

    for span in spans:
        before, after = curve.at(span.start), curve.at(span.start + span.seconds)
        assert after[0] - before[0] == pytest.approx(span.imported_wh * 1e4, abs=1.001)
        assert after[1] - before[1] == pytest.approx(span.exported_wh * 1e4, abs=1.001)


def test_over_a_hole_the_counters_stand_still() -> None:
    curve = curve_of([Span(0, 60, 1.0, 0.0), Span(180, 60, 2.0, 0.5)])

    assert curve == Curve((0, 60, 180, 240), (0, 10_000, 10_000, 30_000), (0, 0, 0, 5000))


def test_spans_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="begins before"):
        curve_of([Span(0, 120, 1.0, 0.0), Span(60, 60, 1.0, 0.0)])


def test_counters_never_run_backwards() -> None:
    curve = curve_of([Span(0, 420, 1.0001, 0.3), Span(420, 60, 0.0, 0.0), Span(540, 60, 2.0, 0.1)])

    readings = [curve.at(second) for second in range(601)]
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(readings))
