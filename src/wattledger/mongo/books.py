"""The copy's read side: the books as MongoDB has them, behind the same port as the local ones.

A stretch of minutes is grouped by meter on the server and comes as columns; for a series the
server adds the phases. Whether two meters have a minute in common is decided by the same pure code
that the local books use, so that the numbers are the same. Whatever is stored, one record a meter
and minute counts.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from operator import add, le
from typing import Any, Protocol

from wattledger.energy.balance import Energies
from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaRefused
from wattledger.energy.meter import PHASES, MeterId
from wattledger.energy.netting import NOTHING, Netting
from wattledger.energy.record import QUARTER_S, MinuteRecord, apart, of_one_role
from wattledger.energy.record_columns import Series, merged_series, series_from, series_of
from wattledger.energy.rollup import quarter_sums
from wattledger.energy.site import Assignment, MeasuredSource, Site, quantity_series
from wattledger.energy.spans import Span
from wattledger.energy.windows import OwnUse, WindowSums
from wattledger.mongo import daily_rollups, document_validation, record_bounds
from wattledger.mongo.collections import MINUTES
from wattledger.mongo.connection import READ_S, STRANGE, Database, Document, translated
from wattledger.mongo.daily_rollups import DaysOf
from wattledger.mongo.documents import ENERGY_FIELDS, DayFields, bound

DAY_S = 86_400
AT_ONCE_S = 5 * DAY_S
"""A month takes no longer in such parts, and who asks something else meanwhile waits for one only.
"""
BOUNDS_KEPT_S = 5.0
"""How long the newest and the first minute are remembered."""
_LEAST = "least"
_SUMMED = {
    "imported": {"$push": {"$add": [f"${name}" for name in ENERGY_FIELDS[:3]]}},
    "exported": {"$push": {"$add": [f"${name}" for name in ENERGY_FIELDS[3:]]}},
    _LEAST: {"$min": {"$min": [f"${name}" for name in ENERGY_FIELDS]}},
}
"""The least is looked at alone: a phase below zero would hide in the sum."""
_PHASES = dict.fromkeys(_SUMMED, 3)
_SERIES_COLUMNS = ("periods_s", "imported", "exported")
_FULL = {name: {"$push": f"${name}"} for name in ENERGY_FIELDS}

Columns = dict[str, Any]


class Met(Protocol):
    """Whoever wants to know whether a stretch that was read is of our making, each record once."""

    def __call__(self, meters: Sequence[MeterId], span: Span, *, is_sound: bool) -> None: ...


class MetDays(Protocol):
    """Whoever wants to know which days that were read have sums that are none."""

    def __call__(self, days: range, netting: Netting, odd: Collection[int]) -> None: ...


def _tell_nobody(meters: Sequence[MeterId], span: Span, *, is_sound: bool) -> None:
    """Who counts by himself asks nobody to count."""


class MongoBooks:
    """EnergyBooks of one home on one database; `assigned` says whose minutes count."""

    def __init__(  # noqa: PLR0913 - whose, where, and who hears of it
        self,
        database: Database,
        site_id: str,
        site: Site,
        assigned: Callable[[], Assignment],
        clock: Clock,
        met: Met | None = None,
        bounds_kept_s: float = BOUNDS_KEPT_S,
        met_days: MetDays | None = None,
    ) -> None:
        self._met = met or _tell_nobody
        self._met_days = met_days
        self._database = database
        self._site_id = site_id
        self._roles = site.roles
        self._days = DaysOf(site_id, site.calendar.zone_name, DayFields(self._roles))
        self._assigned = assigned
        self._clock = clock
        self._bounds_kept_s = bounds_kept_s
        self._bounds: dict[MeterId, Span] = {}
        self._bounds_at_s: float | None = None

    async def booked(self) -> dict[MeterId, Span]:
        """`bounds_kept_s` old at most."""
        now_s = self._clock.monotonic_s()
        if self._bounds_at_s is None or now_s - self._bounds_at_s >= self._bounds_kept_s:
            meters = self._assigned().meters
            found = {meter: await self._bounds_of(meter) for meter in meters}
            self._bounds = {meter: span for meter, span in found.items() if span}
            self._bounds_at_s = now_s if self._bounds else None
        return dict(self._bounds)

    async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
        records: list[MinuteRecord] = []
        for part in _parts(span):
            by_meter = await self._columns(meters, part, _FULL)
            parts = [_records(by_meter[meter]) for meter in meters if meter in by_meter]
            records += of_one_role(parts)
        return records

    async def starts(self, meter: MeterId, span: Span) -> list[int]:
        """Of every record that is stored, sorted: one that is there twice has two."""
        found: list[int] = []
        for part in _parts(span):
            for columns in (await self._columns([meter], part, {})).values():
                found += sorted(_starts(columns))
        return found

    async def series(
        self, meters: Sequence[MeterId], span: Span, phases: Sequence[str] = PHASES
    ) -> Series:
        if len(phases) < len(PHASES):
            return series_of(await self.minutes(meters, span), phases)
        columns: tuple[list[int], ...] = ([], [], [], [])
        for part in _parts(span):
            found = await self._series(meters, part)
            of_role = merged_series([found[meter] for meter in meters if meter in found])
            for column, more in zip(columns, of_role, strict=True):
                column.extend(more)
        return Series(*columns)

    async def quarters(self, span: Span) -> list[WindowSums]:
        """Every quarter of the span: one without a record has empty sums."""
        windows: dict[int, WindowSums] = {}
        for part in _parts(span):
            windows.update((window.start, window) for window in await self._quarters(part))
        first, end = -(-span.start // QUARTER_S) * QUARTER_S, span.end
        nothing = (NOTHING,) * len(self._roles.quantities)
        return [
            windows.get(start) or WindowSums(start, nothing, None, OwnUse())
            for start in range(first, end, QUARTER_S)
        ]

    async def days(self, first: int, end: int, netting: Netting) -> list[tuple[int, Energies]]:
        with translated(READ_S):
            days = await daily_rollups.read(self._database, self._days, (first, end), netting)
            if self._met_days is not None:
                found = [ordinal for ordinal, _ in days]
                odd = await daily_rollups.odd(self._database, self._days, (first, end), found)
                self._met_days(range(first, end), netting, odd)
        return days

    async def sum_days(self, edges: Sequence[int], netting: Netting) -> list[tuple[int, Energies]]:
        with translated(READ_S):
            return await daily_rollups.sums(self._database, self._days, edges, netting)

    async def _quarters(self, span: Span) -> list[WindowSums]:
        """All meters whose phases are added anyway are asked at once."""
        assignment = self._assigned()
        found = await self._series(_of_all_phases(assignment), span)
        series = [
            quantity_series(sources, [await self._of_source(one, span, found) for one in sources])
            for sources in map(assignment.of, self._roles.quantities)
        ]
        return quarter_sums(series, self._roles)

    async def _of_source(
        self, one: MeasuredSource, span: Span, found: Mapping[MeterId, Series]
    ) -> Series:
        if len(one.source.phases) < len(PHASES):
            return await self.series(one.meters, span, one.source.phases)
        return merged_series([found[meter] for meter in one.meters if meter in found])

    async def _series(self, meters: Sequence[MeterId], span: Span) -> dict[MeterId, Series]:
        """Of each meter that has any, phases added by the server unless it has a minute twice."""
        found = {
            meter: Series(_starts(columns), *(columns[name] for name in _SERIES_COLUMNS))
            for meter, columns in (await self._columns(meters, span, _SUMMED)).items()
        }
        for meter, series in list(found.items()):
            if not _is_apart(series.starts, series.periods_s):
                twice = len(set(series.starts)) < len(series.starts)
                found[meter] = (
                    series_of(await self.minutes([meter], span))
                    if twice
                    else series_from(apart(sorted(zip(*series, strict=True))))
                )
        return found

    async def _columns(
        self, meters: Sequence[MeterId], span: Span, fields: Document
    ) -> dict[MeterId, Columns]:
        if not meters or span.end <= span.start:
            return {}
        pipeline = columns_pipeline(self._site_id, meters, span, fields)
        try:
            found = await self._checked(pipeline)
            twice = any(len({*one["starts_ms"]}) < len(one["starts_ms"]) for one in found.values())
        except ReplicaRefused as error:
            if STRANGE not in str(error):
                raise
        else:
            self._met(meters, span, is_sound=not twice)
            return found
        self._met(meters, span, is_sound=False)
        # Twice the time, and only where something lies there that is no record.
        return await self._checked(
            [pipeline[0], {"$match": document_validation.MINUTE}, *pipeline[1:]]
        )

    async def _checked(self, pipeline: Sequence[Document]) -> dict[MeterId, Columns]:
        with translated(READ_S):
            cursor = await self._database[MINUTES].aggregate(pipeline)
            return {MeterId(found["_id"]): _checked(found) for found in await cursor.to_list()}

    async def _bounds_of(self, meter: MeterId) -> Span | None:
        """Of what has begun by now: what is dated later is nobody's energy yet."""
        minutes, now = self._database[MINUTES], int(self._clock.now_s())
        with translated(READ_S):
            # Each time: a home that is catching up posts what is older.
            first = await record_bounds.first(minutes, self._site_id, meter, now)
            if first is None:
                return None
            newest, known = None, self._bounds.get(meter)
            if known:
                since = Span(known.end - QUARTER_S, now)
                newest = await record_bounds.newest_between(minutes, self._site_id, meter, since)
            if newest is None:  # also where the clock has been set back since
                near = Span(now, now)
                newest = await record_bounds.newest(minutes, self._site_id, meter, near)
        return Span(first.start, max(first.end, newest.end if newest else 0))


