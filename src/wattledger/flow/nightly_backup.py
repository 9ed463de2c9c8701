"""A backup of the store each night, as the settings want it: made, and told where it was not.

It is due after the copy was counted, at four in the morning of the home; a night that was missed is
made up for as soon as it can be.
"""

import logging
from collections.abc import Iterator
from itertools import chain, repeat

from wattledger.energy.errors import StoreError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.backup_ports import BackupFolder
from wattledger.flow.books_context import BooksContext
from wattledger.flow.fault_log import Wait
from wattledger.flow.status import BackupStatus, PartHealth

log = logging.getLogger(__name__)

NIGHT_S = 4 * 3_600
"""Local time of day from which a new night's backup is due."""
FIRST_S = 60.0
"""After the start, when meters and phones come first."""
LOOK_S = 1_800.0
"""How soon one that failed is tried again."""
OLD_S = 36 * 3_600
"""So old the newest one is where last night's is lacking."""
LONGEST_S = 3_600.0
"""A share that has gone may let whoever reads it wait for ever."""


class NightlyBackup:
    """Of one store."""

    def __init__(self, folder: BackupFolder, context: BooksContext) -> None:
        self._folder = folder
        self._calendar = context.calendar
        self._clock = context.clock
        self._steps = context.steps
        self._server_clock = context.server_clock
        self._latest_s: float | None = None
        self._failure = ""
        self._failed_at_s: float | None = None
        self._asked_s: float | None = None
        """Since when the folder is being asked for something, monotonic."""

    async def run(self) -> None:
        """Until cancelled."""
        waits_s = chain([FIRST_S], repeat(LOOK_S))
        while True:
            wait_s = next(waits_s)
            await self._look(may_make=wait_s != FIRST_S)
            await self._steps.pause(wait_s)

    async def _look(self, *, may_make: bool) -> None:
        if not self._server_clock.was_set or self._server_clock.is_disputed:
            return
        self._asked_s = self._clock.monotonic_s()
        try:
            now_s = self._clock.now_s()
            self._latest_s = await self._folder.latest_s(now_s)
            if may_make and self._is_due(now_s):
                await self._folder.make(now_s)
                self._latest_s = now_s
                log.info("backup: made in %s", self._folder.place)
            self._failure = ""
        except StoreError as error:
            self._failure, self._failed_at_s = str(error), self._clock.now_s()
        finally:
            self._asked_s = None

    def _is_due(self, now_s: float) -> bool:
        day_of, latest_s = self._calendar.day_of, self._latest_s
        return latest_s is None or day_of(latest_s - NIGHT_S) < day_of(now_s - NIGHT_S)

    def standing(self) -> Iterator[Fault | Wait]:
        """What is wrong with it just now."""
        if self._failure:
            yield Fault(FaultKind.BACKUP_FAILING, f"{self._failure}; {self._latest}")
        if self._asked_s is not None:
            words = f"{self._folder.place} does not answer; {self._latest}"
            yield Wait(FaultKind.BACKUP_FAILING, words, self._asked_s, LONGEST_S)
        if self._latest_s is not None and self._clock.now_s() - self._latest_s > OLD_S:
            since_s = self._latest_s + OLD_S
            yield Fault(FaultKind.BACKUP_FAILING, f"there is no newer one: {self._latest}", since_s)

    def health(self) -> PartHealth:
        """The backup among the server's parts."""
        status = self.status()
        return PartHealth(
            "backup", status.ok, status.words, self._failure or None, self._failed_at_s
        )

    def status(self) -> BackupStatus:
        wrong = [one for one in self.standing() if isinstance(one, Fault)]
        words = f"{self._folder.place}: {self._latest}"
        return BackupStatus(not wrong, wrong[0].detail if wrong else words, self._latest_s)

    @property
    def _latest(self) -> str:
        if self._latest_s is None:
            return "there is none yet"
        local = self._calendar.text(int(self._latest_s))[:16].replace("T", " ")
        return f"the latest is of {local}"
