"""A server away from the meters: the home as its online copy tells it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaError, ReplicaRefused
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.power import MeterState
from wattledger.energy.record import is_ahead
from wattledger.energy.spans import Span, common_end
from wattledger.flow.audit import AuditLine
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.odd_replica_records import OddReplicaRecords
from wattledger.flow.replica_ports import HomePower, HomeStateReader, SiteManifest, Usage
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replica_space_forecast import years_left
from wattledger.flow.status import MeterStatus, PartHealth, ReplicaState, ReplicaStatus, copy_state
from wattledger.flow.watchdog import ServerWatch

log = logging.getLogger(__name__)

POWER_EVERY_S = 2.0
MANIFEST_EVERY_S = 60.0
BOOKED_EVERY_S = 20.0
USAGE_EVERY_S = 600.0
CLOCK_OFF_S = 2.0
NEWER = (
    "the server with the meters is of a newer Wattledger, and may tell more than is shown here: "
    "upgrade this one"
)
_NEWER = Fault(FaultKind.NEWER_HOME, NEWER)
_ELSEWHERE = Fault(FaultKind.ELSEWHERE, "the meter is elsewhere; its server knows more")


class ReplicaClock:
    """The copy's time, as far as it was heard: several servers elsewhere agree on what today is.

    Between two hearings it runs as the machine's own clock does.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead_s = 0.0

    def now_s(self) -> float:
        return self._clock.now_s() + self._ahead_s

    def monotonic_s(self) -> float:
        return self._clock.monotonic_s()

    def heard(self, now_s: float) -> None:
        """What lies within the time of an answer's way is left as it is."""
        if abs(now_s - self.now_s()) > CLOCK_OFF_S:
            self._ahead_s = now_s - self._clock.now_s()


class OwnFaults(NamedTuple):
    """What is wrong with this server itself, and what its questions met in the copy."""

    watch: ServerWatch
    odd_records: OddReplicaRecords


