"""`demo`: pretend meters replaying measured series, a year of history, and the server.

The history is booked at the first start; a start that was broken off is taken up where it ended.
"""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import fail, failures_told
from wattledger.cli.serving import run_until_told, start_logging

if TYPE_CHECKING:
    from wattledger.cli.demo_homes import DemoHome
    from wattledger.composition.home import Parts
    from wattledger.energy.booking_entry import Entry
    from wattledger.settings import Settings
    from wattledger.simulator.feeds.household import MinuteRow
    from wattledger.simulator.meter import PretendMeter

HISTORY_DAYS = 400
MEMORY_DAYS = 45
DAY_S = 86_400
AHEAD_DAYS = 14
"""Of composed prices: longer than a demo runs."""
AREA = "FI"
WIDTH = 100


@click.command(short_help="Show a home that does not exist.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen on; loopback only.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the demo's own books; else ~/.local/share/wattledger/demo.",
)
@click.option(
    "--home",
    "which",
    type=click.Choice(["small", "large"]),
    default="small",
    show_default=True,
    help="A large one has two plants, a battery, a heat pump and a car.",
)
@click.option("--fresh", is_flag=True, help="Forget the demo's books and begin anew.")
@click.option(
    "--days",
    default=HISTORY_DAYS,
    show_default=True,
    type=click.IntRange(1, 3_650),
    help="Days of history to book at the first start.",
)
@click.option("--verbose", "-v", is_flag=True, help="Log more.")
def demo(  # noqa: PLR0913 - an argument for each option
    host: str, port: int, store: Path | None, which: str, days: int, *, fresh: bool, verbose: bool
) -> None:
    """Show a home that does not exist: pretend meters, a year of history, then live."""
    from wattledger.cli.demo_homes import HOMES
    from wattledger.settings_faults import is_loopback

    start_logging(verbose=verbose)
    if not is_loopback(host):
        fail(f"the demo has no token and listens on loopback only, not on {host}")
    _check_port(host, port)
    folder = store or _default_folder()
    with failures_told():
        folder.mkdir(0o700, parents=True, exist_ok=True)
        home = HOMES[which]()
        _take(folder, home, fresh=fresh)
        asyncio.run(_demo(host, port, folder, home, days))


