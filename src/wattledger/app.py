"""Joins: the only file that makes the objects, owns their tasks, and closes them in reverse.

Opened: store, online copy, meters, desk, API. Closed: collecting stops, what was received is
booked, the API ends its streams, the store closes; all within the deadline of a stop. A server
without meters has no store: it shows what the copy tells of a home.
"""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from wattledger import __version__
from wattledger.api.access import Access, weak_token, weakness_of
from wattledger.api.certificate import authority_of, end_of, name_in
from wattledger.api.create import create_api
from wattledger.api.crowd import MOST
from wattledger.api.descriptors import raise_limit, room_for_connections
from wattledger.api.front import Answering, Front
from wattledger.api.server import ApiServer, Tls
from wattledger.api.strangers import Strangers
from wattledger.api.waiting import WaitingApi
from wattledger.console.server import Address, Console
from wattledger.energy.clock import Clock, SystemClock
from wattledger.flow.away import AwayDesk, CopyClock, OwnFaults
from wattledger.flow.bell import Bell
from wattledger.flow.booked_to import BookedTo
from wattledger.flow.bookkeep import Bookkeeper
from wattledger.flow.both import BothBooks
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.collect import Collector
from wattledger.flow.copy import Copy
from wattledger.flow.copy_ports import CopyWriter, HomeCard
from wattledger.flow.counting import CounterKeeper, Epochs
from wattledger.flow.desk import MeterDesk
from wattledger.flow.fault_log import FaultLog
from wattledger.flow.history import History
from wattledger.flow.house import House
from wattledger.flow.keep import StoreKeeping
from wattledger.flow.lack import Lacks
from wattledger.flow.live import LiveBoard
from wattledger.flow.oddities import Oddities
from wattledger.flow.office import Office
from wattledger.flow.pairing import Pairing
from wattledger.flow.post import Poster
from wattledger.flow.post_state import PostState
from wattledger.flow.recount import Recount
from wattledger.flow.registry import Registry
from wattledger.flow.server_clock import ServerClock
from wattledger.flow.settle import settle
from wattledger.flow.store_state import StoreState
from wattledger.flow.supervise import Supervisor
from wattledger.flow.tail import Tail
from wattledger.flow.tell import tell_power
from wattledger.flow.waiting import Waiting
from wattledger.flow.watch import MeterWatch
from wattledger.flow.watchdog import ServerWatch, Watchdog
from wattledger.settings import MeterSettings, MongoSettings, Settings
from wattledger.shelly.meter import ShellyMeter
from wattledger.store.store import Store, open_store

if TYPE_CHECKING:
    from wattledger.mongo.connection import Database

log = logging.getLogger(__name__)

