"""Readers of measured series as their makers' files hold them: text in, `Span`s out.

Every reader knows the traps of its one file format. What was not measured is no span: a hole stays
a hole. Solar series count production as imported, as a meter does whose clamps point at the home.
"""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

CENTRAL_EUROPE: Final = "Europe/Amsterdam"


class Span(NamedTuple):
    """What flowed over [start, start + seconds), UTC epoch seconds; both energies >= 0."""

    start: int
    seconds: int
    imported_wh: float
    exported_wh: float


class _LocalClock:
    """Local times without offset, read in the order written, to UTC.

    The hour that autumn shows twice is told apart by its order: seen a second time, it is the
    later one.
    """

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._latest: datetime | None = None

    def epoch_s(self, local: datetime) -> int:
        again = self._latest is not None and local <= self._latest
        if not again:
            self._latest = local
        return int(local.replace(tzinfo=self._zone, fold=int(again)).timestamp())


def shelly_em(text: str) -> list[Span]:
    """`em_data` of a first-generation Shelly 3EM: one phase, UTC; 10-minute rows and the last 31
    hours by the minute, in no order of time. A row is as long as it is until the next, at most ten
    minutes.
    """
    rows = sorted(
        (_utc_epoch_s(datetime.fromisoformat(f"{at}+00:00")), into, out)
        for at, into, out in _rows(text)
    )
    starts = [row[0] for row in rows]
    last = min(600, starts[-1] - starts[-2])
    lengths = [min(600, after - before) for before, after in pairwise(starts)] + [last]
    return [
        Span(at, length, float(into), float(out))
        for (at, into, out), length in zip(rows, lengths, strict=True)
    ]


def p1_monitor_power_w(text: str) -> list[tuple[datetime, float, float]]:
    """The same minutes as (local time, drawn W, fed W), finer than the registers' 1 Wh."""
    return [
        (
            datetime.fromisoformat(row["TIMESTAMP"]),
            float(row["ACT_VERBR_KW_170"]) * 1000,
            float(row["ACT_GELVR_KW_270"]) * 1000,
        )
        for row in _records(text)
    ]


def solaredge(text: str) -> list[Span]:
    """Hours of production in Wh, each with its offset (`CEST+0200`); a null is no span."""
    return [
        Span(_solaredge_epoch_s(hour["date"]), 3600, float(hour["value"]), 0.0)
        for month in json.loads(text)
        for hour in month["values"]
        if hour["value"] is not None
    ]


def _solaredge_epoch_s(date: str) -> int:
    day, time, zone = date.split()
    return _utc_epoch_s(datetime.fromisoformat(f"{day}T{time}{zone[-5:]}"))


def pvdaq(text: str) -> list[Span]:
    """Minutes of power in W, with their offset; at night slightly negative: the inverter draws."""
    spans = []
    for at, power in _rows(text):
        wh = float(power) / 60
        start = _utc_epoch_s(datetime.fromisoformat(at))
        spans.append(Span(start, 60, max(wh, 0.0), max(-wh, 0.0)))
    return spans


class SmaPhases(NamedTuple):
    """Five minutes from `start`: the Wh counter, and mean W in all and by phase.

    None is what the file calls `NaN`: power at night, when the inverter is off, and now and then
    the counter; at the edges of the day also the phases of a total of 0.
    """

    start: int
    counter_wh: int | None
    total_w: float | None
    phases_w: tuple[float, float, float] | None


_SMA_TOTAL: Final = "GridMs.TotW (Avg)"
_SMA_PHASES: Final = tuple(f"GridMs.W.phs{letter} (Avg)" for letter in "ABC")
_SMA_COUNTER: Final = "Metering.TotWhOut"


def sma(text: str, zone: str = CENTRAL_EUROPE) -> list[SmaPhases]:
    """A Sunny Tripower's export: nine lines of header, days first, local time.

    The columns are found by their names in line seven; some names stand twice, none of these.
    """
    rows = list(csv.reader(text.removeprefix("\ufeff").splitlines()))
    names = rows[6]
    counter, total, *phases = (names.index(n) for n in (_SMA_COUNTER, _SMA_TOTAL, *_SMA_PHASES))
    clock = _LocalClock(zone)
    return [
        _sma_row(clock, row[0], row[counter], row[total], tuple(row[p] for p in phases))
        for row in rows[9:]
        if row
    ]


def _sma_row(
    clock: _LocalClock, at: str, counter: str, total: str, phases: tuple[str, ...]
) -> SmaPhases:
    start = clock.epoch_s(_local(at, "%d.%m.%Y %H:%M:%S"))
    return SmaPhases(
        start,
        None if counter == "NaN" else int(counter),
        None if total == "NaN" else float(total),
        None if "NaN" in phases else (float(phases[0]), float(phases[1]), float(phases[2])),
    )


def _utc_epoch_s(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def _local(text: str, form: str) -> datetime:
    """A time without zone: `_LocalClock` gives it one."""
    return datetime.strptime(text, form)  # noqa: DTZ007


def _rows(text: str) -> list[list[str]]:
    """All rows below the header."""
    return list(csv.reader(text.splitlines()))[1:]


def _records(text: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(text.splitlines())
