"""Ten years of costs by the quarter: all of them anew, then asked: `python -m bench.costs`.

Prints how long a new table, or corrected prices, take in the background, how long the event loop,
and with it a stream, waits meanwhile, what a year of cost by month takes once it is computed, and
what the process needs once all years were computed under a second table too; exits with 1 when a
budget is exceeded.
"""

import asyncio
import gc
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import psutil

from bench import ten_years
from bench.api_house import LABELS, BooksEnd, tune
from bench.api_questions import Taken
from bench.ten_years import DAY_S, END, HOME, calendar
from wattledger.api.cost_json import cost_bytes
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.site import Site
from wattledger.energy.spot_price import TICK_E7, SpotPrice
from wattledger.file_formats.tariff_file import read_tariff
from wattledger.flow.cost_service import CostService
from wattledger.flow.cost_warming import CostWarming
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.local_costs import LocalCosts
from wattledger.flow.notifier import Notifier
from wattledger.flow.spot_prices import SpotPrices
from wattledger.flow.tariff_catalog import TariffChoice
from wattledger.simulator.feeds.demo_prices import demo_prices
from wattledger.store.store import open_store

YEARS, RUNS = 10, 150
AT_ONCE_DAYS = 366
BUDGETS = {
    "ten years anew, s": 20.0,
    "the loop waits meanwhile, p50 ms": 5.0,
    "the loop waits meanwhile, p99 ms": 15.0,
    "a year by month, p95 ms": 10.0,
    "kept of two tables, MB": 10.0,
}
"""The loop's are those of the stream in `bench.api_stream`, of which it is the larger part."""
TICK_S = 0.005


def _prices() -> Iterator[list[SpotPrice]]:
    """A year at once."""
    for year in range(YEARS):
        start = END - (year + 1) * AT_ONCE_DAYS * DAY_S
        told = demo_prices(start, start + AT_ONCE_DAYS * DAY_S)
        yield [SpotPrice(at, 900, price * TICK_E7, "file", 0) for at, price in told]


async def _waits_ms(until: asyncio.Event) -> list[float]:
    """How much later than it wanted a task was run, each time, in order of length."""
    waits: list[float] = []
    while not until.is_set():
        begin = time.perf_counter()
        await asyncio.sleep(TICK_S)
        waits.append((time.perf_counter() - begin - TICK_S) * 1e3)
    return sorted(waits)


async def _measured(path: Path) -> dict[str, float]:
    site, clock = Site("Bench", calendar(), Netting.QUARTER, LABELS), BooksEnd()
    async with open_store(path, site.calendar, site.roles) as store:
        for year in _prices():
            await store.prices.keep("FI", year)
        table = files("wattledger.simulator.feeds") / "data" / "demo-spot.toml"
        tariff = read_tariff(Path(str(table)))
        local = LocalBooks(site, store.books, clock, lambda: HOME)
        days = DayCosts(site, store.books, SpotPrices(store.prices, site.calendar, clock))
        warming = CostWarming(local, days, tariff, Notifier())
        history = EnergyService(site, store.books, clock, lambda: HOME)
        costs = CostService(history, site, LocalCosts(local, days), TariffChoice([tariff]))
        # What a question needs is loaded before it is looked how much memory there is.
        await costs.of_period("2030", Resolution.MONTH, None, None)
        memory_mb, begin, over = _memory_mb(), time.perf_counter(), asyncio.Event()
        waiting = asyncio.ensure_future(_waits_ms(over))
        await warming.warm()
        anew_s = time.perf_counter() - begin
        over.set()
        waits = await waiting
        other = replace(tariff, name="other")
        await CostWarming(local, days, other, Notifier()).warm()
        figures = {
            "ten years anew, s": anew_s,
            "the loop waits meanwhile, p50 ms": waits[len(waits) // 2],
            "the loop waits meanwhile, p99 ms": waits[int(len(waits) * 0.99)],
            "the longest of these, ms": waits[-1],
            "kept of two tables, MB": _memory_mb() - memory_mb,
        }
        chance = random.Random(3)
        times: list[float] = []
        for _ in range(RUNS):
            period = str(chance.randint(2021, 2030))
            begin = time.perf_counter()
            answer = await costs.of_period(period, Resolution.MONTH, None, None)
            cost_bytes(answer, site.calendar)
            times.append(time.perf_counter() - begin)
        taken = Taken.of(times)
        figures |= {
            "a year by month, p50 ms": taken.p50_ms,
            "a year by month, p95 ms": taken.p95_ms,
        }
        return figures


def _memory_mb() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss / 1e6)


def main() -> int:
    """Prints the figures; 1 when a budget is exceeded."""
    tune()
    with tempfile.TemporaryDirectory() as name:
        figures = asyncio.run(_measured(ten_years.copy_of(YEARS, Path(name))))
    for what, value in figures.items():
        budget = BUDGETS.get(what)
        over = "" if budget is None or value <= budget else "  over"
        told = "" if budget is None else f"   budget {budget:g}{over}"
        print(f"{what:40}{value:8.1f}{told}")
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f}")
    return int(any(figures[what] > budget for what, budget in BUDGETS.items()))


if __name__ == "__main__":
    sys.exit(main())