def _check_port(host: str, port: int) -> None:
    """Better known now than when a year of history is booked."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else str(error)
        fail(f"can't listen on {host} port {port}: {why}; say another --port")


def _take(folder: Path, home: "DemoHome", *, fresh: bool) -> None:
    """Looks that no demo is running, whose meters' memory lies here too; then, for a fresh one,
    removes what a demo keeps, and nothing else. Raises StoreUnusable.
    """
    from wattledger.store.lock import StoreLock

    books = home.books
    lock = StoreLock(folder / books)
    try:
        meters = map(home.memory_of, home.meters)
        for name in (books, f"{books}-wal", f"{books}-shm", *meters) if fresh else ():
            (folder / name).unlink(missing_ok=True)
    finally:
        lock.release()


def _default_folder() -> Path:
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "wattledger" / "demo"


async def _demo(host: str, port: int, folder: Path, home: "DemoHome", days: int) -> None:
    from wattledger.simulator.feeds.demo_home import ATTRIBUTION

    click.echo("This is a DEMO of a home that does not exist.")
    memory_days = min(days, MEMORY_DAYS)
    async with _meters(home, folder, memory_days) as meters:
        hosts = {name: meter.address for name, meter in meters.items()}
        settings = _settings(host, port, folder, home, hosts)
        await _keep_prices(settings, days)
        await _book_history(settings, home, days, memory_days)
        sources = click.wrap_text(f"{ATTRIBUTION} {home.words}".strip(), WIDTH)
        await run_until_told(settings, partial(_told_ready, sources))


@contextlib.asynccontextmanager
async def _meters(
    home: "DemoHome", folder: Path, memory_days: int
) -> "AsyncIterator[dict[str, PretendMeter]]":
    """The pretend meters, their memory reaching back as that of real ones does."""
    from wattledger.simulator.clock import SimClock
    from wattledger.simulator.meter import PretendMeter

    clock = SimClock()
    began = int(clock.now()) // DAY_S * DAY_S - memory_days * DAY_S
    async with contextlib.AsyncExitStack() as stack:
        meters = {}
        for name, one in home.meters.items():
            meter = PretendMeter(
                feed=one.feed,
                clock=clock,
                mac=one.mac,
                model=one.model,
                name=f"Demo {name}",
                memory_days=MEMORY_DAYS,
                history_from=began,
                state_path=folder / home.memory_of(name),
            )
            meters[name] = await stack.enter_async_context(meter)
        yield meters


def _settings(
    host: str, port: int, folder: Path, home: "DemoHome", hosts: dict[str, str]
) -> "Settings":
    from importlib.resources import files

    from wattledger.settings import Settings
    from wattledger.simulator.feeds.demo_home import ZONE

    tables = Path(str(files("wattledger.simulator.feeds") / "data"))
    fixed = str(tables / "demo-fixed.toml")
    return Settings.model_validate(
        {
            "site": {"name": "Demo home", "time_zone": ZONE},
            "server": {"host": host, "port": port},
            "store": {"path": str(folder.resolve() / home.books)},
            "tariff": {"file": str(tables / "demo-spot.toml"), "compare": [fixed]},
            "meters": [
                {**source, "host": hosts[name]}
                for name, meter in home.meters.items()
                for source in meter.sources
            ],
        }
    )


async def _keep_prices(settings: "Settings", days: int) -> None:
    """Composed ones, from the first day of its history on; enough for a demo that goes on."""
    from wattledger.composition.home import opened
    from wattledger.energy.clock import SystemClock
    from wattledger.energy.record import QUARTER_S
    from wattledger.energy.spans import Span
    from wattledger.energy.spot_price import TICK_E7, SpotPrice
    from wattledger.simulator.feeds.demo_prices import demo_prices

    async with opened(settings, SystemClock()) as parts:
        today, book = int(parts.clock.now_s()) // DAY_S * DAY_S, parts.store.prices
        start, end = today - (days + 1) * DAY_S, today + AHEAD_DAYS * DAY_S
        known = {one.start for one in await book.prices(AREA, Span(start, end))}
        await book.keep(
            AREA,
            [
                SpotPrice(at, QUARTER_S, price * TICK_E7, "composed", today)
                for at, price in demo_prices(start, end)
                if at not in known
            ],
        )


async def _book_history(
    settings: "Settings", home: "DemoHome", days: int, memory_days: int
) -> None:
    """Books, as an import would, what the meters' memory does not reach."""
    from wattledger.composition.home import opened
    from wattledger.energy.clock import SystemClock

    async with opened(settings, SystemClock()) as parts:
        journal = parts.store.journal
        now = int(parts.clock.now_s()) // 60 * 60
        booked = await parts.store.books.booked()
        start = min(
            (span.end for span in booked.values()), default=now // DAY_S * DAY_S - days * DAY_S
        )
        if booked and start > now - memory_days * DAY_S:
            return
        await _introduce(settings, home, parts)
        label = f"Booking {(now - start) // DAY_S} days of history"
        with click.progressbar(length=now - start, label=label, file=sys.stderr) as bar:
            for day in home.days(start, now):
                await journal.book(_entries(home, day), now)
                bar.update(len(day["mains"]) * 60)
        while await journal.maintain(now):
            pass


async def _introduce(settings: "Settings", home: "DemoHome", parts: "Parts") -> None:
    """Tells the books which meters these are, before any of them has answered."""
    from wattledger.energy.meter import MeterId, MeterIdentity
    from wattledger.energy.meter_binding import Binding

    bindings: tuple[Binding, ...] = ()
    for access in settings.accesses:
        meter = home.meters[access.label.name]
        mac = MeterId(meter.mac)
        bindings = (*bindings, Binding(access.label.name, access.host, mac))
        profile = "triphase" if meter.model == "SPEM-003CEBEU" else "monophase"
        identity = MeterIdentity(mac, meter.model, "", profile, None)
        await parts.store.journal.keep_identity(identity, bindings)
    await parts.registry.open(parts.store.journal)


def _entries(home: "DemoHome", day: "Mapping[str, list[MinuteRow]]") -> "list[Entry]":
    from wattledger.energy.booking_entry import Entry
    from wattledger.energy.meter import MeterId
    from wattledger.energy.record import MinuteRecord, Origin

    return [
        Entry(MeterId(home.meters[name].mac), MinuteRecord(start, 60, *energies), Origin.IMPORTED)
        for name, rows in day.items()
        for start, energies in rows
    ]


def _told_ready(sources: str, url: str) -> None:
    click.echo(f"The demo is at {url}")
    click.echo("Ctrl-C ends it. For your own meters: ./run setup\n")
    click.echo(sources)
    click.echo("Its tariffs and day-ahead prices are composed too, and of no market.")
