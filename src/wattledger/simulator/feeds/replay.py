"""A measured series as a feed: its registers run on, minute by minute, from any moment.

Whatever a series gives (energies, powers, registers, any step, holes), it becomes a curve of two
counters in integers of 0.1 mWh. A minute is the difference of the counters at its edges, so
rounding never adds up: over any span of the series the minutes sum to what was measured, within
one unit.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from wattledger.simulator.feed import PhaseMinute
from wattledger.simulator.feeds.ripple import W_PER_DMWH_A_MINUTE
from wattledger.simulator.feeds.traces import SmaPhases, Span

_DMWH_PER_WH = 10_000


class Registers(Protocol):
    """Two counters over [start, end], 0.1 mWh since the start."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    def at(self, second: int) -> tuple[int, int]:
        """(imported, exported) at an instant within [start, end]."""
        ...


@dataclass(frozen=True, slots=True)
class Curve:
    """Counters known at `times` (rising, UTC epoch seconds) and running evenly between them."""

    times: tuple[int, ...]
    imported_dmwh: tuple[int, ...]
    exported_dmwh: tuple[int, ...]

    @property
    def start(self) -> int:
        return self.times[0]

    @property
    def end(self) -> int:
        return self.times[-1]

    def at(self, second: int) -> tuple[int, int]:
        left = min(bisect_right(self.times, second) - 1, len(self.times) - 2)
        begin, length = self.times[left], self.times[left + 1] - self.times[left]
        into, out = self.imported_dmwh, self.exported_dmwh
        return (
            into[left] + (into[left + 1] - into[left]) * (second - begin) // length,
            out[left] + (out[left + 1] - out[left]) * (second - begin) // length,
        )


def curve_of(spans: Iterable[Span]) -> Curve:
    """Spans in any order; over a hole the counters stand still. ValueError where two overlap."""
    times: list[int] = []
    imported_wh: list[float] = []
    exported_wh: list[float] = []
    for span in sorted(spans):
        if times and span.start < times[-1]:
            raise ValueError(f"the span from {span.start} begins before the one before it ends")
        if not times or span.start > times[-1]:
            times.append(span.start)
            imported_wh.append(0.0)
            exported_wh.append(0.0)
        times.append(span.start + span.seconds)
        imported_wh.append(span.imported_wh)
        exported_wh.append(span.exported_wh)
    return Curve(tuple(times), _counter(imported_wh), _counter(exported_wh))


def inverter_curves(rows: Sequence[SmaPhases]) -> tuple[Curve, Curve, Curve]:
    """An inverter's three phases, production as import; off at night is none, not a hole."""

    def curve(phase: int) -> Curve:
        return curve_of(
            Span(row.start, 300, row.phases_w[phase] / 12 if row.phases_w else 0.0, 0.0)
            for row in rows
        )

    return curve(0), curve(1), curve(2)


def _counter(parts_wh: list[float]) -> tuple[int, ...]:
    return tuple(round(total * _DMWH_PER_WH) for total in accumulate(parts_wh))


@dataclass(frozen=True, slots=True)
class Third:
    """One phase's share of a total measured over all three; the three sum to it exactly."""

    total: Registers
    phase: int

    @property
    def start(self) -> int:
        return self.total.start

    @property
    def end(self) -> int:
        return self.total.end

    def at(self, second: int) -> tuple[int, int]:
        imported, exported = self.total.at(second)
        return (imported + self.phase) // 3, (exported + self.phase) // 3


def thirds(total: Registers) -> tuple[Third, Third, Third]:
    return Third(total, 0), Third(total, 1), Third(total, 2)


@dataclass(frozen=True, slots=True)
class Replay:
    """Up to three measured phases, begun at `anchor` (UTC epoch seconds); None is a phase without
    load.

    The series' first instant falls on `anchor`. Before it nothing flows; after its end nothing,
    or, with `repeating`, the series from its start. All phases must span the same time.
    """

    phases: tuple[Registers | None, Registers | None, Registers | None]
    anchor: int
    repeating: bool = False

    def __post_init__(self) -> None:
        spans = {(phase.start, phase.end) for phase in self.phases if phase is not None}
        if len(spans) != 1:
            raise ValueError("phases that run together need one start and one end")

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        a, b, c = (self._energies(phase, start) for phase in self.phases)
        return _phase_minute(*a), _phase_minute(*b), _phase_minute(*c)

    def power_w(self, at: float) -> tuple[float, float, float]:
        second = int(at // 1)
        start = second - second % 60
        a, b, c = (self._energies(phase, start) for phase in self.phases)
        nth = second - start
        return _power_w(*a, nth), _power_w(*b, nth), _power_w(*c, nth)

    def _energies(self, phase: Registers | None, start: int) -> tuple[int, int]:
        if phase is None:
            return 0, 0
        before, after = self._counters(phase, start), self._counters(phase, start + 60)
        return after[0] - before[0], after[1] - before[1]

    def _counters(self, phase: Registers, at: int) -> tuple[int, int]:
        """The phase's registers at `at`, whole rounds of a repeated series included."""
        length = phase.end - phase.start
        since = max(at - self.anchor, 0)
        rounds, within = divmod(since, length) if self.repeating else (0, min(since, length))
        imported, exported = phase.at(phase.start + within)
        if not rounds:
            return imported, exported
        whole = phase.at(phase.end)
        return imported + rounds * whole[0], exported + rounds * whole[1]


def _drawing_seconds(imported: int, exported: int) -> int:
    """Of a minute that does both, so many seconds draw (the first ones) and the rest feed."""
    return min(max(round(60 * imported / (imported + exported)), 1), 59)


def _power_w(imported: int, exported: int, second: int) -> float:
    """W in one second of the minute: even, or, where it did both, first drawing, then feeding."""
    if not imported or not exported:
        return (imported - exported) * W_PER_DMWH_A_MINUTE
    drawing = _drawing_seconds(imported, exported)
    if second < drawing:
        return imported * W_PER_DMWH_A_MINUTE * 60 / drawing
    return -exported * W_PER_DMWH_A_MINUTE * 60 / (60 - drawing)


def _phase_minute(imported: int, exported: int) -> PhaseMinute:
    first, last = _power_w(imported, exported, 0), _power_w(imported, exported, 59)
    return PhaseMinute(imported, exported, min(first, last), max(first, last))
