"""Books of ten years of two meters, made once and kept in the system's temporary folder.

Plausible and the same every time: days are drawn from a few dozen made-up ones by season, with
loads per phase, sun, clouds, and a hole now and then. `python -m bench.ten_years` makes the file
and prints its path.
"""

import asyncio
import math
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.fakes.assigned import assigned
from wattledger.energy.booking_entry import Entry
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId
from wattledger.energy.period import Calendar
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.store.migrate import steps
from wattledger.store.store import Store, open_store

MAINS, PLANT = MeterId("A0DD6CA0C27C"), MeterId("84FCE6367400")
HOME = assigned((MAINS,), (PLANT,))
ZONE = "Europe/Helsinki"
END = 1_924_992_000
"""2031-01-01 00:00 UTC, the books' now: ten years before it such meters existed."""
DAY_S = 86_400
KINDS_OF_DAY = 48
RECORDS_AT_ONCE = 10_000

Minute = tuple[int, int, int, int, int, int]


def calendar() -> Calendar:
    return Calendar(ZoneInfo(ZONE))


def books_of(years: int) -> Path:
    """The file with that many years up to END; made when it is not there, ten in some 90 s."""
    folder = Path(tempfile.gettempdir()) / "wattledger-bench"
    folder.mkdir(exist_ok=True)
    path = folder / f"{years}-years-of-format-{len(steps())}.sqlite"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=folder) as making:
            asyncio.run(_make(Path(making) / "books", years))
            (Path(making) / "books").rename(path)
    return path


def copy_of(years: int, folder: Path) -> Path:
    """A copy that may be written to."""
    return Path(shutil.copy(books_of(years), folder / "books.sqlite"))


async def _make(path: Path, years: int) -> None:
    async with open_store(path, calendar(), Roles()) as store:
        await store.journal.assign(HOME)
        for batch in batches(END - years * 365 * DAY_S, years * 365):
            await store.journal.book(batch, END)
        await settle(store)


async def settle(store: Store, now: float = END) -> None:
    while await store.journal.maintain(now):
        pass


def batches(start: int, days: int) -> Iterator[list[Entry]]:
    """Both meters' entries from `start`, as an import brings them; a few hours are missing in
    places.
    """
    kinds = _kinds_of_day()
    chance = random.Random(7)
    batch: list[Entry] = []
    for day in range(days):
        mains, plant = kinds[_kind_at(start + day * DAY_S, chance)]
        hole = range(600, 600 + 90 * (chance.random() < 0.02))
        for minute in range(1_440):
            at = start + day * DAY_S + minute * 60
            batch.append(Entry(PLANT, MinuteRecord(at, 60, *plant[minute]), Origin.FETCHED))
            if minute not in hole:
                batch.append(Entry(MAINS, MinuteRecord(at, 60, *mains[minute]), Origin.FETCHED))
        if len(batch) >= RECORDS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _kind_at(start: int, chance: random.Random) -> int:
    """Days of the season: four kinds of weather to each of twelve months."""
    month = start // DAY_S % 365 // 31 % 12
    return month * 4 + chance.randrange(4)


def _kinds_of_day() -> list[tuple[list[Minute], list[Minute]]]:
    return [_day(kind // 4, kind % 4, random.Random(kind)) for kind in range(KINDS_OF_DAY)]


def _day(month: int, cloud: int, chance: random.Random) -> tuple[list[Minute], list[Minute]]:
    """One day of mains and plant, three phases, from powers in W."""
    height = 0.45 - 0.42 * math.cos((month + 0.5) / 12 * math.tau)
    load = [120.0, 90.0, 150.0]
    mains, plant = [], []
    for minute in range(1_440):
        sun = max(0.0, math.sin((minute - 360) / 720 * math.pi)) * height
        clear = 1 - 0.22 * cloud * chance.random()
        produced_w = [2_600 * sun * clear * chance.uniform(0.98, 1) for _ in range(3)]
        for phase in range(3):
            if chance.random() < 0.02:
                load[phase] = chance.choice([80, 120, 150, 300, 900, 2_100]) * chance.uniform(
                    0.8, 1.2
                )
        net_w = [
            use * chance.uniform(0.97, 1.03) - sun_w
            for use, sun_w in zip(load, produced_w, strict=True)
        ]
        mains.append(_minute([max(w, 0) for w in net_w], [max(-w, 0) for w in net_w]))
        plant.append(_minute(produced_w, [0.0 if w > 1 else 1.5 for w in produced_w]))
    return mains, plant


def _minute(imported_w: list[float], exported_w: list[float]) -> Minute:
    """Powers over a minute in 0.1 mWh."""
    a, b, c, d, e, f = (round(w / 60 * 10_000) for w in (*imported_w, *exported_w))
    return a, b, c, d, e, f


def main() -> None:
    begin = time.perf_counter()
    for years in (1, 10):
        path = books_of(years)
        size_mb = path.stat().st_size / 1e6
        print(f"{path}  {size_mb:.0f} MB  {time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
