"""The minute record: what a meter counted over one of its own periods, per phase.

Its three phases each carry energy imported and exported, both >= 0, in 0.1 mWh; the two are never
netted here. `start` is the start of the interval in UTC epoch seconds; the interval is half-open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge
from operator import itemgetter
from typing import NamedTuple, TypeVar

from wattledger.energy.errors import BadRecord
from wattledger.energy.plausibility import MAX_PHASE_POWER_W
from wattledger.energy.spans import Span, common_end

QUARTER_S = 900
MINUTE_S = 60
EARLIEST_S = 1_600_000_000
"""Before 2020-09 no Pro 3EM existed: an earlier stamp is a clock that was never set."""
LATEST_S = 2_147_385_600
"""2038-01-18: beyond it MongoDB's time-series plans fall back to full scans."""
AHEAD_S = 300
"""A record that ends so much later than our clock says is parked: one of the clocks is wrong."""

R = TypeVar("R", bound=tuple[int, ...])


class MinuteRecord(NamedTuple):
    """One meter, one period: energies of phases a, b, c in 0.1 mWh, imported then exported."""

    start: int
    period_s: int
    imported_a_dmwh: int
    imported_b_dmwh: int
    imported_c_dmwh: int
    exported_a_dmwh: int
    exported_b_dmwh: int
    exported_c_dmwh: int

    @property
    def end(self) -> int:
        return self.start + self.period_s


class RecordDetail(NamedTuple):
    """Kept beside the energies for a set time; of phases a, b, c, None where not measured."""

    max_power_w: tuple[float | None, float | None, float | None]
    min_power_w: tuple[float | None, float | None, float | None]
    voltage_v: tuple[float | None, float | None, float | None]
    current_a: tuple[float | None, float | None, float | None]


class Origin(StrEnum):
    """How a record came to us."""

    PUSHED = "pushed"
    FETCHED = "fetched"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Counters:
    """The meter's own counters, 0.1 mWh, imported a b c then exported a b c, as they stood at `at`.

    `at` is a record boundary by the meter's clock: all records that end at or before it are
    counted. Only readings of one `epoch` can be compared: in between the meter counted on.
    """

    at: int
    values_dmwh: tuple[int, int, int, int, int, int]
    epoch: int = 0


def goes_on(before: Counters, after: Counters, limit_w: float = MAX_PHASE_POWER_W) -> bool:
    """Whether the meter can have counted from one reading to the next: none of its counters fell,
    and none moved by more than a phase of it can carry.
    """
    most_dmwh = limit_w * (after.at - before.at + MINUTE_S) * 10_000 / 3600
    moved = (new - old for old, new in zip(before.values_dmwh, after.values_dmwh, strict=True))
    return all(0 <= moved_dmwh <= most_dmwh for moved_dmwh in moved)


def is_ahead(end: int, now: float) -> bool:
    """Whether a minute was dated by a clock that has been set back since."""
    return end > now + AHEAD_S


def newest_end(booked: Span | None, now: float, gaps: Sequence[Span] = ()) -> int | None:
    """The end of the newest minute, of those that are not dated ahead where there are such; None
    where there is none at all. `gaps` are those inside of what is booked.
    """
    if booked is None:
        return None
    end = int(now) // MINUTE_S * MINUTE_S
    if is_ahead(booked.end, now) and booked.start < end:
        return common_end([end], gaps)
    return booked.end


def apart(records: Iterable[R]) -> list[R]:
    """Of records sorted by start those that overlap none kept before them: the first wins.

    A record here is any tuple that begins with its start and its period.

    For the records of meters that measured one role one after the other: a used meter brings
    minutes of another home in its memory, which must not be counted beside our own.
    """
    kept: list[R] = []
    free_from = 0
    for record in records:
        if record[0] >= free_from:
            kept.append(record)
            free_from = record[0] + record[1]
    return kept


def of_one_role(parts: Sequence[Iterable[R]]) -> list[R]:
    """The records, each part sorted and apart, of the meters that measured one role, as `apart` has
    them; of two that start together the first named meter's.
    """
    return list(parts[0]) if len(parts) == 1 else apart(merge(*parts, key=itemgetter(0)))


def check_record(record: MinuteRecord) -> MinuteRecord:
    """The record itself, or BadRecord when no meter of this kind can have counted it."""
    start, period_s = record.start, record.period_s
    if period_s < MINUTE_S or period_s % MINUTE_S or QUARTER_S % period_s:
        raise BadRecord(
            f"a period of {period_s} s; it must be whole minutes that divide a quarter-hour"
        )
    if start % period_s:
        raise BadRecord(f"a start of {start} is not aligned to its period of {period_s} s")
    if not EARLIEST_S <= start <= LATEST_S:
        raise BadRecord(f"a start of {start} s is outside 2020-09 to 2038-01")
    most_dmwh = MAX_PHASE_POWER_W * period_s * 10_000 // 3600
    for energy_dmwh in record[2:]:
        if not 0 <= energy_dmwh <= most_dmwh:
            raise BadRecord(f"an energy of {energy_dmwh / 10_000} Wh in {period_s} s on one phase")
    return record