AWAY_INTERVAL_S = 2.0
"""How often a server without meters hears of the power."""
AWAY_DEADLINE_S = 5.0
"""How long it waits for an answer that nobody else can give."""
DRAIN_S = 3.0
"""For what was received to be booked on the way out; a stop takes 5 s at the most."""
BOUNDS_KEPT_S = 300.0
"""How long the copy's first and newest minute are remembered where the local books know the newest.
"""
CLOSED_TO_PHONES = (
    'the server has access = "open" and answers this machine only; to let phones in, set '
    'host = "0.0.0.0" and access = "token" under [server] and start it anew'
)
CANCEL_AGAIN_S = 0.5
WARN_BEFORE_S = 30 * 86_400.0
"""How long before the certificate runs out a start says so."""
SWITCH_INTERVAL_S = 0.001
"""Threads read the store; a question must not hold the event loop up for Python's usual 5 ms."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs in a house, besides what its readers see."""

    house: House
    bookkeeper: Bookkeeper
    desk: MeterDesk
    collector: Collector
    store: Store
    clock: Clock
    pairing: Pairing
    steps: ClockSteps
    watchdog: Watchdog
    booked_to: BookedTo
    booked: Bell
    supervisor: Supervisor
    keeping: StoreKeeping
    posting: tuple[Poster, CopyWriter] | None = None
    console: Console | None = None


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, *, demo: bool = False) -> AsyncIterator[Parts]:
    """The house of the settings, its store open, nothing running yet. Raises StoreUnusable."""
    site = settings.home
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(Path(settings.store.path), site.calendar, site.roles)
        )
        board = LiveBoard(site.meters, clock, site.poll_interval_s)
        meters = [_meter(meter, clock) for meter in settings.meters]
        collector = Collector(meters, board, clock, site.poll_interval_s)
        history = History(site, store.books, clock)
        steps, booked, writing = ClockSteps(clock), Bell(), StoreState(clock)
        bookkeeper = Bookkeeper(store.journal, clock, board.connected_meters, booked, writing)
        server_clock = ServerClock(clock, steps, meters, store.books)
        office = Office(store.books, bookkeeper, site.calendar, clock, steps, server_clock)
        registry, epochs = Registry(site, store.books, bookkeeper, history), Epochs()
        await registry.open(store.journal)
        await epochs.open(store.books)
        watches = [_watch(meter, office, registry, board, epochs) for meter in meters]
        supervisor = Supervisor()
        keeping = StoreKeeping(store.keeper, office, [watch.tail for watch in watches])
        post_state = PostState(clock, Lacks(clock))
        server_watch = ServerWatch(
            FaultLog("server", clock, steps),
            [
                server_clock.standing, writing.standing, supervisor.standing, keeping.standing,
                post_state.standing,
            ],
        )  # fmt: skip
        desk = MeterDesk(office, registry, history, collector, watches, server_watch)
        pairing = Pairing(store.devices, clock)
        await pairing.open()
        desk.keeping = keeping
        house = House(site, clock, board, history, desk, __version__, demo, pairing)
        watchdog = Watchdog(steps, [*watches, server_clock, server_watch])
        booked_to = BookedTo(store.books, registry.meters, board, booked)
        parts = Parts(
            house, bookkeeper, desk, collector, store, clock, pairing, steps, watchdog, booked_to,
            booked, supervisor, keeping,
        )  # fmt: skip
        if settings.mongodb is None:
            await store.outbox.aim(None)
            yield parts
        else:
            database = await stack.enter_async_context(_connected(settings.mongodb))
            yield _with_copy(parts, settings.mongodb, database, post_state)


@asynccontextmanager
async def _connected(settings: MongoSettings) -> "AsyncIterator[Database]":
    """The driver is loaded here, and only where it is needed."""
    from wattledger.mongo.connection import Address, connected

    uri = settings.uri.get_secret_value()
    async with connected(Address(uri, settings.database, settings.site_id)) as database:
        yield database


def _with_copy(
    parts: Parts, settings: MongoSettings, database: "Database", state: PostState
) -> Parts:
    """History asks the copy first, and what is booked is posted to it."""
    from wattledger.mongo.reader import MongoBooks
    from wattledger.mongo.writer import MongoWriter

    site, history, clock, desk = parts.house.site, parts.house.history, parts.clock, parts.desk
    outbox = parts.store.outbox
    site_id = settings.site_id
    books = MongoBooks(database, site_id, site, lambda: history.assignment, clock)
    books.bounds_kept_s = BOUNDS_KEPT_S
    writer = MongoWriter(database, site_id, site.calendar.zone_name, clock)
    recount = Recount(site, parts.store.books, books, outbox, writer, clock, state.lacks)
    asked = MongoBooks(database, site_id, site, lambda: history.assignment, clock, recount.met)
    asked.bounds_kept_s = BOUNDS_KEPT_S
    copy = history.copy = Copy(asked, outbox.holds, clock, recount)
    parts.keeping.from_copy = copy.minutes
    both = BothBooks(site, parts.store.books, books)
    poster = desk.poster = Poster(outbox, writer, desk.card, both, recount, state)
    parts.booked.wakes(poster.due)
    parts.steps.bell.wakes(poster.stepped)
    return replace(parts, posting=(poster, writer))


def _meter(settings: MeterSettings, clock: Clock) -> ShellyMeter:
    password = settings.password.get_secret_value() or None
    return ShellyMeter(settings.label, settings.host, password, clock)


