"""A home on a spring day: the real server on two pretend meters, at a moment that tests know."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from wattledger.composition.home import Parts, opened
from wattledger.composition.service import Service
from wattledger.energy.booking_entry import Entry
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.meter_binding import Binding
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.energy.spot_price import TICK_E7, SpotPrice
from wattledger.settings import Settings
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feed import Feed
from wattledger.simulator.feeds.battery_home import BatteryHome
from wattledger.simulator.feeds.demo_home import ZONE, demo_home
from wattledger.simulator.feeds.demo_prices import demo_prices
from wattledger.simulator.feeds.household import Household, MinuteRow
from wattledger.simulator.meter import PretendMeter

NOON = "2026-04-23T13:45:00"
MACS = {
    "mains": "DE30000000A1",
    "roof": "DE30000000B2",
    "battery": "DE30000000C3",
    "heat pump": "DE30000000D4",
    "car": "DE30000000E5",
}
ROLES = {
    "mains": "grid",
    "roof": "solar",
    "battery": "battery",
    "heat pump": "load",
    "car": "load",
}
BOOKED = (("2025-10-25", "2025-10-27"), ("2026-03-28", "2026-03-31"), ("2026-04-19", NOON))
"""Both changes of the clock, and the days before the present one."""
PRICED_TO = "2026-04-25T00:00:00"
GAP = ("2026-04-22T09:15:00", "2026-04-22T10:00:00")
"""Never booked, and the meters' memory does not reach back so far."""
SECRET = "a token as long as the server wants it"


def instant(text: str) -> float:
    """UTC epoch seconds of the home's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp()


@cache
def measured() -> Household:
    """What flows in it, read once: its series are long."""
    return demo_home()


@cache
def battery_home() -> BatteryHome:
    """The same with a battery and two parts."""
    return BatteryHome(measured())


class Then:
    """The machine's clock, moved to the day of these tests."""

    def __init__(self) -> None:
        self.shift_s = instant(NOON) - time.time()

    def now_s(self) -> float:
        return time.time() + self.shift_s

    def monotonic_s(self) -> float:
        return time.monotonic()


