"""`prices import|fetch|show`: day-ahead prices, each home's own."""

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import failures_told
from wattledger.cli.serving import config_option

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from wattledger.energy.clock import Clock
    from wattledger.energy.price_quotes import Quote
    from wattledger.energy.spot_price import SpotPrice
    from wattledger.flow.price_merge import Merged
    from wattledger.flow.price_ports import PriceBook
    from wattledger.flow.price_round import RoundResult
    from wattledger.settings import Settings

INCOMPLETE = 1
_BARS = "▁▂▃▄▅▆▇█"


@click.group(short_help="Day-ahead prices: fetch, import, show.")
def prices() -> None:
    """Day-ahead prices, without VAT. Each home fetches its own; none are shipped."""


@prices.command("import", short_help="Keep the prices of a CSV file.")
@config_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--area", help="The bidding zone; else that of the settings.")
@click.option(
    "--unit",
    type=click.Choice(["EUR/MWh", "EUR/kWh", "c/kWh"]),
    required=True,
    help="Of the prices, without VAT.",
)
@click.option(
    "--period", type=click.Choice(["900", "3600"]), required=True, help="Seconds of each price."
)
def import_prices(
    config: Path | None, file: Path, area: str | None, unit: str, period: str
) -> None:
    """Keep the prices of a CSV FILE with the header start,price.

    A server that runs keeps them at once. Of a file with a fault nothing is kept. A price that
    differs from one that is there takes its place, and the old one is kept beside it.
    """
    from wattledger.file_formats.price_file import read_prices

    with failures_told():
        settings = _settings(config)
        area = _area(settings, area)
        found = asyncio.run(_import(settings, area, read_prices(file, unit, int(period))))
    new = len(found.fresh) - found.corrected
    click.echo(f"new prices: {new}, corrected: {found.corrected}")


@prices.command(short_help="Ask the sources now.")
@config_option
def fetch(config: Path | None) -> None:
    """Ask the sources once for yesterday, today and, from 14:00 on, tomorrow.

    A server that runs keeps what came. Ends with status 0 when these days are complete, else with
    1.
    """
    with failures_told():
        result = asyncio.run(_fetch(_settings(config)))
    for answer in result.answers:
        click.echo(f"{answer.source}: {answer.words}")
    if not result.is_complete:
        click.echo(f"quarters without a price yet: {len(result.missing)}")
        sys.exit(INCOMPLETE)
    click.echo("complete")


@prices.command(short_help="Show a day's prices.")
@config_option
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), required=False)
@click.option("--area", help="The bidding zone; else that of the settings.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, EUR/MWh without VAT.")
def show(config: Path | None, day: datetime | None, area: str | None, *, as_csv: bool) -> None:
    """Show the prices of a local DAY, today where none is given, as a strip or as CSV.

    The server may run meanwhile.
    """
    from wattledger.file_formats.price_file import price_rows

    with failures_told():
        settings = _settings(config)
        known = _known(settings, _area(settings, area), day.date() if day else None)
        calendar = settings.home.calendar
        lines = price_rows(known, calendar) if as_csv else _strip(known, settings)
        for line in lines:
            click.echo(line)


def _settings(config: Path | None) -> "Settings":
    from wattledger.settings_file import find_settings, read_settings

    return read_settings(find_settings(config))


def _area(settings: "Settings", area: str | None) -> str:
    from wattledger.energy.bidding_zones import AREAS

    if area is not None and area not in AREAS:
        raise click.BadParameter(f"one of {', '.join(AREAS)}", param_hint="--area")
    return area or (settings.prices.area if settings.prices else "FI")


async def _import(settings: "Settings", area: str, quotes: "Sequence[Quote]") -> "Merged":
    from wattledger.energy.clock import SystemClock
    from wattledger.flow.price_import import keep_quotes

    clock = SystemClock()
    async with _book(settings, clock) as book:
        return await keep_quotes(book, area, quotes, int(clock.now_s()))


@asynccontextmanager
async def _book(settings: "Settings", clock: "Clock") -> "AsyncIterator[PriceBook]":
    """The store's, or that of the server that has it. Raises StoreUnusable."""
    from wattledger.cli.served_prices import served_prices
    from wattledger.composition.home import opened
    from wattledger.energy.errors import StoreUnusable
    from wattledger.store.lock import StoreLock
    from wattledger.store.store_path import real_path

    store = real_path(Path(settings.store.path))
    try:
        StoreLock(store).release()
    except StoreUnusable as in_use:
        with served_prices(store, in_use) as book:
            yield book
    else:
        async with opened(settings, clock) as parts:
            yield parts.store.prices


async def _fetch(settings: "Settings") -> "RoundResult":
    from wattledger.composition.home_prices import price_round, tariffs_of
    from wattledger.energy.clock import SystemClock
    from wattledger.flow.price_plan import wanted_days
    from wattledger.settings_costs import PriceSettings

    clock, calendar = SystemClock(), settings.home.calendar
    own = next(iter(tariffs_of(settings)), None)
    given = settings.prices or PriceSettings()
    async with (
        _book(settings, clock) as book,
        price_round(given, own, calendar, book, clock) as asking,
    ):
        return await asking.run(wanted_days(calendar, clock.now_s()), again=True)


def _known(settings: "Settings", area: str, day: date | None) -> "Sequence[SpotPrice]":
    from wattledger.energy.clock import SystemClock
    from wattledger.flow.price_plan import span_of_days
    from wattledger.store.prices import read_prices

    calendar = settings.home.calendar
    wanted = day or calendar.day_of(SystemClock().now_s())
    return read_prices(Path(settings.store.path), area, span_of_days(calendar, [wanted]))


def _strip(known: "Sequence[SpotPrice]", settings: "Settings") -> "list[str]":
    """A bar for each price, and the dearest and the cheapest moment in words."""
    if not known:
        return ["no prices of that day"]
    calendar = settings.home.calendar
    lowest = min(known, key=lambda one: one.price_e7)
    highest = max(known, key=lambda one: one.price_e7)
    reach = max(highest.price_e7 - lowest.price_e7, 1)
    bars = (_BARS[(one.price_e7 - lowest.price_e7) * (len(_BARS) - 1) // reach] for one in known)
    lines = ["".join(bars)]
    for words, one in (("lowest", lowest), ("highest", highest)):
        at = calendar.text(one.start)[11:16]
        lines.append(f"{words:8}{one.price_e7 / 1e5:9.3f} c/kWh without VAT, {at}, {one.source}")
    return lines
