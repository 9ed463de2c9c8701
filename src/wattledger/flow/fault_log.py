"""What is wrong with one thing, and since when; told in the log once when it begins, once when it
is over. What comes and goes is told once in ten minutes.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from wattledger.energy.clock import Clock
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.clock_steps import ClockSteps, Moment

log = logging.getLogger(__name__)

TOLD_BY_FINDERS = frozenset(
    {
        FaultKind.CONNECTING,
        FaultKind.UNREACHABLE,
        FaultKind.PASSWORD_WANTED,
        FaultKind.PASSWORD_REFUSED,
        FaultKind.TOO_MANY_TRIES,
        FaultKind.NO_METER,
        FaultKind.OTHER_METER,
        FaultKind.ABSURD_RECORDS,
        FaultKind.FETCHING_STOPPED,
        FaultKind.UNREADABLE_MINUTES,
        FaultKind.STORE_NOT_WRITING,
        FaultKind.STORE_DAMAGED,
        FaultKind.TASK_RESTARTED,
    }
)
"""In the log already, from whoever met them."""
WAITS_TOLD_BY_FINDERS = frozenset({FaultKind.STORE_NOT_WRITING})


QUIET_S = 600.0
"""So long a kind that was told is not told anew: what flickers would fill the log."""


class Wait(NamedTuple):
    """Something that should come: a fault of this kind once it takes longer than it may.

    `since_s` is when the waiting began, by the monotonic clock.
    """

    kind: FaultKind
    detail: str
    since_s: float
    allowed_s: float


Source = Callable[[], Iterable[Fault | Wait]]
"""Says what is wrong with something just now, and for what it waits."""


class _Known(NamedTuple):
    fault: Fault
    began: Moment
    is_logged_elsewhere: bool


class FaultLog:
    """The faults of one meter, or of the server itself. Of each kind its first finding counts."""

    def __init__(self, owner: str, clock: Clock, steps: ClockSteps) -> None:
        self._owner = owner
        self._clock = clock
        self._steps = steps
        self._known: dict[FaultKind, _Known] = {}
        self._told_s: dict[FaultKind, float] = {}
        self._open: dict[FaultKind, str] = {}
        """What the log tells as begun and not as over, in the words of then."""
        self.last: Fault | None = None
        """The latest fault that a person should know, also once it is over."""
        self.last_seen: Moment | None = None

    @property
    def now(self) -> list[Fault]:
        """What was wrong at the latest look; the same fault keeps its `since`."""
        return [
            fault if fault.since is not None else replace(fault, since=began.at)
            for fault, began, _ in self._known.values()
        ]

    def see(self, found: Iterable[Fault | Wait]) -> None:
        """What a look has found; what is not among it is over."""
        known: dict[FaultKind, _Known] = {}
        for one in found:
            if (fault := self._fault_of(one)) is not None and fault.kind not in known:
                known[fault.kind] = _Known(fault, self._began(one), _is_told_by_finder(one))
        self._known = known
        self._tell_changes()
        self._remember()

    def _fault_of(self, one: Fault | Wait) -> Fault | None:
        if isinstance(one, Fault):
            return one
        waited_s = self._clock.monotonic_s() - one.since_s
        return Fault(one.kind, one.detail) if waited_s >= one.allowed_s else None

    def _began(self, one: Fault | Wait) -> Moment:
        if one.kind in self._known:
            return self._known[one.kind].began
        if isinstance(one, Fault):
            return self._steps.moment()
        return self._steps.moment(self._clock.monotonic_s() - one.since_s)

    def _tell_changes(self) -> None:
        now_s = self._clock.monotonic_s()
        for kind in [kind for kind in self._open if kind not in self._known]:
            log.info("%s: over: %s", self._owner, self._open.pop(kind).split(": ")[0])
        for kind, (fault, _, is_logged_elsewhere) in self._known.items():
            if kind in self._open or is_logged_elsewhere:
                continue
            if now_s - self._told_s.get(kind, -QUIET_S) >= QUIET_S:
                self._open[kind], self._told_s[kind] = fault.detail, now_s
                log.warning("%s: %s", self._owner, fault.detail)

    def _remember(self) -> None:
        told = [known.fault for kind, known in self._known.items() if kind != FaultKind.CONNECTING]
        if told:
            self.last = Fault(told[-1].kind, "; ".join(fault.detail for fault in told))
            self.last_seen = self._steps.moment()


def _is_told_by_finder(one: Fault | Wait) -> bool:
    """What takes too long is met by nobody."""
    return one.kind in (TOLD_BY_FINDERS if isinstance(one, Fault) else WAITS_TOLD_BY_FINDERS)
