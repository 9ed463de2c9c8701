"""Each reader against the whole series that travel with the package, and against its traps."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from wattledger.simulator.feeds import recorded_series
from wattledger.simulator.feeds.recorded_series import Span
from wattledger.simulator.feeds.shipped import shipped


def epoch_s(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def kwh(spans: list[Span]) -> tuple[float, float]:
    imported = sum(span.imported_wh for span in spans) / 1000
    exported = sum(span.exported_wh for span in spans) / 1000
    return round(imported, 3), round(exported, 3)


def holes(spans: list[Span]) -> list[tuple[int, int]]:
    """The stretches [start, end) between spans that nobody measured, in order of time."""
    ordered = sorted(spans)
    ends = [span.start + span.seconds for span in ordered]
    return [
        (end, after.start)
        for end, after in zip(ends, ordered[1:], strict=False)
        if after.start > end
    ]


def test_shelly_rows_are_put_in_order_and_know_their_length() -> None:
    spans = recorded_series.shelly_em(shipped("shelly3em_gen1_em_data_phaseC.csv"))

    assert len(spans) == 52_852
    assert kwh(spans) == (2107.084, 0)
    assert all(before.start < after.start for before, after in pairwise(spans))
    assert {span.seconds for span in spans} == {60, 600}
    assert sum(span.seconds == 60 for span in spans) / 60 == pytest.approx(31.25, abs=0.1)
    assert holes(spans) == []


def test_shelly_rows_after_a_hole_stay_ten_minutes_long() -> None:
    text = "Date/time UTC,Wh,Returned\n2025-01-01 05:00,7,1\n2025-01-01 00:00,5,0\n"

    assert recorded_series.shelly_em(text) == [
        Span(epoch_s("2025-01-01T00:00"), 600, 5, 0),
        Span(epoch_s("2025-01-01T05:00"), 600, 7, 1),
    ]


def test_p1_power_is_finer_than_its_registers() -> None:
    power = recorded_series.p1_monitor_power_w(shipped("p1mon_1min_2024-02_2024-03.csv"))

    assert power[0] == (datetime(2024, 2, 1, 11, 2), 298.0, 3011.0)  # noqa: DTZ001
    assert sum(drawn for _, drawn, _ in power) / 60_000 == pytest.approx(695.85, abs=0.01)


def test_solaredge_nights_are_no_spans_and_the_offset_is_its_own() -> None:
    spans = recorded_series.solaredge(shipped("solaredge_hour_json_2024-06_2025-06.json"))

    assert kwh(spans) == (9849.051, 0)
    assert len(spans) < 9480
    assert spans[0].start == epoch_s("2024-06-01T03:00")


def test_pvdaq_nights_are_drawn() -> None:
    imported, exported = kwh(
        recorded_series.pvdaq(shipped("pvdaq_serf_east_1min_ac_power_2022-03_2d.csv"))
    )

    assert imported - exported == pytest.approx(69.22, abs=0.01)
    assert exported > 0


def test_sma_counter_and_power_agree_and_nights_are_none() -> None:
    rows = recorded_series.sma(shipped("sma_stp8_3phase_5min_2025-06-30_14d.csv"))

    counters = [row.counter_wh for row in rows if row.counter_wh is not None]
    power = [row.total_w for row in rows if row.total_w is not None]
    assert len(rows) == 4032
    assert rows[0].start == epoch_s("2025-06-29T22:00")
    assert counters[-1] - counters[0] == 600_502
    assert sum(power) / 12_000 == pytest.approx(600.503, abs=0.001)
    assert max(power) == 8017
    assert rows[0].total_w is None
    assert rows[0].phases_w is None


def test_sma_phases_sum_to_the_total() -> None:
    rows = recorded_series.sma(shipped("sma_stp8_3phase_5min_2025-06-30_14d.csv"))

    both = [(row.total_w, sum(row.phases_w)) for row in rows if row.total_w and row.phases_w]
    assert len(both) > 2000
    assert all(abs(total - phases) <= 3 for total, phases in both)
