"""The desk: answers for the meters and the server's parts."""

from collections.abc import Sequence

from wattledger.energy.entry import Gap
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.power import MeterNow
from wattledger.energy.spans import Span
from wattledger.flow.audit import Audit, AuditLine
from wattledger.flow.collect import Collector
from wattledger.flow.copy_ports import HomeCard
from wattledger.flow.history import History
from wattledger.flow.keep import StoreKeeping, damaged_minutes
from wattledger.flow.missing import told_gaps, waiting_minutes
from wattledger.flow.office import Office
from wattledger.flow.ports import Journal
from wattledger.flow.post import Poster
from wattledger.flow.post_state import copy_faults, copy_health, copy_status
from wattledger.flow.registry import Registry
from wattledger.flow.status import CopyStatus, MeterStatus, PartHealth
from wattledger.flow.watch import MeterWatch
from wattledger.flow.watchdog import ServerWatch

TOGETHER_S = 1.0
"""Faults of several meters that were last seen within such a time belong to one trouble."""


class MeterDesk:
    """Knows every meter of the settings."""

    def __init__(
        self,
        office: Office,
        registry: Registry,
        history: History,
        collector: Collector,
        watches: Sequence[MeterWatch],
        server: ServerWatch,
    ) -> None:
        self._books = office.books
        self._writing = office.bookkeeper.state
        self._registry = registry
        self._history = history
        self._collector = collector
        self._board = collector.board
        self._server = server
        self._audit = Audit(office.books)
        self.watches = watches
        self.poster: Poster | None = None
        """None without an online copy."""
        self.keeping: StoreKeeping | None = None

    async def open(self, journal: Journal) -> None:
        """Remembers from the books which meters measured what. Raises StoreBusy."""
        await self._registry.open(journal)

    async def meters(self) -> list[MeterStatus]:
        parked = await self._books.parked()
        now = {meter.label.name: meter for meter in self._board.now().meters}
        return [
            await self._status(watch, now[watch.meter.label.name], parked) for watch in self.watches
        ]

    async def audit(self, span: Span) -> list[AuditLine]:
        latest = {
            watch.identity.meter: watch.counters.newest
            for watch in self.watches
            if watch.identity is not None and watch.counters.newest is not None
        }
        meters = [(watch.meter.label, watch.meter_id()) for watch in self.watches]
        return await self._audit.of(span, meters, latest)

    async def refresh_power(self, timeout_s: float) -> None:
        await self._collector.refresh(timeout_s)

    def health(self) -> Sequence[PartHealth]:
        parts = [self._meters_health(), self._store_health()]
        if self.poster is None:
            return parts
        return [*parts, copy_health(self.poster.state, self._silent_since)]

    def faults(self) -> Sequence[Fault]:
        own = self._server.faults
        if self.poster is None:
            return own
        return [*own, *copy_faults(self.poster.state, self._silent_since)]

    async def copy(self) -> CopyStatus | None:
        if self.poster is None:
            return None
        booked = await self._books.booked()
        return copy_status(self.poster.state, booked, self._silent_since)

    @property
    def _silent_since(self) -> float | None:
        """Since when the copy does not answer questions."""
        return self._history.copy.silent_since if self._history.copy is not None else None

    def card(self) -> HomeCard:
        """What servers elsewhere must know of the home."""
        registry = self._registry
        identities = dict(registry.identities)
        return HomeCard(registry.site, self._history.assignment, identities, registry.names)

    def keep_counters(self) -> None:
        """Keeps every meter's newest counter reading, on the way out."""
        for watch in self.watches:
            watch.counters.keep()

    async def _status(
        self,
        watch: MeterWatch,
        now: MeterNow,
        parked: dict[MeterId, int],
    ) -> MeterStatus:
        meter_id, progress = watch.meter_id(), watch.tail.progress
        span = (await self._books.booked()).get(meter_id) if meter_id else None
        gaps = await self._books.gaps(meter_id) if meter_id else []
        told = told_gaps(span, gaps, progress.to_fetch, progress.tried)
        return MeterStatus(
            label=watch.meter.label,
            host=watch.meter.host,
            identity=self._registry.identities.get(meter_id) if meter_id else None,
            now=now,
            clock_offset_s=watch.meter.clock_offset_s if watch.is_connected else None,
            booked_from=span.start if span else None,
            booked_to=span.end if span else None,
            gaps=told,
            minutes_to_fetch=waiting_minutes(told),
            minutes_fetched=progress.minutes_fetched,
            fetching_since=progress.since,
            minutes_parked=parked.get(meter_id, 0) if meter_id else 0,
            faults=[*watch.faults, *self._damage(gaps)],
            phases=watch.meter.phases,
            minutes_to_post=self._to_post(meter_id),
        )

    def _damage(self, gaps: Sequence[Gap]) -> list[Fault]:
        since = self.keeping.damaged_since if self.keeping is not None else None
        fault = damaged_minutes(gaps, since)
        return [fault] if fault is not None else []

    def _to_post(self, meter_id: MeterId | None) -> int | None:
        if self.poster is None:
            return None
        return self.poster.to_post(meter_id) if meter_id else 0

    def _meters_health(self) -> PartHealth:
        faults = [
            f"{watch.meter.label.name}: {fault.detail}"
            for watch in self.watches
            for fault in watch.faults
            if fault.kind is not FaultKind.CONNECTING
        ]
        connected = self._board.connected_meters()
        all_connected = connected == len(self.watches)
        detail = f"{connected} of {len(self.watches)} connected"
        last_error, last_error_at = self._last_error_of_meters()
        return PartHealth(
            "meters",
            ok=all_connected and not faults,
            detail="; ".join([detail, *faults]) if all_connected else detail,
            last_error=last_error,
            last_error_at=last_error_at,
        )

    def _last_error_of_meters(self) -> tuple[str | None, float | None]:
        """What was wrong the last time that anything was, with all meters of which it was."""
        lasts = [
            (watch.log.last_seen.at, f"{watch.meter.label.name}: {watch.log.last.detail}")
            for watch in self.watches
            if watch.log.last is not None and watch.log.last_seen is not None
        ]
        at = max((at for at, _ in lasts), default=None)
        if at is None:
            return None, None
        return "; ".join(words for of, words in lasts if at - of < TOGETHER_S), at

    def _store_health(self) -> PartHealth:
        state = self._writing
        unwell = self.keeping.failing if self.keeping is not None else None
        detail = "can't be written; trying again" if state.failing else unwell or "writing"
        return PartHealth(
            "store",
            ok=not state.failing and unwell is None,
            detail=detail,
            last_error=state.last_error,
            last_error_at=state.last_error_at,
        )
