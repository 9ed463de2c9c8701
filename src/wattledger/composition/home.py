"""A home with meters: its objects, made in one pass from the settings, and how they run and end.

Opened: store, online copy, meters, their service, API. Closed: collecting stops, what was received
is booked, the API ends its streams, the store closes; all within the deadline of a stop.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from wattledger.api.listening_sockets import Listeners
from wattledger.composition.api_hosting import ApiHosting
from wattledger.composition.home_parts import HomeParts, core_of, nightly_of
from wattledger.composition.home_prices import HomePrices, money_of, prices_of
from wattledger.composition.home_replica import HomeReplica, connected_to, online_of
from wattledger.composition.setup_mode import take_over_phone
from wattledger.composition.task_shutdown import cancelled
from wattledger.energy.clock import Clock
from wattledger.flow.app_state import AppState
from wattledger.flow.booked_watermark import BookedWatermark
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.fault_log import FaultLog, Source
from wattledger.flow.meter_registry import MeterRegistry
from wattledger.flow.meter_service import MeterService
from wattledger.flow.meter_session import MeterSession
from wattledger.flow.nightly_backup import NightlyBackup
from wattledger.flow.pairing import Pairing
from wattledger.flow.power_poller import PowerPoller
from wattledger.flow.price_ports import PriceBook
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.flow.settings_ports import HomeSettings
from wattledger.flow.store_integrity import StoreIntegrity
from wattledger.flow.store_maintenance import maintain_store
from wattledger.flow.supervisor import Supervisor
from wattledger.flow.watchdog import ServerWatch, Watchdog
from wattledger.settings import Settings
from wattledger.store.store import Store, open_store

log = logging.getLogger(__name__)

DRAIN_S = 3.0
"""For what was received to be booked on the way out; a stop takes 5 s at the most."""

Works = dict[str, Callable[[], Awaitable[object]]]
"""What runs until it is cancelled, by the names of the tasks."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs in a home, besides what its readers see."""

    app_state: AppState
    store: Store
    clock: Clock
    registry: MeterRegistry
    pairing: Pairing
    prices: PriceBook
    bookkeeper: Bookkeeper
    sessions: Sequence[MeterSession]
    supervisor: Supervisor
    works: Works


@dataclass(frozen=True, slots=True)
class Given:
    """What a server has beside its home: what else says what is wrong, and a file of settings."""

    standing: Sequence[Source] = ()
    settings: HomeSettings | None = None
    place: Path | None = None
    """Where the settings are, for the backups."""


@asynccontextmanager
async def opened(
    settings: Settings,
    clock: Clock,
    *,
    demo: bool = False,
    pace: ReplicaTiming | None = None,
    given: Given = Given(),
) -> AsyncIterator[Parts]:
    """The home of the settings, its store open, nothing running yet. Raises StoreUnusable."""
    site = settings.home
    async with AsyncExitStack() as stack:
        opening = open_store(Path(settings.store.path), site.calendar, site.roles)
        store = await stack.enter_async_context(opening)
        core = await core_of(settings, clock, store)
        prices = await stack.enter_async_context(prices_of(settings, core))
        nightly = stack.enter_context(nightly_of(settings, core, given.place))
        if settings.mongodb is None:
            await store.outbox.aim(None)
            yield await _parts(settings, core, None, prices, nightly, given, demo=demo)
        else:
            database = await stack.enter_async_context(connected_to(settings.mongodb))
            online = online_of(core, settings.mongodb, database, pace or ReplicaTiming(), prices)
            yield await _parts(settings, core, online, prices, nightly, given, demo=demo)