@dataclass(eq=False)
class PretendHome:
    """The server can be stopped and started; its meters obey orders."""

    settings: Settings
    clock: Then
    meters: dict[str, PretendMeter]
    url: str = ""
    _stop: asyncio.Event | None = None
    _serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Serve, at the same address as before."""
        listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._stop = asyncio.Event()
        serving = Service(self.settings, self.clock).run(self._stop, listening.set_result)
        self._serving = asyncio.get_running_loop().create_task(serving)
        first: list[asyncio.Future[Any]] = [self._serving, listening]
        done, _ = await asyncio.wait(first, timeout=300, return_when=asyncio.FIRST_COMPLETED)
        if self._serving in done:
            self._serving.result()
        self.url = listening.result()
        port = int(self.url.rpartition(":")[2])
        server = self.settings.server.model_copy(update={"port": port})
        self.settings = self.settings.model_copy(update={"server": server})

    async def stop(self) -> None:
        if self._stop is not None and self._serving is not None:
            self._stop.set()
            await self._serving
        self._stop = self._serving = None


@asynccontextmanager
async def pretend_home(
    folder: Path,
    *,
    names: Iterable[str] = ("mains", "roof"),
    booked: Iterable[tuple[str, str]] = BOOKED,
    token: str | None = None,
    site: dict[str, object] | None = None,
    mongodb: dict[str, object] | None = None,
    tariff: dict[str, object] | None = None,
    habits: dict[str, dict[str, Any]] | None = None,
    hosts: dict[str, str] | None = None,
    prepare: Callable[[dict[str, PretendMeter]], None] | None = None,
) -> AsyncIterator[PretendHome]:
    """Its books hold the days of `booked` but for the gap; nothing else is made up.

    With a token, also an empty one, the home is closed to whoever neither has it nor is paired.
    `site`, `mongodb` and `tariff` are more of the settings, and with a tariff the home has the
    demo's prices up to the end of tomorrow; `habits` is more of a pretend meter, by its name;
    `hosts` says at whose address a meter stands in the settings, where that is not its own: written
    otherwise, since names on one host are one meter. `prepare` is given the meters before the
    server first sees them.
    """
    clock = Then()
    feeds: dict[str, Feed] = {"mains": measured().mains, "roof": measured().solar}
    if "battery" in (names := tuple(names)):
        feeds = {name: battery_home().feed(name) for name in names}
    async with AsyncExitStack() as stack:
        meters = {
            name: await stack.enter_async_context(
                PretendMeter(
                    **{
                        "feed": feeds[name],
                        "clock": SimClock(clock.now_s()),
                        "mac": MACS[name],
                        "history_from": instant(NOON) - 180,
                        **(habits or {}).get(name, {}),
                    }
                )
            )
            for name in names
        }
        addresses = {name: meter.address for name, meter in meters.items()}
        for name, other in (hosts or {}).items():
            addresses[name] = addresses[other].replace("127.0.0.1", "localhost")
        settings = _settings(
            folder,
            addresses,
            token,
            {
                "site": {"name": "Koivurinne", "time_zone": ZONE, **(site or {})},
                **({"mongodb": mongodb} if mongodb else {}),
                **({"tariff": tariff} if tariff else {}),
            },
        )
        home = PretendHome(settings, clock, meters)
        if prepare is not None:
            prepare(meters)
        async with opened(home.settings, clock) as parts:
            await _book(parts, home, booked)
            if tariff:
                await _price(parts)
        await home.start()
        try:
            yield home
        finally:
            await home.stop()


def _settings(
    folder: Path, addresses: dict[str, str], token: str | None, more: dict[str, object]
) -> Settings:
    access = {} if token is None else {"access": "token", "token": token}
    return Settings.model_validate(
        {
            "server": {"host": "127.0.0.1", "port": 0, **access},
            "store": {"path": str(folder / "books.sqlite")},
            "meters": [
                {"name": name, "role": ROLES[name], "host": address}
                for name, address in addresses.items()
            ],
            **more,
        }
    )


async def _price(parts: Parts) -> None:
    prices = demo_prices(int(instant(BOOKED[1][0])), int(instant(PRICED_TO)))
    await parts.store.prices.keep(
        "FI", [SpotPrice(at, 900, price * TICK_E7, "composed", at) for at, price in prices]
    )


async def _book(parts: Parts, home: PretendHome, spans: Iterable[tuple[str, str]]) -> None:
    journal = parts.store.journal
    bindings: tuple[Binding, ...] = ()
    for name, meter in home.meters.items():
        mac = MeterId(MACS[name])
        bindings = (*bindings, Binding(name, meter.address, mac))
        identity = MeterIdentity(mac, "SPEM-003CEBEU", "1.7.5", "triphase", None)
        await journal.keep_identity(identity, bindings)
    await parts.registry.open(journal)
    now = int(parts.clock.now_s())
    for first, end in spans:
        for entries in _days(home, int(instant(first)), min(int(instant(end)), now) - 180):
            await journal.book(entries, now)
    while await journal.maintain(now):
        pass


def _days(home: PretendHome, start: int, end: int) -> Iterable[list[Entry]]:
    gap = range(int(instant(GAP[0])), int(instant(GAP[1])))
    for day in _rows(home, start, end):
        yield [
            Entry(MeterId(MACS[name]), MinuteRecord(at, 60, *energies), Origin.IMPORTED)
            for name, rows in day.items()
            if name in home.meters
            for at, energies in rows
            if at not in gap
        ]


def _rows(home: PretendHome, start: int, end: int) -> Iterable[dict[str, list[MinuteRow]]]:
    if "battery" in home.meters:
        return battery_home().days(start, end)
    return ({"mains": day.mains, "roof": day.solar} for day in measured().days(start, end))
