"""An entry: a record on its way to the books, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord, Origin, RecordDetail
from wattledger.energy.spans import Span


@dataclass(frozen=True, slots=True)
class Entry:
    """One meter's record, how it came, and its detail where the meter gave one."""

    meter: MeterId
    record: MinuteRecord
    origin: Origin
    detail: RecordDetail | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of a batch of entries: the first four and `records_let_go` sum to its length."""

    booked: int = 0
    known: int = 0
    """Already on the books, the same to the last unit."""
    contradicted: int = 0
    """Some part of the span is booked with other values: kept aside for the audit."""
    parked: int = 0
    """Ends later than our clock allows: kept until the clock is trusted."""
    records_let_go: tuple[tuple[MeterId, int], ...] = ()
    """Of each meter that sent more to be kept aside or parked than a day allows: so many."""


class GapReason(StrEnum):
    """Why a span is missing from the books."""

    OUTAGE = "outage"
    NOT_IN_MEMORY = "not in meter memory"
    NO_TIME = "meter had no time"
    BEING_FETCHED = "being fetched"
    """Still in the meter's memory and waiting to be fetched: told, never kept."""
    DAMAGED = "damaged"
    """Was on the books, and the disk lost it; null until it is fetched again."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A span between a meter's first and last booked minute that is not on the books."""

    span: Span
    reason: GapReason


class BookedEnergy(NamedTuple):
    """What one meter has on the books of a span, phases added, and how much of it is a gap."""

    imported_dmwh: int
    exported_dmwh: int
    missing_s: int
