"""Joins: the only file that makes the objects, owns their tasks, and closes them in reverse.

Opened: store, meters, desk, API. Closed: collecting stops, what was received is booked, the API
ends its streams, the store closes; all within the deadline of a stop.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from wattledger import __version__
from wattledger.api.access import Access
from wattledger.api.create import create_api
from wattledger.api.server import ApiServer, Tls
from wattledger.energy.clock import Clock, SystemClock
from wattledger.flow.bookkeep import Bookkeeper
from wattledger.flow.collect import Collector
from wattledger.flow.desk import MeterDesk
from wattledger.flow.history import History
from wattledger.flow.house import House
from wattledger.flow.live import LiveBoard
from wattledger.flow.settle import settle
from wattledger.flow.supervise import supervised
from wattledger.flow.tail import Tail
from wattledger.flow.watch import MeterWatch
from wattledger.settings import MeterSettings, Settings
from wattledger.shelly.meter import ShellyMeter
from wattledger.store.store import Store, open_store

log = logging.getLogger(__name__)

DRAIN_S = 3.0
"""For what was received to be booked on the way out; a stop takes 5 s at the most."""
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


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, *, demo: bool = False) -> AsyncIterator[Parts]:
    """The house of the settings, its store open, nothing running yet. Raises StoreUnusable."""
    site = settings.home
    async with open_store(Path(settings.store.path), site.calendar, site.roles) as store:
        board = LiveBoard(site.meters, clock, site.poll_interval_s)
        meters = [_meter(meter, clock) for meter in settings.meters]
        collector = Collector(meters, board, clock, site.poll_interval_s)
        history = History(site, store.books, clock)
        bookkeeper = Bookkeeper(store.journal, clock, board.connected_meters, board.booked)
        desk = MeterDesk(site, store.books, bookkeeper, board, history, collector)
        for meter in meters:
            tail = Tail(meter, store.books, bookkeeper, site.calendar, clock)
            desk.watches.append(MeterWatch(meter, board, tail, bookkeeper, clock, desk.identify))
        await desk.open(store.journal)
        house = House(site, clock, board, history, desk, __version__, demo)
        yield Parts(house, bookkeeper, desk, collector, store, clock)


def _meter(settings: MeterSettings, clock: Clock) -> ShellyMeter:
    password = settings.password.get_secret_value() or None
    return ShellyMeter(settings.label, settings.host, password, clock)


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
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    async with opened(settings, clock or SystemClock(), demo=demo) as parts:
        server = _server(settings, parts.house)
        server.bind()
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.run(), name="server")
            await server.listening.wait()
            ready(server.url)
            await _run(parts, stop)
            server.stop()
            await serving


async def _run(parts: Parts, stop: asyncio.Event) -> None:
    """Reads and books until `stop`; then what was received is still booked."""
    async with asyncio.TaskGroup() as tasks:
        booking = tasks.create_task(
            supervised("bookkeeper", parts.bookkeeper.run), name="bookkeeper"
        )
        workers = [
            tasks.create_task(supervised(name, work), name=name)
            for name, work in _works(parts).items()
        ]
        await stop.wait()
        for worker in workers:
            worker.cancel()
        parts.desk.keep_counters()
        parts.bookkeeper.stop()
        _, late = await asyncio.wait({booking}, timeout=DRAIN_S)
        for task in late:
            log.warning("store: not everything was written; the meters keep it")
            task.cancel()


def _works(parts: Parts) -> dict[str, Callable[[], Awaitable[object]]]:
    works: dict[str, Callable[[], Awaitable[object]]] = {
        "collect": parts.collector.run,
        "settle": partial(settle, parts.store.journal, parts.clock),
    }
    for watch in parts.desk.watches:
        works[f"meter {watch.meter.label.name}"] = partial(watch.meter.run, watch)
        works[f"tail {watch.meter.label.name}"] = watch.tail.run
    return works


def _access(settings: Settings) -> Access:
    if settings.server.access == "open":
        return Access.open()
    return Access.with_token(settings.server.token.get_secret_value())


def _server(settings: Settings, house: House) -> ApiServer:
    server = settings.server
    tls = Tls(Path(server.tls_cert), Path(server.tls_key)) if server.tls_cert else None
    return ApiServer(create_api(house, _access(settings)), server.host, server.port, tls)
