"""When the nightly backup is made, and what is said where it is not; in a time that jumps."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from tests.energy.pricing import HELSINKI
from tests.fakes.books import MemoryBooks
from tests.fakes.journal import MemoryJournal
from tests.fakes.loop import LoopClock, at_once
from tests.fakes.stick import Stick
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.site import Site
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.books_context import BooksContext
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.fault_log import FaultLog
from wattledger.flow.nightly_backup import NightlyBackup
from wattledger.flow.notifier import Notifier
from wattledger.flow.server_clock import ServerClock
from wattledger.flow.store_write_health import StoreWriteHealth

HOUR_S = 3_600
EVENING = datetime(2026, 3, 27, 20, 0, tzinfo=HELSINKI.time_zone)
"""Of the second night after it an hour is skipped."""


def texts(stick: Stick) -> list[str]:
    return [HELSINKI.text(int(at))[5:16] for at in stick.made]


class Stage:
    def __init__(self, stick: Stick, start_s: float) -> None:
        self.stick = stick
        self.clock = LoopClock(start_s)
        steps = ClockSteps(self.clock)
        site = Site("Home", HELSINKI, Netting.QUARTER, (MeterLabel.of("mains", Role.GRID),))
        books = MemoryBooks(site)
        journal, state = MemoryJournal(books), StoreWriteHealth(self.clock)
        bookkeeper = Bookkeeper(journal, self.clock, lambda: 1, Notifier(), state)
        server_clock = ServerClock(self.clock, steps, [], books)
        self.log = FaultLog("server", self.clock, steps)
        self.nightly = NightlyBackup(
            stick, BooksContext(books, bookkeeper, HELSINKI, self.clock, steps, server_clock)
        )

    async def live(self, hours: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(hours * HOUR_S):
                await self.nightly.run()

    @property
    def faults(self) -> list[Fault]:
        self.log.see(self.nightly.standing())
        return self.log.now


def staged(what: Callable[[Stage], object], stick: Stick, start: datetime = EVENING) -> None:
    async def test() -> None:
        outcome = what(Stage(stick, start.timestamp()))
        assert asyncio.iscoroutine(outcome)
        await outcome

    at_once(test())


def test_one_is_made_soon_and_then_one_each_night() -> None:
    """Also in the night of which an hour is skipped, after which the clock shows one more."""

    async def life(stage: Stage) -> None:
        await stage.live(60)
        assert stage.faults == []
        health = stage.nightly.health()
        assert (health.name, health.ok) == ("backup", True)
        assert health.detail == "/media/stick: the latest is of 2026-03-30 04:01"

    stick = Stick()
    staged(life, stick)
    assert texts(stick) == ["03-27T20:01", "03-28T04:01", "03-29T05:01", "03-30T04:01"]


def test_a_restart_makes_none_anew() -> None:
    async def life(stage: Stage) -> None:
        await stage.live(7)
        status = stage.nightly.status()
        assert (status.ok, status.latest_s) == (True, stick.made[0])

    stick = Stick((EVENING - timedelta(hours=15)).timestamp())
    staged(life, stick)
    assert len(stick.made) == 1


def test_a_missed_night_is_made_up_for() -> None:
    stick = Stick((EVENING - timedelta(hours=17)).timestamp())
    staged(lambda stage: stage.live(1), stick)
    assert texts(stick)[1:] == ["03-27T20:01"]


def test_why_there_is_none_is_told_and_it_is_tried_again() -> None:
    async def life(stage: Stage) -> None:
        await stage.live(0.1)
        (fault,) = stage.faults
        assert fault.kind is FaultKind.BACKUP_FAILING
        assert fault.detail == "no stick; there is none yet"
        assert fault.since == stage.clock.now_s()
        health = stage.nightly.health()
        assert (health.ok, health.detail) == (False, fault.detail)
        assert (health.last_error, health.last_error_at) == ("no stick", fault.since - 360 + 60)
        stick.trouble = ""
        await stage.live(0.6)
        assert stage.faults == []
        assert stage.nightly.health().last_error is None

    stick = Stick()
    stick.trouble = "no stick"
    staged(life, stick)
    assert len(stick.made) == 1


def test_one_that_is_too_old_is_told_with_the_time() -> None:
    """A night later it lacks by half a day, which is the first that is said of a silent one."""

    async def life(stage: Stage) -> None:
        await stage.live(0.1)
        made_s = stick.made[0]
        stage.clock.ahead_s += made_s + 36 * HOUR_S - stage.clock.now_s()
        assert stage.faults == []
        stage.clock.ahead_s += 1
        (fault,) = stage.faults
        assert fault.since == made_s + 36 * HOUR_S
        assert fault.detail == "there is no newer one: the latest is of 2026-03-27 20:01"

    stick = Stick()
    staged(life, stick)


def test_a_share_that_never_answers_is_told() -> None:
    async def life(stage: Stage) -> None:
        task = asyncio.create_task(stage.nightly.run())
        await asyncio.sleep(HOUR_S - 1)
        assert stage.faults == []
        await asyncio.sleep(1)
        (fault,) = stage.faults
        assert fault.detail == "/media/stick does not answer; there is none yet"
        assert fault.since == EVENING.timestamp()
        task.cancel()

    stick = Stick()
    stick.gone = True
    staged(life, stick)


def test_nothing_is_made_while_the_clock_was_never_set() -> None:
    async def life(stage: Stage) -> None:
        await stage.live(48)
        assert stage.faults == []

    stick = Stick()
    staged(life, stick, datetime(1970, 1, 2, tzinfo=HELSINKI.time_zone))
    assert stick.made == []
