"""A server without meters has no store: it shows what the online copy tells of a home."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from wattledger import __version__
from wattledger.api.front import Front
from wattledger.api.listening import Listeners
from wattledger.app.ending import cancelled
from wattledger.app.entrance import Entrance
from wattledger.app.online import connected_to
from wattledger.energy.clock import Clock
from wattledger.flow.away import AwayDesk, CopyClock, OwnFaults
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.copy import Copy
from wattledger.flow.copy_ports import HomeCard
from wattledger.flow.fault_log import FaultLog
from wattledger.flow.history import History
from wattledger.flow.house import House
from wattledger.flow.live import LiveBoard
from wattledger.flow.oddities import Oddities
from wattledger.flow.pace import Pace
from wattledger.flow.supervise import Supervisor
from wattledger.flow.waiting import Waiting
from wattledger.flow.watchdog import ServerWatch
from wattledger.settings import MongoSettings, Settings

if TYPE_CHECKING:
    from wattledger.mongo.connection import Database

INTERVAL_S = 2.0
"""How often it hears of the power."""
DEADLINE_S = 5.0
"""How long it waits for an answer that nobody else can give."""


async def run_elsewhere(
    settings: Settings,
    mongodb: MongoSettings,
    clock: Clock,
    listeners: Listeners,
    over: asyncio.Event,
    begun: Callable[[str], None],
) -> None:
    """Shows a home whose meters are elsewhere until `over`; until it is heard of, why it is not.

    Raises CannotListen before `begun` is told the address.
    """
    from wattledger.mongo.feed import MongoFeed

    entrance = Entrance(settings, clock)
    async with connected_to(mongodb) as database:
        supervisor = Supervisor()
        waiting = Waiting(MongoFeed(database, mongodb.site_id), clock, supervisor.standing)
        front = Front(entrance.waiting_api(waiting.health))

        async def show() -> None:
            """Made anew when the home's card changes."""
            card = await waiting.card()
            while True:
                house, desk = _house(card, mongodb, database, CopyClock(clock), supervisor)
                front.show(entrance.api_of(house))
                card = await supervisor.run("follow", desk.follow)

        async with entrance.serving(front, listeners) as server, asyncio.TaskGroup() as tasks:
            showing = tasks.create_task(supervisor.run("show", show), name="show")
            begun(server.url)
            await over.wait()
            await cancelled([showing])


def _house(
    card: HomeCard,
    mongodb: MongoSettings,
    database: "Database",
    clock: CopyClock,
    supervisor: Supervisor,
) -> tuple[House, AwayDesk]:
    from wattledger.mongo.feed import MongoFeed
    from wattledger.mongo.reader import MongoBooks

    site, site_id, oddities = card.site, mongodb.site_id, Oddities()
    sources = [supervisor.standing, oddities.standing]
    watch = ServerWatch(FaultLog("server", clock, ClockSteps(clock)), sources)
    books = MongoBooks(database, site_id, site, lambda: card.assignment, clock, oddities.met)
    copy = Copy(books, None, clock, pace=Pace(deadline_s=DEADLINE_S))
    history = History(site, None, clock, lambda: card.assignment, copy)
    board = LiveBoard(site.meters, clock, INTERVAL_S)
    own = OwnFaults(watch, oddities)
    desk = AwayDesk(card, MongoFeed(database, site_id), copy, board, clock, own)
    return House(site, clock, board, history, desk, __version__), desk
