from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.feeds.test_household import assert_agrees
from wattledger.simulator.feeds.replay import Curve, Replay, curve_of, inverter_curves, thirds
from wattledger.simulator.feeds.shipped import shipped
from wattledger.simulator.feeds.traces import Span, fingrid, homewizard, p1_monitor, sma

ANCHOR = 1_781_913_600


def sums_dmwh(feed: Replay, start: int, end: int) -> tuple[int, int]:
    minutes = [phase for at in range(start, end, 60) for phase in feed.minute(at)]
    return sum(m.imported_dmwh for m in minutes), sum(m.exported_dmwh for m in minutes)


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
def test_minutes_of_any_measured_span_sum_to_it_within_one_unit(spans: list[Span]) -> None:
    curve = curve_of(spans)
    feed = Replay((curve, None, None), ANCHOR)

    for span in spans:
        start = ANCHOR + span.start - curve.start
        imported, exported = sums_dmwh(feed, start, start + span.seconds)
        assert imported == pytest.approx(span.imported_wh * 1e4, abs=1.001)
        assert exported == pytest.approx(span.exported_wh * 1e4, abs=1.001)


@settings(max_examples=60, deadline=None)
@given(series())
def test_a_total_on_three_phases_stays_the_total(spans: list[Span]) -> None:
    curve = curve_of(spans)
    spread, single = Replay(thirds(curve), ANCHOR), Replay((None, curve, None), ANCHOR)
    length = min(curve.end - curve.start, 7200)

    for at in range(ANCHOR, ANCHOR + length, 60):
        assert sums_dmwh(spread, at, at + 60) == sums_dmwh(single, at, at + 60)


@settings(max_examples=40, deadline=None)
@given(wh, wh)
def test_seconds_of_a_replayed_minute_make_its_energies(imported: float, exported: float) -> None:
    curve = curve_of([Span(0, 600, imported, exported)])

    assert_agrees(Replay((curve, None, None), ANCHOR), ANCHOR + 240)


def test_a_minute_that_imports_and_exports_first_draws_and_then_feeds() -> None:
    feed = Replay((curve_of([Span(0, 60, 3.0, 1.0)]), None, None), ANCHOR)

    (phase, *_) = feed.minute(ANCHOR)
    assert (phase.imported_dmwh, phase.exported_dmwh) == (30_000, 10_000)
    assert feed.power_w(ANCHOR)[0] == pytest.approx(240)
    assert feed.power_w(ANCHOR + 59)[0] == pytest.approx(-240)


def test_before_the_anchor_and_after_the_end_nothing_flows() -> None:
    feed = Replay((curve_of([Span(900, 120, 1.0, 0.0)]), None, None), ANCHOR)

    flows = [feed.minute(ANCHOR + 60 * n)[0].imported_dmwh for n in range(-2, 4)]
    assert flows == [0, 0, 5000, 5000, 0, 0]
    assert feed.power_w(ANCHOR + 121) == (0, 0, 0)


def test_a_repeating_series_begins_again_also_in_the_middle_of_a_minute() -> None:
    """Ninety seconds: 3 Wh, then nothing for 30 s."""
    curve = curve_of([Span(0, 60, 3.0, 0.0), Span(60, 30, 0.0, 0.0)])
    feed = Replay((curve, None, None), ANCHOR, repeating=True)

    flows = [feed.minute(ANCHOR + 60 * n)[0].imported_dmwh for n in range(6)]
    assert flows == [30_000, 15_000, 15_000, 30_000, 15_000, 15_000]


def test_over_a_hole_the_counters_stand_still() -> None:
    curve = curve_of([Span(0, 60, 1.0, 0.0), Span(180, 60, 2.0, 0.5)])

    assert curve == Curve((0, 60, 180, 240), (0, 10_000, 10_000, 30_000), (0, 0, 0, 5000))


def test_spans_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="begins before"):
        curve_of([Span(0, 120, 1.0, 0.0), Span(60, 60, 1.0, 0.0)])


def test_phases_of_unlike_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one start and one end"):
        Replay((curve_of([Span(0, 60, 1, 0)]), curve_of([Span(0, 120, 1, 0)]), None), ANCHOR)


def test_a_prosumers_month_by_the_minute_sums_to_its_meter() -> None:
    curve = curve_of(p1_monitor(shipped("p1mon_1min_2024-02_2024-03.csv")))

    assert curve.at(curve.end) == (6_624_450_000, 1_109_420_000)


def test_two_tariffs_on_two_phases_keep_their_registers() -> None:
    low, normal = map(curve_of, homewizard(shipped("homewizard_p1_15min_registers_2022-09.csv")))
    feed = Replay((low, normal, None), ANCHOR)

    minutes = [feed.minute(at) for at in range(ANCHOR, ANCHOR + low.end - low.start, 60)]
    assert [
        (sum(m[p].imported_dmwh for m in minutes), sum(m[p].exported_dmwh for m in minutes))
        for p in range(3)
    ] == [(8_558_160_000, 2_849_790_000), (5_006_110_000, 5_761_390_000), (0, 0)]


def test_an_inverters_three_phases_run_together() -> None:
    rows = sma(shipped("sma_stp8_3phase_5min_2025-06-30_14d.csv"))
    a, b, c = inverter_curves(rows)
    feed = Replay((a, b, c), a.start)

    noon = a.start + 12 * 3600 + 30 * 60
    assert feed.power_w(noon) == pytest.approx((2003, 1952, 1985), abs=0.01)
    total = sum(phase.at(phase.end)[0] for phase in (a, b, c))
    assert total / 1e7 == pytest.approx(600.5, abs=0.3)


def test_a_quarter_of_the_official_readings_is_replayed_exactly() -> None:
    spans = fingrid(
        shipped("fingrid_datahub_15min_import_2025-01_2025-06.csv"),
        shipped("fingrid_datahub_15min_export_2025-01_2025-06.csv"),
    )
    curve = curve_of(spans)
    feed = Replay(thirds(curve), curve.start)

    for span in spans[8000:8100]:
        assert sums_dmwh(feed, span.start, span.start + 900) == (
            round(span.imported_wh * 1e4),
            round(span.exported_wh * 1e4),
        )


def test_counters_never_run_backwards() -> None:
    curve = curve_of([Span(0, 420, 1.0001, 0.3), Span(420, 60, 0.0, 0.0), Span(540, 60, 2.0, 0.1)])

    readings = [curve.at(second) for second in range(601)]
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(readings))