class ViewerService:
    """Stands for the meters where there are none: follows what the copy is told, and answers from
    that.
    """

    def __init__(  # noqa: PLR0913 - what it hears, what it shows, and its own state
        self,
        manifest: SiteManifest,
        feed: HomeStateReader,
        copy: Replica,
        board: LiveBoard,
        clock: ReplicaClock,
        own: OwnFaults,
        power_every_s: float = POWER_EVERY_S,
    ) -> None:
        self._own = own
        self._manifest = manifest
        self._feed = feed
        self._copy = copy
        self._board = board
        self._clock = clock
        self._due_s: dict[str, float] = {}
        self._failures: dict[str, ReplicaError] = {}
        """What could not be heard the last time, and why."""
        self._new_manifest: SiteManifest | None = None
        self._newest = 0
        self._booked_to: int | None = None
        self._usage: Usage | None = None
        self._last_error: str | None = None
        self._last_error_at: float | None = None
        self._state = ReplicaState.ANSWERING
        self._failing_since: float | None = None
        self._power_every_s = power_every_s
        if manifest.is_newer:
            log.warning("mongodb: %s", NEWER)

    async def follow(self) -> SiteManifest:
        """Hears of the home until its manifest changes: the new one, to make all anew from."""
        while self._new_manifest is None:
            with suppress(ReplicaError):
                await self._hear("manifest", MANIFEST_EVERY_S, self._hear_manifest)
                await self._hear("power", 0.0, self._hear_power)
                if self._copy.silent_since is not None:
                    self._due_s.pop("booked", None)
                await self._hear("booked", BOOKED_EVERY_S, self._hear_minutes)
            self._judge()
            self._own.watch.look()
            self._board.tick()
            await asyncio.sleep(self._power_every_s)
        return self._new_manifest

    async def _hear(self, what: str, every_s: float, hear: Callable[[], Awaitable[None]]) -> None:
        """When it is time, and in each round until it was heard; of what is refused the others go
        on. Raises ReplicaUnreachable.
        """
        if not self._is_due(what, every_s) and what not in self._failures:
            return
        try:
            await hear()
        except ReplicaError as error:
            self._failures[what] = error
            if not isinstance(error, ReplicaRefused):
                raise
        else:
            self._failures.pop(what, None)

    def _judge(self) -> None:
        error = next(iter(self._failures.values()), None)
        if error is None:
            self._heard()
        else:
            self._failed(error)

    async def meters(self) -> list[MeterStatus]:
        booked = await self._copy.booked()
        return [
            self._status(now.label.name, booked.get(self._meter(now.label.name)))
            for now in self._board.now().meters
        ]

    async def audit(self, span: Span) -> list[AuditLine]:
        """The meters' own counters are kept where the meters are: nothing can be compared here."""
        return [
            AuditLine(
                label=label,
                meter=self._manifest.names.get(label.name),
                booked_imported_dmwh=None,
                booked_exported_dmwh=None,
                counted_imported_dmwh=None,
                counted_exported_dmwh=None,
                compared_from=None,
                compared_to=None,
                missing_s=None,
                epochs=None,
                contradictions=None,
                compared_since=None,
            )
            for label in self._manifest.site.meters
        ]

    async def refresh_power(self, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._hear_power()
        except (ReplicaError, TimeoutError) as error:
            log.debug("mongodb: no fresh power: %s", error)

    def health(self) -> Sequence[PartHealth]:
        live = sum(meter.state is MeterState.LIVE for meter in self._board.now().meters)
        meters = len(self._manifest.site.meters)
        detail = f"{live} of {meters} live, as told by the server at home"
        return [
            PartHealth("meters", ok=live == meters, detail=detail),
            PartHealth("mongodb", self._ok, self._words, self._last_error, self._last_error_at),
        ]

    def faults(self) -> Sequence[Fault]:
        """This server's, and the copy's; the home's own are told at home."""
        own = [*self._own.watch.faults, *([_NEWER] if self._manifest.is_newer else [])]
        if self._ok:
            return own
        since = self._copy.silent_since if self._is_silent else self._failing_since
        words = self._words
        detail = words if words.startswith("MongoDB") else f"MongoDB: {words}"
        return [*own, Fault(FaultKind.COPY_FAILING, detail, since)]

    def backup(self) -> None:
        """There is no store here."""

    async def copy(self) -> ReplicaStatus:
        if self._ok and (self._usage is None or self._is_due("usage", USAGE_EVERY_S)):
            with suppress(ReplicaError):
                self._usage = await self._feed.usage()
        booked = await self._copy.booked()
        usage = self._usage
        return ReplicaStatus(
            state=ReplicaState.AWAY if self._is_silent else self._state,
            words=self._words,
            ok=self._ok,
            failing_since=self._copy.silent_since if self._is_silent else self._failing_since,
            last_error=self._last_error,
            last_error_at=self._last_error_at,
            used_pct=usage.used_pct if usage else None,
            years_left=years_left(usage, booked) if usage else None,
        )

    @property
    def _is_heard(self) -> bool:
        return self._state is ReplicaState.ANSWERING

    @property
    def _is_silent(self) -> bool:
        """The power is told, and questions are not answered."""
        return self._is_heard and self._copy.silent_since is not None

    @property
    def _ok(self) -> bool:
        return self._is_heard and not self._is_silent

    @property
    def _words(self) -> str:
        if self._is_silent:
            return "does not answer questions"
        return "answering history" if self._is_heard else str(self._last_error)

    async def _hear_manifest(self) -> None:
        manifest = await self._feed.home()
        if manifest is not None and manifest != self._manifest:
            self._new_manifest = manifest

    async def _hear_power(self) -> None:
        power = await self._feed.power(self._manifest)
        if power is not None:
            self._put(power)

    def _put(self, power: HomePower) -> None:
        """Each reading as old as the database's clock and the home's own measure make it."""
        self._clock.heard(power.now_s)
        for meter in power.meters:
            name, reading = meter.label.name, meter.reading
            if meter.state is MeterState.OFFLINE or reading is None or meter.age_s is None:
                self._board.disconnected(name)
                continue
            received_s = self._clock.monotonic_s() - meter.age_s - power.age_s
            self._board.connected(name)
            self._board.put(name, reading.received_at(received_s))

    async def _hear_minutes(self) -> None:
        self._copy.ask_again()
        booked = await self._copy.booked()
        now = self._clock.now_s()
        newest = max((span.end for span in booked.values()), default=0)
        if newest > self._newest or is_ahead(self._newest, now):
            self._newest = newest
            spans = [booked.get(self._meter(label.name)) for label in self._manifest.site.meters]
            common = common_end([span.end if span else None for span in spans])
            known = self._booked_to or 0
            self._booked_to = max(common or 0, 0 if is_ahead(known, now) else known) or None
            self._board.booked(self._booked_to)
        for meter, span in self._own.odd_records.to_read():
            await self._copy.minutes(meter, span)
        for ordinal, netting in self._own.odd_records.days_to_read():
            await self._copy.day(ordinal, netting)

    def _is_due(self, what: str, every_s: float) -> bool:
        now_s = self._clock.monotonic_s()
        if now_s < self._due_s.get(what, 0.0):
            return False
        self._due_s[what] = now_s + every_s
        return True

    def _heard(self) -> None:
        if not self._is_heard:
            log.info("mongodb: answering again")
        self._copy.ask_again()
        self._state = ReplicaState.ANSWERING
        self._failing_since = None

    def _failed(self, error: ReplicaError) -> None:
        if self._is_heard:
            log.warning("mongodb: %s", error)
        if not isinstance(error, ReplicaRefused):
            self._copy.leave_alone()
        self._state = copy_state(error)
        self._last_error = str(error)
        self._last_error_at = self._clock.now_s()
        if self._failing_since is None:
            self._failing_since = self._last_error_at

    def _meter(self, name: str) -> MeterId:
        return self._manifest.names.get(name, MeterId(""))

    def _status(self, name: str, booked: Span | None) -> MeterStatus:
        now = next(meter for meter in self._board.now().meters if meter.label.name == name)
        return MeterStatus(
            label=now.label,
            host=None,
            identity=self._manifest.identities.get(self._meter(name)),
            now=now,
            clock_offset_s=None,
            booked_from=booked.start if booked else None,
            booked_to=booked.end if booked else None,
            gaps=None,
            minutes_to_fetch=None,
            minutes_fetched=None,
            minutes_parked=None,
            faults=(_ELSEWHERE,),
        )
