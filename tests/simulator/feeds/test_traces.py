"""Each reader against the whole series that travel with the package, and against its traps."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from wattledger.simulator.feeds import traces
from wattledger.simulator.feeds.shipped import shipped
from wattledger.simulator.feeds.traces import Span


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
    spans = traces.shelly_em(shipped("shelly3em_gen1_em_data_phaseC.csv"))

    assert len(spans) == 52_852
    assert kwh(spans) == (2107.084, 0)
    assert all(before.start < after.start for before, after in pairwise(spans))
    assert {span.seconds for span in spans} == {60, 600}
    assert sum(span.seconds == 60 for span in spans) / 60 == pytest.approx(31.25, abs=0.1)
    assert holes(spans) == []


def test_shelly_rows_after_a_hole_stay_ten_minutes_long() -> None:
    text = "Date/time UTC,Wh,Returned\n2025-01-01 05:00,7,1\n2025-01-01 00:00,5,0\n"

    assert traces.shelly_em(text) == [
        Span(epoch_s("2025-01-01T00:00"), 600, 5, 0),
        Span(epoch_s("2025-01-01T05:00"), 600, 7, 1),
    ]


def test_p1_minutes_have_one_hole_of_eleven_hours() -> None:
    spans = traces.p1_monitor(shipped("p1mon_1min_2024-02_2024-03.csv"))

    assert len(spans) == 43_980
    assert kwh(spans) == (662.445, 110.942)
    assert spans[0].start == epoch_s("2024-02-01T10:02")
    ((begin, end),) = holes(spans)
    assert (end - begin + 60) / 3600 == pytest.approx(11.15)


def test_p1_power_is_finer_than_its_registers() -> None:
    power = traces.p1_monitor_power_w(shipped("p1mon_1min_2024-02_2024-03.csv"))

    assert power[0] == (datetime(2024, 2, 1, 11, 2), 298.0, 3011.0)  # noqa: DTZ001
    assert sum(drawn for _, drawn, _ in power) / 60_000 == pytest.approx(695.85, abs=0.01)


def test_homewizard_registers_become_what_flowed_between_them() -> None:
    low, normal = traces.homewizard(shipped("homewizard_p1_15min_registers_2022-09.csv"))

    assert len(low) == len(normal) == 2879
    assert kwh(low) == (855.816, 284.979)
    assert kwh(normal) == (500.611, 576.139)
    assert low[0].start == epoch_s("2022-08-31T22:00")
    assert min(min(s.imported_wh, s.exported_wh) for s in (*low, *normal)) >= 0


def test_dsmr_hours_carry_their_offset_and_lack_29() -> None:
    spans = traces.dsmr_reader(shipped("dsmrreader_hour_2024.csv"))

    assert kwh(spans) == (3743.131, 2128.383)
    assert sum(end - begin for begin, end in holes(spans)) / 3600 == 30
    assert epoch_s("2024-03-31T01:00") in {span.start for span in spans}


def test_enphase_hours_add_up_in_every_row_and_over_both_clock_changes() -> None:
    hours = traces.enphase(shipped("enphase_hour_prod_cons_exp_imp_2022-10_2024-08.csv"))

    assert all(h.produced_wh + h.imported_wh == h.consumed_wh + h.exported_wh for h in hours)
    assert [round(sum(part) / 1000, 1) for part in list(zip(*hours, strict=True))[1:]] == [
        10254.9,
        10014.2,
        6011.5,
        5770.7,
    ]
    assert {after.start - before.start for before, after in pairwise(hours)} == {3600}


def test_solaredge_nights_are_no_spans_and_the_offset_is_its_own() -> None:
    spans = traces.solaredge(shipped("solaredge_hour_json_2024-06_2025-06.json"))

    assert kwh(spans) == (9849.051, 0)
    assert len(spans) < 9480
    assert spans[0].start == epoch_s("2024-06-01T03:00")


def test_fronius_lacks_june() -> None:
    spans = traces.fronius(shipped("fronius_5min_wh_2022-04_2022-09.csv"))

    assert kwh(spans) == (2317.817, 0)
    assert max(span.imported_wh for span in spans) * 12 == pytest.approx(4155, abs=1)
    june = epoch_s("2022-06-01T12:00"), epoch_s("2022-06-30T12:00")
    assert not any(june[0] <= span.start < june[1] for span in spans)


def test_pvdaq_nights_are_drawn() -> None:
    imported, exported = kwh(traces.pvdaq(shipped("pvdaq_serf_east_1min_ac_power_2022-03_2d.csv")))

    assert imported - exported == pytest.approx(69.22, abs=0.01)
    assert exported > 0


def test_sma_counter_and_power_agree_and_nights_are_none() -> None:
    rows = traces.sma(shipped("sma_stp8_3phase_5min_2025-06-30_14d.csv"))

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
    rows = traces.sma(shipped("sma_stp8_3phase_5min_2025-06-30_14d.csv"))

    both = [(row.total_w, sum(row.phases_w)) for row in rows if row.total_w and row.phases_w]
    assert len(both) > 2000
    assert all(abs(total - phases) <= 3 for total, phases in both)


def test_fingrid_never_draws_and_feeds_in_one_quarter() -> None:
    spans = traces.fingrid(
        shipped("fingrid_datahub_15min_import_2025-01_2025-06.csv"),
        shipped("fingrid_datahub_15min_export_2025-01_2025-06.csv"),
    )

    assert len(spans) == 17_384
    assert not any(span.imported_wh and span.exported_wh for span in spans)
    short_day = [
        span
        for span in spans
        if epoch_s("2025-03-29T22:00") <= span.start < epoch_s("2025-03-30T21:00")
    ]
    assert len(short_day) == 92
    assert kwh(short_day) == (27.78, 12.8)


def test_fingrid_null_is_no_reading() -> None:
    spans = traces.fingrid(shipped("fingrid_datahub_quirk_consumption-with-null.csv"))

    assert len(spans) == 624 - 9
    assert {span.seconds for span in spans} == {3600}


def test_the_hour_shown_twice_in_autumn_is_two_hours_by_quarters_too() -> None:
    quarters = [f"2022-10-30 {h:02}:{m:02},{n}.0,0,0,0" for n, (h, m) in enumerate(autumn())]
    spans, _ = traces.homewizard("\n".join(["time,a,b,c,d", *quarters]))

    assert {span.seconds for span in spans} == {900}
    assert len(spans) == 15


def autumn() -> list[tuple[int, int]]:
    hour = [0, 15, 30, 45]
    return [(h, m) for h in (1, 2, 2, 3) for m in hour]
