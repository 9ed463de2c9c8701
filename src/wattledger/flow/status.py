"""What the server can say of each meter and of itself, for people who ask how things stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.energy.entry import Gap
from wattledger.energy.meter import MeterIdentity, MeterLabel
from wattledger.energy.power import MeterNow


@dataclass(frozen=True, slots=True)
class MeterStatus:
    """One meter: what it is, how it is, and how complete its books are.

    `clock_offset_s` is the meter's clock minus ours. `minutes_to_fetch` are known to be in the
    meter's memory and not on the books; `minutes_fetched` those fetched since the present
    catching-up began.
    """

    label: MeterLabel
    host: str
    identity: MeterIdentity | None
    now: MeterNow
    clock_offset_s: float | None
    booked_from: int | None
    booked_to: int | None
    gaps: Sequence[Gap]
    minutes_to_fetch: int
    minutes_fetched: int
    minutes_parked: int
    faults: Sequence[str]
    minutes_to_post: int | None = None
    """None without an online copy."""


@dataclass(frozen=True, slots=True)
class CopyStatus:
    """The online copy of the books: how it is, in words, and how long its space will do."""

    words: str
    ok: bool
    last_error: str | None = None
    last_error_at: float | None = None
    used_pct: float | None = None
    years_left: float | None = None


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part of the server: whether it works, in words, and its last error with when it was."""

    name: str
    ok: bool
    detail: str
    last_error: str | None = None
    last_error_at: float | None = None
