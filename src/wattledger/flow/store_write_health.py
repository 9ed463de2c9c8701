"""Whether the store can be written: kept by all who write it by themselves."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from wattledger.energy.clock import Clock
from wattledger.energy.errors import StoreBusy, StoreError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.fault_log import Wait

log = logging.getLogger(__name__)

HANGS_S = 20.0
"""A write that has not come back for so long is one that hangs: SQLite itself waits for 5 s."""
TOLD_S = 300.0
"""So long a write that failed for good is told."""


class StoreWriteHealth:
    """`writer` is a word for who writes; while the latest try of one of them failed, it fails."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failing: dict[str, float] = {}
        self._under_way: dict[str, float] = {}
        self._lost: Fault | None = None
        self._lost_s = 0.0
        self.last_error: str | None = None
        self.last_error_at: float | None = None

    @property
    def failing(self) -> bool:
        return bool(self._failing)

    @contextmanager
    def trying(self, writer: str) -> Iterator[None]:
        """Around one write: notes its beginning, its end, and StoreError, which is passed on."""
        self._under_way[writer] = self._clock.monotonic_s()
        try:
            yield
        except StoreBusy as error:
            self._failed(writer, error)
            raise
        except StoreError as error:
            words = f"a write failed, and is not tried again: {error}"
            self._lost = Fault(FaultKind.STORE_NOT_WRITING, words, self._clock.now_s())
            self._lost_s = self._clock.monotonic_s()
            raise
        else:
            self._succeeded(writer)
        finally:
            self._under_way.pop(writer, None)

    def standing(self) -> Iterator[Fault | Wait]:
        """Since the first write that failed, or the one that hangs."""
        if self._failing:
            words = f"it can't be written, tried again and again: {self.last_error}"
            since_s = min(self._failing.values())
            yield Wait(FaultKind.STORE_NOT_WRITING, words, since_s, 0.0)
        if self._under_way:
            words = "a write hangs: what the meters send is not on the disk yet"
            since_s = min(self._under_way.values())
            yield Wait(FaultKind.STORE_NOT_WRITING, words, since_s, HANGS_S)
        if self._lost and self._clock.monotonic_s() - self._lost_s < TOLD_S:
            yield self._lost

    def _succeeded(self, writer: str) -> None:
        if self._failing.pop(writer, None) is not None and not self._failing:
            log.info("store: writing again")

    def _failed(self, writer: str, error: StoreBusy) -> None:
        if not self._failing:
            log.warning("store: can't write, will try again: %s", error)
        self._failing.setdefault(writer, self._clock.monotonic_s())
        self.last_error = str(error)
        self.last_error_at = self._clock.now_s()
