"""What is posted or asked beside minutes and is refused: told, and tried after growing pauses.

So may a validator on one collection do. Minutes are posted meanwhile as ever.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaForeign, ReplicaRefused

log = logging.getLogger(__name__)

FIRST_S = 60.0
LONGEST_S = 3_600.0


@dataclass(slots=True)
class _Refusal:
    """`since` is UTC epoch seconds, `due_s` by the monotonic clock."""

    words: str
    since: float
    due_s: float
    pause_s: float


class ReplicaRefusals:
    """Of one session after another; each work has a phrase that says what is not done."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._refusals: dict[str, _Refusal] = {}

    async def tried(self, what: str, work: Callable[[], Awaitable[bool]]) -> bool:
        """What the work says; False where it is refused, or was a while ago.

        Raises ReplicaError for anything else that stops it.
        """
        known = self._refusals.get(what)
        if known is not None and self._clock.monotonic_s() < known.due_s:
            return False
        try:
            done = await work()
        except ReplicaForeign:
            raise
        except ReplicaRefused as error:
            self._note(what, known, str(error).removeprefix("MongoDB: "))
            return False
        self._refusals.pop(what, None)
        return done

    def _note(self, what: str, known: _Refusal | None, words: str) -> None:
        """Logged once while it stays the same."""
        if known is None or known.words != words:
            log.warning("mongodb: %s: %s", what, words)
        pause_s = FIRST_S if known is None else min(2 * known.pause_s, LONGEST_S)
        since = self._clock.now_s() if known is None else known.since
        due_s = self._clock.monotonic_s() + pause_s
        self._refusals[what] = _Refusal(words, since, due_s, pause_s)

    @property
    def words(self) -> str:
        """What is refused now; empty where nothing is."""
        return "; ".join(f"{what}: {one.words}" for what, one in self._refusals.items())

    @property
    def since(self) -> float | None:
        return min((one.since for one in self._refusals.values()), default=None)