def _watch(
    meter: ShellyMeter, office: Office, registry: Registry, board: LiveBoard, epochs: Epochs
) -> MeterWatch:
    counters = CounterKeeper(office.bookkeeper, epochs)
    tail = Tail(meter, office, counters)
    return MeterWatch(meter, board, tail, counters, registry, office)


async def serve(
    settings: Settings,
    stop: asyncio.Event,
    ready: Callable[[str], None],
    *,
    clock: Clock | None = None,
    demo: bool = False,
) -> None:
    """Runs the server until `stop`. `ready` is told the address once it listens.

    Raises StoreUnusable, and CannotListen for an address that can't be had.
    """
    _tune()
    if settings.mongodb is not None and not settings.meters:
        await _serve_away(settings, settings.mongodb, stop, ready, clock or SystemClock())
        return
    async with opened(settings, clock or SystemClock(), demo=demo) as parts:
        authority, strangers = _authority(settings), _strangers(settings)
        api = create_api(parts.house, _access(settings), authority=authority, strangers=strangers)
        server = _server(settings, api, parts.clock, strangers)
        server.bind()
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.run(), name="server")
            await server.listening.wait()
            running = replace(parts, console=_console(settings, parts, server))
            await _run(running, stop, lambda: ready(server.url))
            server.stop()
            await serving


async def _serve_away(
    settings: Settings,
    mongodb: MongoSettings,
    stop: asyncio.Event,
    ready: Callable[[str], None],
    clock: Clock,
) -> None:
    """Shows a home whose meters are elsewhere; until it is heard of, why it is not."""
    from wattledger.mongo.feed import MongoFeed

    access, authority, strangers = _access(settings), _authority(settings), _strangers(settings)
    async with _connected(mongodb) as database:
        supervisor = Supervisor()
        waiting = Waiting(MongoFeed(database, mongodb.site_id), clock, supervisor.standing)
        front = Front(WaitingApi(waiting.health, access, clock, __version__, authority, strangers))

        async def show() -> None:
            """Made anew when the home's card changes."""
            card = await waiting.card()
            while True:
                house, desk = _house_away(card, mongodb, database, CopyClock(clock), supervisor)
                front.show(create_api(house, access, authority=authority, strangers=strangers))
                card = await supervisor.run("follow", desk.follow)

        server = _server(settings, front, clock, strangers)
        server.bind()
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.run(), name="server")
            showing = tasks.create_task(supervisor.run("show", show), name="show")
            await server.listening.wait()
            ready(server.url)
            await stop.wait()
            await _cancelled([showing])
            server.stop()
            await serving


def _house_away(
    card: HomeCard,
    mongodb: MongoSettings,
    database: "Database",
    clock: CopyClock,
    supervisor: Supervisor,
) -> tuple[House, AwayDesk]:
    from wattledger.mongo.feed import MongoFeed
    from wattledger.mongo.reader import MongoBooks

    oddities = Oddities()
    watch = ServerWatch(
        FaultLog("server", clock, ClockSteps(clock)), [supervisor.standing, oddities.standing]
    )
    books = MongoBooks(
        database, mongodb.site_id, card.site, lambda: card.assignment, clock, oddities.met
    )
    copy = Copy(books, None, clock)
    copy.deadline_s = AWAY_DEADLINE_S
    history = History(card.site, None, clock, copy)
    history.assignment = card.assignment
    board = LiveBoard(card.site.meters, clock, AWAY_INTERVAL_S)
    own = OwnFaults(watch, oddities)
    desk = AwayDesk(card, MongoFeed(database, mongodb.site_id), copy, board, clock, own)
    return House(card.site, clock, board, history, desk, __version__), desk


