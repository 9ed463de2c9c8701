"""A measured series as two counters, which may be read at any moment.

Whatever a series gives (energies, powers, registers, any step, holes), it becomes a curve of two
counters in integers of 0.1 mWh. A minute is the difference of the counters at its edges, so
rounding never adds up: over any span of the series the minutes sum to what was measured, within
one unit.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from wattledger.simulator.feeds.recorded_series import Span

_DMWH_PER_WH = 10_000


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


def _counter(parts_wh: list[float]) -> tuple[int, ...]:
    return tuple(round(total * _DMWH_PER_WH) for total in accumulate(parts_wh))
