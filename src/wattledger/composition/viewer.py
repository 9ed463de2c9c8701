"""A server without meters has no store: it shows what the online copy tells of a home."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wattledger.api.listening_sockets import Listeners
from wattledger.api.swappable_app import SwappableApp
from wattledger.composition.api_hosting import ApiHosting
from wattledger.composition.home_replica import connected_to
from wattledger.composition.task_shutdown import cancelled
from wattledger.composition.viewer_prices import copied_money
from wattledger.energy.clock import Clock
from wattledger.flow.app_state import AppState
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.fault_log import FaultLog, Source
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.manifest_wait import Waiting
from wattledger.flow.odd_replica_records import OddReplicaRecords
from wattledger.flow.replica_ports import SiteManifest
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.flow.replica_viewer import OwnFaults, ReplicaClock, ViewerService
from wattledger.flow.supervisor import Supervisor
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
    from wattledger.mongo.home_state_reader import MongoHomeStateReader

    entrance = ApiHosting(settings, clock)
    async with connected_to(mongodb) as database:
        supervisor = Supervisor()
        waiting = Waiting(
            MongoHomeStateReader(database, mongodb.site_id), clock, supervisor.standing
        )
        front = SwappableApp(entrance.waiting_api(waiting.health))

        async def show() -> None:
            """Made anew when the home's manifest changes."""
            manifest = await waiting.manifest()
            while True:
                app_state, status_service = _app_state(
                    manifest,
                    mongodb,
                    database,
                    ReplicaClock(clock),
                    [supervisor.standing, entrance.certificate.standing],
                )
                front.show(entrance.api_of(app_state))
                manifest = await supervisor.run("follow", status_service.follow)

        async with entrance.serving(front, listeners) as server, asyncio.TaskGroup() as tasks:
            showing = tasks.create_task(supervisor.run("viewer", show), name="viewer")
            begun(server.url)
            await over.wait()
            await cancelled([showing])


def _app_state(
    manifest: SiteManifest,
    mongodb: MongoSettings,
    database: "Database",
    clock: ReplicaClock,
    sources: Sequence[Source],
) -> tuple[AppState, ViewerService]:
    from wattledger.mongo.books import MongoBooks
    from wattledger.mongo.daily_costs import MongoCosts
    from wattledger.mongo.home_state_reader import MongoHomeStateReader

    site, site_id, odd_records = manifest.site, mongodb.site_id, OddReplicaRecords()
    log = FaultLog("server", clock, ClockSteps(clock))
    watch = ServerWatch(log, [*sources, odd_records.standing])
    books = MongoBooks(
        database,
        site_id,
        site,
        lambda: manifest.assignment,
        clock,
        odd_records.met,
        met_days=odd_records.met_days,
    )
    copy = Replica(books, None, clock, pace=ReplicaTiming(deadline_s=DEADLINE_S))
    history = EnergyService(site, None, clock, lambda: manifest.assignment, copy)
    board = LiveBoard(site.meters, clock, INTERVAL_S, is_known=site.is_known)
    own = OwnFaults(watch, odd_records)
    status_service = ViewerService(
        manifest, MongoHomeStateReader(database, site_id), copy, board, clock, own
    )
    costs = MongoCosts(database, site_id, site.calendar.zone_name)
    money = copied_money(manifest, clock, history, copy, costs)
    return (
        AppState(site, clock, board, history, status_service, money=money),
        status_service,
    )
