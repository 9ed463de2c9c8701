"""What can be said of the posting: kept by the replicator, told by whoever is asked."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaError, ReplicaRefused, StoreError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span
from wattledger.flow.fault_log import Wait
from wattledger.flow.reconcile import MoreThere
from wattledger.flow.replica_losses import Lacks, ReplicaLosses
from wattledger.flow.replica_ports import Usage
from wattledger.flow.replica_refusals import ReplicaRefusals
from wattledger.flow.replica_space_forecast import WARN_PCT, years_left
from wattledger.flow.replication_plan import LATE_WAITS_S
from wattledger.flow.status import PartHealth, ReplicaState, ReplicaStatus, copy_state

log = logging.getLogger(__name__)

SILENT = "does not answer questions"
TURN_S = 60.0
"""Nothing that the replicator does takes so long."""
UNACKNOWLEDGED_S = LATE_WAITS_S + 60.0


@dataclass(slots=True)
class ReplicationState:
    """What can be said of the posting just now."""

    clock: Clock
    lacks: Lacks
    state: ReplicaState = ReplicaState.CONNECTING
    words: str = "connecting"
    ok: bool = True
    failing_since: float | None = None
    answered_s: float = 0.0
    """When it last took or told something, by the monotonic clock."""
    is_writer: bool = False
    last_error: str | None = None
    last_error_at: float | None = None
    usage: Usage | None = None
    more_there: MoreThere | None = None
    refused: ReplicaRefusals = field(init=False)
    """What is not posted although minutes are."""
    _turn_s: float | None = field(default=None, init=False)
    """When what it does just now was begun, by the monotonic clock; None while it rests."""
    _unmoved_s: float | None = field(default=None, init=False)
    """Since when minutes wait and none was acknowledged."""

    def __post_init__(self) -> None:
        self.refused = ReplicaRefusals(self.clock)

    @property
    def lack(self) -> ReplicaLosses | None:
        return self.lacks.now

    @property
    def is_well(self) -> bool:
        """It takes what is posted, and has what was."""
        is_whole = not self._is_worse and not self.refused.words
        return self.ok and is_whole and self._stuck() is None

    @property
    def told_words(self) -> str:
        if (stuck := self._stuck()) is not None:
            return stuck.detail
        if not self.ok:
            return self.words
        lack = self.lack.words if self.lack else ""
        return "; ".join(filter(None, (self.refused.words, lack, self.words)))

    @property
    def told_state(self) -> ReplicaState:
        if self._stuck() is not None:
            return ReplicaState.AWAY
        if self.ok and self.refused.words:
            return ReplicaState.REFUSED
        return ReplicaState.LACKING if self.ok and self._is_worse else self.state

    @property
    def failing_from(self) -> float | None:
        """Since when something is wrong, UTC epoch seconds."""
        if (stuck := self._stuck()) is not None:
            return self.at(stuck.since_s)
        lacking = self.lack.since if self._is_worse and self.lack else None
        return self.failing_since or self.refused.since or lacking

    def at(self, since_s: float) -> float:
        """UTC epoch seconds of a moment by the monotonic clock."""
        return self.clock.now_s() - (self.clock.monotonic_s() - since_s)

    @property
    def _is_worse(self) -> bool:
        return self.lack is not None and self.lack.is_worse

    def standing(self) -> Iterator[Wait]:
        """For what it waits; a call that fails is told by itself."""
        if self.ok and self._turn_s is not None:
            words = f"nothing moves between here and MongoDB: {self.words}"
            yield Wait(FaultKind.COPY_FAILING, words, self._turn_s, TURN_S)
        if self.ok and self._unmoved_s is not None:
            words = f"MongoDB acknowledges nothing: {self.words}"
            yield Wait(FaultKind.COPY_FAILING, words, self._unmoved_s, UNACKNOWLEDGED_S)

    def _stuck(self) -> Wait | None:
        now_s = self.clock.monotonic_s()
        return next((w for w in self.standing() if now_s - w.since_s >= w.allowed_s), None)

    def writes(self, *, is_writer: bool) -> None:
        """Whether this server is the one that posts for the home."""
        self.is_writer = is_writer

    def turns(self) -> None:
        """Something else is begun."""
        self._turn_s = self.clock.monotonic_s()

    def acknowledged(self) -> None:
        self._unmoved_s = None

    def works(self, words: str, minutes: int) -> None:
        """What it does just now; so many minutes wait."""
        if not self.ok:
            log.info("mongodb: posting again")
        self.words = f"{words}; {minutes} minutes to post" if minutes else words
        self.state = ReplicaState.POSTING if minutes else ReplicaState.UP_TO_DATE
        self.ok = True
        self.failing_since = None
        self.turns()
        self.answered_s = self.clock.monotonic_s()
        if not minutes:
            self._unmoved_s = None
        elif self._unmoved_s is None:
            self._unmoved_s = self._turn_s

    def rests(self, minutes: int) -> None:
        """Nothing is due, and what a person should know besides."""
        self.works("up to date but for late minutes" if minutes else "up to date", minutes)
        self._turn_s = None
        if self.usage and self.usage.used_pct >= WARN_PCT:
            self.words += f"; {self.usage.used_pct:.0f} % of the space is used"
        if self.more_there:
            self.words += f"; {self.more_there.words}"

    def fails(self, error: ReplicaError | StoreError, now_s: float) -> None:
        """Logged once while it stays the same."""
        words = str(error)
        if isinstance(error, ReplicaRefused):
            words += "; 'wattledger mongodb check' says what to do"
        if words != self.words:
            log.warning("mongodb: %s", words)
        self.state = copy_state(error)
        self.words = words
        self.ok = False
        self.is_writer = False
        self._turn_s = self._unmoved_s = None
        self.last_error = str(error)
        self.last_error_at = now_s
        if self.failing_since is None:
            self.failing_since = now_s

    def sees_space(self, usage: Usage) -> None:
        self.usage = usage

    def sees(self, usage: Usage, more: MoreThere | None) -> None:
        """How much space is used, and what the copy has more; news of it are logged."""
        before = self.usage
        self.sees_space(usage)
        more_before, self.more_there = self.more_there, more
        if usage.used_pct >= WARN_PCT and (before is None or before.used_pct < WARN_PCT):
            log.warning("mongodb: %.0f %% of its space is used", usage.used_pct)
        if more and not more_before:
            log.warning("mongodb: %s", more.words)


def replica_status(
    state: ReplicationState, booked: Mapping[MeterId, Span], silent_s: float | None = None
) -> ReplicaStatus:
    """What is said of the copy under the home.

    Questions may find it silent before the replicator does: since `silent_s`, by the monotonic
    clock.
    """
    usage, silent_since = state.usage, _silent_since(state, silent_s)
    is_silent = silent_since is not None
    return ReplicaStatus(
        state=ReplicaState.AWAY if is_silent else state.told_state,
        words=SILENT if is_silent else state.told_words,
        ok=state.is_well and not is_silent,
        failing_since=silent_since or state.failing_from,
        last_error=state.last_error,
        last_error_at=state.last_error_at,
        used_pct=usage.used_pct if usage else None,
        years_left=years_left(usage, booked) if usage else None,
    )


def replica_health(state: ReplicationState, silent_s: float | None = None) -> PartHealth:
    """What is said of the copy among the server's parts."""
    is_silent = _silent_since(state, silent_s) is not None
    return PartHealth(
        "mongodb",
        state.is_well and not is_silent,
        SILENT if is_silent else state.told_words,
        state.last_error,
        state.last_error_at,
    )


def _silent_since(state: ReplicationState, silent_s: float | None) -> float | None:
    """UTC epoch seconds; None where it has been heard since."""
    if silent_s is None or not state.ok or silent_s <= state.answered_s:
        return None
    return state.at(silent_s)


def replica_faults(state: ReplicationState, silent_s: float | None = None) -> list[Fault]:
    """What is wrong with the copy just now; what takes too long is told with what stands."""
    faults = [state.lack.fault] if state.lack else []
    if not state.ok:
        words = f"nothing is posted to MongoDB: {state.words.removeprefix('MongoDB: ')}"
        faults.append(Fault(FaultKind.COPY_FAILING, words, state.failing_since))
    elif words := state.refused.words:
        faults.append(Fault(FaultKind.COPY_FAILING, f"MongoDB: {words}", state.refused.since))
    elif (since := _silent_since(state, silent_s)) is not None:
        faults.append(Fault(FaultKind.COPY_FAILING, f"MongoDB {SILENT}", since))
    return faults
