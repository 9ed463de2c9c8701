"""How the meters and the server's parts are, for whoever asks."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wattledger.energy.booking_entry import Gap
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.power import MeterNow
from wattledger.energy.record import newest_end
from wattledger.energy.spans import Span
from wattledger.flow.audit import Audit, AuditLine
from wattledger.flow.meter_session import MeterSession
from wattledger.flow.missing_spans import told_gaps, waiting_minutes
from wattledger.flow.nightly_backup import NightlyBackup
from wattledger.flow.ports import Books
from wattledger.flow.power_poller import PowerPoller
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replication_state import replica_faults, replica_health, replica_status
from wattledger.flow.replicator import Replicator
from wattledger.flow.status import BackupStatus, MeterStatus, PartHealth, ReplicaStatus
from wattledger.flow.store_integrity import StoreIntegrity
from wattledger.flow.watchdog import ServerWatch

TOGETHER_S = 1.0
"""Faults of several meters that were last seen within such a time belong to one trouble."""


class Posting(NamedTuple):
    """The online copy as this server has it: who posts to it, and who is asked."""

    replicator: Replicator
    copy: Replica


class Kept(NamedTuple):
    """What the books have of one meter."""

    booked: Span | None
    gaps: Sequence[Gap]
    minutes_parked: int


NOTHING = Kept(None, (), 0)


class MeterService:
    """Knows every meter of the settings."""

    def __init__(  # noqa: PLR0913 - all that a home has
        self,
        books: Books,
        poller: PowerPoller,
        sessions: Sequence[MeterSession],
        server: ServerWatch,
        keeping: StoreIntegrity,
        posting: Posting | None = None,
        nightly: NightlyBackup | None = None,
    ) -> None:
        self._books = books
        self._poller = poller
        self._board = poller.board
        self._sessions = sessions
        self._server = server
        self._keeping = keeping
        self._posting = posting
        self._nightly = nightly
        self._audit = Audit(books)

    async def meters(self) -> list[MeterStatus]:
        kept = await self._kept()
        # From here on nothing is awaited: all that is told is of one moment.
        power = self._board.now()
        now = {meter.label.name: meter for meter in power.meters}
        return [
            self._status(session, now[session.meter.label.name], kept, power.at)
            for session in self._sessions
        ]

    async def audit(self, span: Span) -> list[AuditLine]:
        latest = {
            session.meter_id: session.newest_counters
            for session in self._sessions
            if session.meter_id is not None and session.newest_counters is not None
        }
        meters = [(session.meter.label, session.meter_id) for session in self._sessions]
        return await self._audit.of(span, meters, latest)

    async def refresh_power(self, timeout_s: float) -> None:
        await self._poller.refresh(timeout_s)

    def health(self) -> Sequence[PartHealth]:
        parts = [self._meters_health(), self._keeping.health()]
        if self._nightly is not None:
            parts.append(self._nightly.health())
        if self._posting is None:
            return parts
        replicator, copy = self._posting
        return [*parts, replica_health(replicator.state, copy.silent_s)]

    def faults(self) -> Sequence[Fault]:
        own = self._server.faults
        if self._posting is None:
            return own
        replicator, copy = self._posting
        return [*own, *replica_faults(replicator.state, copy.silent_s)]

    def backup(self) -> BackupStatus | None:
        return self._nightly.status() if self._nightly else None

    async def copy(self) -> ReplicaStatus | None:
        if self._posting is None:
            return None
        replicator, copy = self._posting
        return replica_status(replicator.state, await self._books.booked(), copy.silent_s)

    async def _kept(self) -> dict[MeterId, Kept]:
        """Of every meter in the books, since another one may answer by the time they have told."""
        parked, booked = await self._books.parked(), await self._books.booked()
        return {
            meter: Kept(booked.get(meter), await self._books.gaps(meter), parked.get(meter, 0))
            for meter in booked.keys() | parked.keys()
        }

    def _status(
        self, session: MeterSession, now: MeterNow, kept: Mapping[MeterId, Kept], at: float
    ) -> MeterStatus:
        meter_id, progress = session.meter_id, session.backfill.progress
        span, gaps, parked = kept.get(meter_id, NOTHING) if meter_id else NOTHING
        told = told_gaps(span, gaps, progress.to_fetch, progress.tried)
        waiting = waiting_minutes(told)
        return MeterStatus(
            label=session.meter.label,
            host=session.meter.host,
            identity=session.identity,
            now=now,
            clock_offset_s=session.clock_offset_s,
            booked_from=span.start if span else None,
            booked_to=newest_end(span, at, [gap.span for gap in gaps]),
            gaps=told,
            minutes_to_fetch=waiting,
            minutes_fetched=progress.minutes_fetched,
            # The books may have all of it already, before fetching has looked again.
            fetching_since=progress.since if waiting else None,
            minutes_parked=parked,
            faults=[*session.faults, *self._keeping.damage(meter_id, gaps)],
            phases=session.meter.phases,
            minutes_to_post=self._to_post(meter_id),
        )

    def _to_post(self, meter_id: MeterId | None) -> int | None:
        if self._posting is None:
            return None
        return self._posting.replicator.to_post(meter_id) if meter_id else 0

    def _meters_health(self) -> PartHealth:
        faults = [
            f"{session.meter.label.name}: {fault.detail}"
            for session in self._sessions
            for fault in session.faults
            if fault.kind is not FaultKind.CONNECTING
        ]
        connected = self._board.connected_meters()
        all_connected = connected == len(self._sessions)
        detail = f"{connected} of {len(self._sessions)} connected"
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
            (session.log.last_seen.at, f"{session.meter.label.name}: {session.log.last.detail}")
            for session in self._sessions
            if session.log.last is not None and session.log.last_seen is not None
        ]
        at = max((at for at, _ in lasts), default=None)
        if at is None:
            return None, None
        return "; ".join(words for of, words in lasts if at - of < TOGETHER_S), at
