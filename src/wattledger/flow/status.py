"""What the server can say of each meter and of itself, for people who ask how things stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wattledger.energy.booking_entry import Gap
from wattledger.energy.errors import (
    ReplicaError,
    ReplicaFull,
    ReplicaRefused,
    ReplicaTaken,
    WattledgerError,
)
from wattledger.energy.fault import Fault
from wattledger.energy.meter import MeterIdentity, MeterLabel
from wattledger.energy.power import MeterNow


@dataclass(frozen=True, slots=True)
class MeterStatus:
    """One meter: what it is, how it is, and how complete its books are.

    `clock_offset_s` is the meter's clock minus ours. `minutes_to_fetch` are known to be in the
    meter's memory and not on the books; `minutes_fetched` those fetched since the present
    catching-up began. These, the host and the gaps are None where the meter is at another server.
    """

    label: MeterLabel
    host: str | None
    identity: MeterIdentity | None
    now: MeterNow
    clock_offset_s: float | None
    booked_from: int | None
    booked_to: int | None
    gaps: Sequence[Gap] | None
    minutes_to_fetch: int | None
    minutes_fetched: int | None
    minutes_parked: int | None
    faults: Sequence[Fault]
    fetching_since: float | None = None
    """When the present catching-up began, UTC epoch seconds; None when nothing is being fetched."""
    phases: tuple[str, ...] | None = None
    """The names of those that it measures; None until it has answered, and as above."""
    minutes_to_post: int | None = None
    """None without an online copy, and where the meter is at another server."""


class ReplicaState(StrEnum):
    """How the online copy of the books is, for programs."""

    NOT_CONFIGURED = "not_configured"
    CONNECTING = "connecting"
    POSTING = "posting"
    """It answers; minutes are on their way to it."""
    UP_TO_DATE = "up_to_date"
    LACKING = "lacking"
    """It answers, and lacks what it once had, or has it otherwise; the store answers."""
    ANSWERING = "answering"
    """It answers a server that posts nothing, as the meters are elsewhere."""
    AWAY = "away"
    """No connection, or no answer in time; tried again and again."""
    REFUSED = "refused"
    """It answers and will not do what was asked: somebody must look."""
    TAKEN = "taken"
    """Another server posts for this home."""
    FULL = "full"
    """Its space is used up."""
    FAILING = "failing"
    """What is to be posted can't be read here."""


_STATES: tuple[tuple[type[WattledgerError], ReplicaState], ...] = (
    (ReplicaRefused, ReplicaState.REFUSED),
    (ReplicaTaken, ReplicaState.TAKEN),
    (ReplicaFull, ReplicaState.FULL),
    (ReplicaError, ReplicaState.AWAY),
)


def copy_state(error: WattledgerError) -> ReplicaState:
    """What an error of the copy, or of the store, makes of it."""
    return next((state for kind, state in _STATES if isinstance(error, kind)), ReplicaState.FAILING)


@dataclass(frozen=True, slots=True)
class ReplicaStatus:
    """The online copy of the books: how it is, also in words, and how long its space will do.

    `failing_since` is when its present trouble began, UTC epoch seconds; None while all is well.
    """

    state: ReplicaState
    words: str
    ok: bool
    failing_since: float | None = None
    last_error: str | None = None
    last_error_at: float | None = None
    used_pct: float | None = None
    years_left: float | None = None


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """The nightly backup: how it is, also in words, and when the latest was made, UTC epoch
    seconds; None where there is none.
    """

    ok: bool
    words: str
    latest_s: float | None


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part of the server: whether it works, in words, and its last error with when it was."""

    name: str
    ok: bool
    detail: str
    last_error: str | None = None
    last_error_at: float | None = None