def _tune() -> None:
    """What is loaded by now lives as long as the process; to look through it again costs 29 ms."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()


async def _run(parts: Parts, stop: asyncio.Event, begun: Callable[[], None]) -> None:
    """Reads and books until `stop`; then what was received is still booked."""
    async with asyncio.TaskGroup() as tasks:
        booking = tasks.create_task(
            parts.supervisor.run("bookkeeper", parts.bookkeeper.run), name="bookkeeper"
        )
        workers = [
            tasks.create_task(parts.supervisor.run(name, work), name=name)
            for name, work in _works(parts).items()
        ]
        await asyncio.sleep(0)  # all have begun: whoever is told the address may pair a phone
        begun()
        await stop.wait()
        await _cancelled(workers)
        parts.desk.keep_counters()
        parts.bookkeeper.stop()
        _, late = await asyncio.wait({booking}, timeout=DRAIN_S)
        for task in late:
            log.warning("store: not everything was written; the meters keep it")
            task.cancel()


async def _cancelled(workers: Collection[asyncio.Task[object]]) -> None:
    """Until all ended: in Python 3.11 a group that fails while it is cancelled forgets that."""
    pending = set(workers)
    while pending:
        for worker in pending:
            worker.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)


def _works(parts: Parts) -> dict[str, Callable[[], Awaitable[object]]]:
    works: dict[str, Callable[[], Awaitable[object]]] = {
        "collect": parts.collector.run,
        "settle": partial(
            settle, parts.store.journal, parts.clock, parts.steps, parts.bookkeeper.state
        ),
        "clock": parts.steps.run,
        "watchdog": parts.watchdog.run,
        "booked to": parts.booked_to.run,
        "devices": parts.pairing.run,
        "keep": parts.keeping.run,
    }
    if parts.console is not None:
        works["console"] = parts.console.run
    for watch in parts.desk.watches:
        works[f"meter {watch.meter.label.name}"] = partial(watch.meter.run, watch)
        works[f"tail {watch.meter.label.name}"] = watch.tail.run
    if parts.posting is not None:
        poster, writer = parts.posting
        works["post"] = poster.run
        works["tell"] = partial(tell_power, parts.house.board, poster, writer)
    return works


def _access(settings: Settings) -> Access:
    if settings.server.access == "open":
        return Access.open()
    token = settings.server.token.get_secret_value()
    if (why := weakness_of(token)) is not None:
        log.warning("%s", weak_token(why))
    return Access.with_token(token)


def _strangers(settings: Settings) -> Strangers:
    """Clients by the monotonic clock of the machine: a pretended one does not hold them up."""
    most = room_for_connections(raise_limit(), MOST)
    return Strangers(SystemClock(), settings.server.trusted_proxies, most=most)


def _console(settings: Settings, parts: Parts, server: ApiServer) -> Console:
    given = settings.server
    tls = _tls(settings)
    host = (name_in(tls) if tls else None) or given.host
    address = Address("https" if tls else "http", host, server.port)
    refusal = CLOSED_TO_PHONES if given.access == "open" else None
    return Console(Path(settings.store.path), parts.pairing, address, refusal)


def _server(settings: Settings, api: Answering, clock: Clock, strangers: Strangers) -> ApiServer:
    given, tls = settings.server, _tls(settings)
    server = ApiServer(api, given.host, given.port, tls, strangers=strangers)
    if tls is not None:
        _warn_of_end(tls, settings, clock)
    return server


def _warn_of_end(tls: Tls, settings: Settings, clock: Clock) -> None:
    """Said at the start, since it is read then: a renewed one counts from the next start on."""
    end, now = end_of(tls), clock.now_s()
    if end is None or end - now > WARN_BEFORE_S:
        return
    how = "run `wattledger certificate`" if authority_of(tls) else "renew it"
    day = settings.home.calendar.text(end)[:10]
    verb = "has run out" if end <= now else "runs out"
    log.warning("the certificate for HTTPS %s on %s: %s and start anew", verb, day, how)


def _authority(settings: Settings) -> bytes | None:
    tls = _tls(settings)
    return authority_of(tls) if tls else None


def _tls(settings: Settings) -> Tls | None:
    given = settings.server
    return Tls(Path(given.tls_cert), Path(given.tls_key)) if given.tls_cert else None