def _of_all_phases(assignment: Assignment) -> list[MeterId]:
    whole = (one for one in assignment.sources if len(one.source.phases) == len(PHASES))
    return list(dict.fromkeys(meter for one in whole for meter in one.meters))


def columns_pipeline(
    site_id: str, meters: Sequence[MeterId], span: Span, fields: Document
) -> list[Document]:
    """The records of a span as a document a meter: `starts_ms`, `periods_s`, and for each of the
    `fields` what accumulates it.
    """
    match = {
        "meter.site": site_id,
        "meter.meter": {"$in": list(meters)},
        "t": {"$gte": bound(span.start), "$lt": bound(span.end)},
    }
    group = {
        "_id": "$meter.meter",
        "starts_ms": {"$push": {"$toLong": "$t"}},
        "periods_s": {"$push": "$period_s"},
        **fields,
    }
    return [{"$match": match}, {"$group": group}]


def _checked(columns: Columns) -> Columns:
    """The columns themselves, each of as many whole numbers. Raises ReplicaRefused.

    Of what a record lacks the server sends nothing, and the numbers after it would move up.
    """
    starts_ms, periods_s = columns["starts_ms"], columns["periods_s"]
    least = columns.pop(_LEAST, 0)
    energies = {n: c for n, c in columns.items() if n not in {"_id", "starts_ms", "periods_s"}}
    if not (
        document_validation.are_whole([least])
        and least >= 0
        and all(len(column) == len(starts_ms) for column in (periods_s, *energies.values()))
        and all(map(document_validation.are_whole, (starts_ms, periods_s, *energies.values())))
        and document_validation.are_minutes(starts_ms)
        and document_validation.are_periods(periods_s)
        and all(
            document_validation.are_energies(column, periods_s, _PHASES.get(name, 1))
            for name, column in energies.items()
        )
    ):
        raise ReplicaRefused(f"MongoDB: {STRANGE}")
    return columns


def _parts(span: Span) -> Iterator[Span]:
    """Cut at whole days of UTC, so that no quarter-hour is cut."""
    start = span.start
    while start < span.end:
        end = min(span.end, (start + AT_ONCE_S) // DAY_S * DAY_S)
        yield Span(start, end)
        start = end


def _starts(columns: Columns) -> list[int]:
    return [start_ms // 1000 for start_ms in columns["starts_ms"]]


def _is_apart(starts: Sequence[int], periods_s: Sequence[int]) -> bool:
    """Whether each record ends before the next one starts, as they almost always come."""
    return all(map(le, map(add, starts, periods_s), islice(starts, 1, None)))


def _records(columns: Columns) -> list[MinuteRecord]:
    """One meter's records, sorted and apart; of several of one start the least counts."""
    starts, periods_s = _starts(columns), columns["periods_s"]
    energies = (columns[name] for name in ENERGY_FIELDS)
    records = list(map(MinuteRecord._make, zip(starts, periods_s, *energies, strict=True)))
    return records if _is_apart(starts, periods_s) else apart(sorted(records))