async def _parts(  # noqa: PLR0913 - all that a home has
    settings: Settings,
    core: HomeParts,
    online: HomeReplica | None,
    prices: HomePrices,
    nightly: NightlyBackup | None,
    given: Given,
    *,
    demo: bool,
) -> Parts:
    site, clock, store, sessions = core.site, core.clock, core.store, core.sessions
    posting, copy = (online.posting, online.posting.copy) if online else (None, None)
    supervisor = Supervisor()
    keeping = StoreIntegrity(
        store.integrity,
        core.context,
        [session.backfill for session in sessions],
        copy.minutes if copy else None,
    )
    sources: list[Source] = [
        core.server_clock.standing,
        core.writing.standing,
        supervisor.standing,
        keeping.standing,
        *prices.standing,
        *given.standing,
    ]
    if nightly is not None:
        sources.append(nightly.standing)
    if posting is not None:
        sources.append(posting.replicator.state.standing)
    server = ServerWatch(FaultLog("server", clock, core.steps), sources)
    meters = [session.meter for session in sessions]
    poller = PowerPoller(meters, core.board, clock, site.poll_interval_s)
    status_service = MeterService(store.books, poller, sessions, server, keeping, posting, nightly)
    history = EnergyService(site, store.books, clock, core.registry.assignment, copy)
    pairing = Pairing(store.devices, clock)
    await pairing.open()
    money, money_works = money_of(settings, core, prices, history)
    app_state = AppState(
        site, clock, core.board, history, status_service, demo, pairing,
        given.settings, money,
    )  # fmt: skip
    works = {
        "poller": poller.run,
        "watchdog": Watchdog(core.steps, [*sessions, core.server_clock, server]).run,
        "devices": pairing.run,
        "integrity": keeping.run,
        **_works_of(core),
        **({"backup": nightly.run} if nightly else {}),
        **money_works,
        **(online.works if online else {}),
    }
    return Parts(
        app_state,
        store,
        clock,
        core.registry,
        pairing,
        prices.spot,
        core.bookkeeper,
        sessions,
        supervisor,
        works,
    )


def _works_of(core: HomeParts) -> Works:
    settling = partial(maintain_store, core.store.journal, core.clock, core.steps, core.writing)
    booked_to = BookedWatermark(
        core.store.books, core.registry.meters, core.board, core.booked, core.clock
    )
    works: Works = {"deferred work": settling, "clock": core.steps.run, "booked to": booked_to.run}
    for session in core.sessions:
        works |= session.works()
    return works


async def run_home(  # noqa: PLR0913 - all that a service is given
    settings: Settings,
    clock: Clock,
    listeners: Listeners,
    over: asyncio.Event,
    begun: Callable[[str], None],
    *,
    place: Path | None,
    file: HomeSettings | None,
    demo: bool,
    pace: ReplicaTiming | None,
) -> None:
    """Serves the home until `over`; `begun` is told the address once it listens.

    Raises StoreUnusable, CannotListen before that.
    """
    entrance = ApiHosting(settings, clock)
    given = Given([entrance.certificate.standing], file, place)
    opening = opened(settings, clock, demo=demo, pace=pace, given=given)
    async with opening as parts:
        if place is not None:
            await take_over_phone(place, parts.pairing)
        async with entrance.serving(entrance.api_of(parts.app_state), listeners) as server:
            store, prices = Path(settings.store.path), parts.prices
            control = entrance.control(store, parts.pairing, prices, server)
            works = {**parts.works, "control socket": control.run}
            await _run(parts, works, over, lambda: begun(server.url))


async def _run(parts: Parts, works: Works, over: asyncio.Event, begun: Callable[[], None]) -> None:
    """Reads and books until `over`; then what was received is still booked."""
    run = parts.supervisor.run
    async with asyncio.TaskGroup() as tasks:
        booking = tasks.create_task(run("bookkeeper", parts.bookkeeper.run), name="bookkeeper")
        workers = [tasks.create_task(run(name, work), name=name) for name, work in works.items()]
        await asyncio.sleep(0)  # all have begun: whoever is told the address may pair a phone
        begun()
        await over.wait()
        await cancelled(workers)
        for session in parts.sessions:
            session.keep_counters()
        parts.bookkeeper.stop()
        _, late = await asyncio.wait({booking}, timeout=DRAIN_S)
        for task in late:
            log.warning("store: not everything was written; the meters keep it")
            task.cancel()
