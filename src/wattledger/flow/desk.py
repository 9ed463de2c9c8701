"""The desk: answers for the meters and the server's parts, and holds who measures what."""

from collections.abc import Sequence

from wattledger.energy.binding import Binding, assignment_of, bound
from wattledger.energy.errors import WrongMeter
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.power import MeterNow
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.audit import Audit, AuditLine
from wattledger.flow.bookkeep import Bookkeeper
from wattledger.flow.collect import Collector
from wattledger.flow.copy_ports import HomeCard
from wattledger.flow.history import History
from wattledger.flow.live import LiveBoard
from wattledger.flow.ports import Books, Journal, Meter
from wattledger.flow.post import Poster
from wattledger.flow.post_state import copy_health, copy_status
from wattledger.flow.status import CopyStatus, MeterStatus, PartHealth
from wattledger.flow.watch import MeterWatch


class MeterDesk:
    """Knows every meter of the settings."""

    def __init__(
        self,
        site: Site,
        books: Books,
        bookkeeper: Bookkeeper,
        board: LiveBoard,
        history: History,
        collector: Collector,
    ) -> None:
        self._site = site
        self._books = books
        self._bookkeeper = bookkeeper
        self._board = board
        self._history = history
        self._collector = collector
        self._audit = Audit(books)
        self._bindings: tuple[Binding, ...] = ()
        self._identities: dict[MeterId, MeterIdentity] = {}
        self.watches: list[MeterWatch] = []
        self.poster: Poster | None = None
        """None without an online copy."""
        self._last_error: str | None = None
        self._last_error_at: float | None = None
        collector.on_tick = self.note_faults

    async def open(self, journal: Journal) -> None:
        """Remembers from the books which meters measured what. Raises StoreBusy."""
        self._bindings = await self._books.bindings()
        self._identities = await self._books.identities()
        self._history.assignment = assignment_of(self._site, self._bindings)
        await journal.assign(self._history.assignment)

    def identify(self, meter: Meter, identity: MeterIdentity) -> None:
        """Binds the meter that answered to its name. Raises WrongMeter."""
        self.note_faults()  # one that was away for less than a tick
        for watch in self.watches:
            if watch.meter is not meter and watch.holds(identity.meter):
                raise WrongMeter(
                    f"the meter that answers is '{watch.meter.label.name}' already: "
                    "two hosts lead to one meter"
                )
        bindings = bound(self._bindings, meter.label, meter.host, identity.meter)
        changed = bindings != self._bindings
        self._bindings = bindings
        if changed or self._identities.get(identity.meter) != identity:
            self._identities[identity.meter] = identity
            self._bookkeeper.ask(lambda journal: journal.keep_identity(identity, bindings))
        if changed:
            assignment = assignment_of(self._site, bindings)
            self._history.assignment = assignment
            self._bookkeeper.ask(lambda journal: journal.assign(assignment))

    async def meters(self) -> list[MeterStatus]:
        booked = await self._books.booked()
        parked = await self._books.parked()
        now = {meter.label.name: meter for meter in self._board.now().meters}
        return [
            await self._status(watch, now[watch.meter.label.name], booked, parked)
            for watch in self.watches
        ]

    async def audit(self, span: Span) -> list[AuditLine]:
        latest = {
            watch.identity.meter: watch.latest_counters
            for watch in self.watches
            if watch.identity is not None and watch.latest_counters is not None
        }
        known = self._known()
        meters = [(watch.meter.label, watch.meter_id(known)) for watch in self.watches]
        return await self._audit.of(span, meters, latest)

    async def refresh_power(self, timeout_s: float) -> None:
        await self._collector.refresh(timeout_s)

    def health(self) -> Sequence[PartHealth]:
        parts = [self._meters_health(), self._store_health()]
        return [*parts, copy_health(self.poster.state)] if self.poster else parts

    def faults(self) -> Sequence[Fault]:
        return []

    async def copy(self) -> CopyStatus | None:
        if self.poster is None:
            return None
        copy = self._history.copy
        silent_since = copy.silent_since if copy is not None else None
        return copy_status(self.poster.state, await self._books.booked(), silent_since)

    def card(self) -> HomeCard:
        """What servers elsewhere must know of the home."""
        return HomeCard(self._site, self._history.assignment, dict(self._identities), self._known())

    def keep_counters(self) -> None:
        """Keeps every meter's newest counter reading, on the way out."""
        for watch in self.watches:
            watch.keep_counters()

    def note_faults(self) -> None:
        """Keeps what is wrong with the meters just now, to be told also once all is well again."""
        faults = [
            f"{watch.meter.label.name}: {fault.detail}"
            for watch in self.watches
            for fault in watch.faults
            if fault.kind is not FaultKind.CONNECTING
        ]
        if faults:
            self._last_error = "; ".join(faults)
            self._last_error_at = self._board.now().at

    def _known(self) -> dict[str, MeterId]:
        return {binding.name: binding.meter for binding in self._bindings}

    async def _status(
        self,
        watch: MeterWatch,
        now: MeterNow,
        booked: dict[MeterId, Span],
        parked: dict[MeterId, int],
    ) -> MeterStatus:
        meter_id = watch.meter_id(self._known())
        span = booked.get(meter_id) if meter_id else None
        return MeterStatus(
            label=watch.meter.label,
            host=watch.meter.host,
            identity=self._identities.get(meter_id) if meter_id else None,
            now=now,
            clock_offset_s=watch.meter.clock_offset_s if watch.is_connected else None,
            booked_from=span.start if span else None,
            booked_to=span.end if span else None,
            gaps=await self._books.gaps(meter_id) if meter_id else [],
            minutes_to_fetch=watch.tail.minutes_to_fetch,
            minutes_fetched=watch.tail.minutes_fetched,
            minutes_parked=parked.get(meter_id, 0) if meter_id else 0,
            faults=watch.faults,
            minutes_to_post=self._to_post(meter_id),
        )

    def _to_post(self, meter_id: MeterId | None) -> int | None:
        if self.poster is None:
            return None
        return self.poster.to_post(meter_id) if meter_id else 0

    def _meters_health(self) -> PartHealth:
        self.note_faults()
        connected = self._board.connected_meters()
        detail = f"{connected} of {len(self.watches)} connected"
        return PartHealth(
            "meters",
            ok=connected == len(self.watches),
            detail=detail,
            last_error=self._last_error,
            last_error_at=self._last_error_at,
        )

    def _store_health(self) -> PartHealth:
        state = self._bookkeeper.state
        detail = "can't be written; trying again" if state.failing else "writing"
        return PartHealth(
            "store",
            ok=not state.failing,
            detail=detail,
            last_error=state.last_error,
            last_error_at=state.last_error_at,
        )
