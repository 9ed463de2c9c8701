"""What everything in a home with meters is made of: its books, its meters, its times."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from wattledger.energy.clock import Clock
from wattledger.energy.errors import BadSettings
from wattledger.energy.meter import MeterId
from wattledger.energy.meter_binding import last_of
from wattledger.energy.site import Site
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.books_context import BooksContext
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.meter_counters import Epochs
from wattledger.flow.meter_registry import MeterRegistry
from wattledger.flow.meter_session import MeterSession
from wattledger.flow.nightly_backup import NightlyBackup
from wattledger.flow.notifier import Notifier
from wattledger.flow.server_clock import ServerClock
from wattledger.flow.store_write_health import StoreWriteHealth
from wattledger.settings import MeterAccess, Settings
from wattledger.setup.portable_settings import packed
from wattledger.shelly.address_lookup import AddressLookup, find_in_network
from wattledger.shelly.meter import ShellyMeter
from wattledger.store.nightly_backups import NightlyBackups
from wattledger.store.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HomeParts:
    """Of one home; `booked` is rung when minutes came on the books."""

    site: Site
    clock: Clock
    store: Store
    board: LiveBoard
    steps: ClockSteps
    booked: Notifier
    writing: StoreWriteHealth
    bookkeeper: Bookkeeper
    server_clock: ServerClock
    context: BooksContext
    registry: MeterRegistry
    sessions: tuple[MeterSession, ...]


async def core_of(settings: Settings, clock: Clock, store: Store) -> HomeParts:
    """It remembers from the books which meters measured what. Raises StoreBusy."""
    site, books = settings.home, store.books
    board = LiveBoard(site.meters, clock, site.poll_interval_s)
    bindings, names = await books.bindings(), {source.name for source in site.sources}
    known = [last_of(bindings, one.label, one.host, names) for one in settings.accesses]
    meters = [_meter(*one, clock) for one in zip(settings.accesses, known, strict=True)]
    steps, booked, writing = ClockSteps(clock), Notifier(), StoreWriteHealth(clock)
    bookkeeper = Bookkeeper(store.journal, clock, board.connected_meters, booked, writing)
    server_clock = ServerClock(clock, steps, meters, books)
    context = BooksContext(books, bookkeeper, site.calendar, clock, steps, server_clock)
    hosts = {access.label.name: access.host for access in settings.accesses}
    registry, epochs = MeterRegistry(site, books, bookkeeper, clock, hosts), Epochs()
    await registry.open(store.journal)
    await epochs.open(books)
    sessions = tuple(MeterSession(meter, board, registry, epochs, context) for meter in meters)
    return HomeParts(
        site, clock, store, board, steps, booked, writing, bookkeeper, server_clock, context,
        registry, sessions,
    )  # fmt: skip


@contextmanager
def nightly_of(
    settings: Settings, core: HomeParts, place: Path | None
) -> Iterator[NightlyBackup | None]:
    """None where the settings want none; they are at `place`."""
    if settings.backup is None:
        yield None
        return
    store, folder = Path(settings.store.path), Path(settings.backup.folder)
    brings = partial(_settings_at, place)
    backups = NightlyBackups(store, folder, settings.backup.keep, settings=brings)
    try:
        yield NightlyBackup(backups, core.context)
    finally:
        backups.close()


def _settings_at(place: Path | None) -> str:
    """A backup without them is better than none."""
    try:
        return packed(place) if place is not None else ""
    except BadSettings as error:
        log.warning("backup: %s", error)
        return ""


def _meter(access: MeterAccess, known: MeterId | None, clock: Clock) -> ShellyMeter:
    """`known`: who answered for that name last."""
    label, host, password = access
    lookup = AddressLookup(label.name, host, known, find_in_network)
    return ShellyMeter(label, host, password, clock, lookup=lookup)
