"""The audit: what is on the books against what the meter's own counters say, over the same span.

A counter reading stands at a record boundary, so between two readings the books must show exactly
what the counters moved by (each of the six is rounded to 0.01 Wh by the meter). Each reading is of
an epoch (reset, profile switch, another firmware): nothing is compared across two of them.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wattledger.energy.meter import MeterId, MeterLabel
from wattledger.energy.record import AHEAD_S, Counters, goes_on
from wattledger.energy.spans import Span
from wattledger.flow.meter_counters import KEEP_EVERY_S
from wattledger.flow.ports import Books


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One meter over one span, energies in 0.1 mWh, None where the two can't be compared yet.

    `compared_from`/`compared_to` bound the comparison inside the span asked for. Differences are
    booked minus counted. `missing_s` of the compared time are not on the books. `epochs` counts the
    stretches in which the counters went on. `compared_since` is when this meter's first counter
    reading was kept. All are None where the meter is at another server.
    """

    label: MeterLabel
    meter: MeterId | None
    booked_imported_dmwh: int | None
    booked_exported_dmwh: int | None
    counted_imported_dmwh: int | None
    counted_exported_dmwh: int | None
    compared_from: int | None
    compared_to: int | None
    missing_s: int | None
    epochs: int | None
    contradictions: int | None
    compared_since: int | None

    @property
    def difference_imported_dmwh(self) -> int | None:
        return _difference(self.booked_imported_dmwh, self.counted_imported_dmwh)

    @property
    def difference_exported_dmwh(self) -> int | None:
        return _difference(self.booked_exported_dmwh, self.counted_exported_dmwh)


def _difference(booked: int | None, counted: int | None) -> int | None:
    return None if booked is None or counted is None else booked - counted


class Audit:
    """Compares the books with the counters."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def of(
        self,
        span: Span,
        meters: Sequence[tuple[MeterLabel, MeterId | None]],
        latest: Mapping[MeterId, Counters],
    ) -> list[AuditLine]:
        """A line for each meter; `latest` holds counter readings that are not kept yet."""
        return [await self._line(span, label, meter, latest) for label, meter in meters]

    async def _line(
        self,
        span: Span,
        label: MeterLabel,
        meter: MeterId | None,
        latest: Mapping[MeterId, Counters],
    ) -> AuditLine:
        if meter is None:
            return AuditLine(label, None, None, None, None, None, None, None, 0, 0, 0, None)
        kept = await self._books.counters(meter, Span(0, span.end))
        readings = _with_latest(kept, latest.get(meter), span)
        since = readings[0].at if readings else None
        booked_span = (await self._books.booked()).get(meter, Span(0, 0))
        epochs = _epochs(_comparable(readings, span, booked_span))
        contradictions = await self._books.contradictions(meter, span)
        if not epochs:
            nothing = (None, None, None, None, None, None)
            return AuditLine(label, meter, *nothing, 0, 0, contradictions, since)
        spans = [Span(first.at, last.at) for first, last in epochs]
        booked = await self._books.energy(meter, spans)
        return AuditLine(
            label,
            meter,
            None if booked is None else sum(one.imported_dmwh for one in booked),
            None if booked is None else sum(one.exported_dmwh for one in booked),
            sum(_moved(first, last, 0) for first, last in epochs),
            sum(_moved(first, last, 3) for first, last in epochs),
            spans[0].start,
            spans[-1].end,
            None if booked is None else sum(one.missing_s for one in booked),
            len(spans),
            contradictions,
            since,
        )


def _with_latest(kept: list[Counters], latest: Counters | None, span: Span) -> list[Counters]:
    if latest is None or latest.at > span.end or (kept and latest.at <= kept[-1].at):
        return kept
    return [*kept, latest]


def _comparable(readings: Sequence[Counters], span: Span, booked: Span) -> list[Counters]:
    """Those in the span, as far as the books go: counters run ahead of minutes still to come."""
    start, end = max(span.start, booked.start), min(span.end, booked.end)
    return [reading for reading in readings if start <= reading.at <= end]


def _of_right_clocks(readings: Sequence[Counters]) -> list[Counters]:
    """Without those that are stamped before one of an earlier epoch: the meter's clock was behind,
    and the minutes of that time are of the earlier one.
    """
    kept: list[Counters] = []
    for reading in reversed(readings):
        if not kept or reading.epoch <= kept[-1].epoch:
            kept.append(reading)
    return kept[::-1]


def _epochs(readings: Sequence[Counters]) -> list[tuple[Counters, Counters]]:
    """First and last reading of each stretch in which the meter counted on; single readings say
    nothing.
    """
    right = _of_right_clocks(readings)
    if not right:
        return []
    wrong = sorted({reading.at for reading in readings} - {reading.at for reading in right})
    epochs = [(right[0], right[0])]
    for before, after in pairwise(right):
        if (
            before.epoch == after.epoch
            and goes_on(before, after)
            and not _leaps(before, after, wrong)
        ):
            epochs[-1] = (epochs[-1][0], after)
        else:
            epochs.append((after, after))
    return [(first, last) for first, last in epochs if last.at > first.at]


def _leaps(before: Counters, after: Counters, wrong: Sequence[int]) -> bool:
    """Whether it may be the later one whose clock was wrong, and ahead: readings of other epochs
    tell of the time in between, in which none of this one was kept.
    """
    place = bisect_right(wrong, before.at)
    is_told = place < len(wrong) and wrong[place] < after.at
    return is_told and after.at - before.at > KEEP_EVERY_S + AHEAD_S


def _moved(first: Counters, last: Counters, register: int) -> int:
    """What three registers moved by, from `register` on."""
    before, after = first.values_dmwh, last.values_dmwh
    return sum(after[register : register + 3]) - sum(before[register : register + 3])
