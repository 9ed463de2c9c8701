"""`export`: minutes as CSV out of the books, while the server is stopped: one has the store."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import fail, failures_told
from wattledger.cli.output_file import check_output, overwrite_option, written
from wattledger.cli.serving import config_option
from wattledger.energy.clean_text import MOST_IN_A_NAME, clean
from wattledger.energy.meter import MeterId
from wattledger.energy.meter_binding import Binding
from wattledger.energy.spans import Span

if TYPE_CHECKING:
    from wattledger.composition.home import Parts
    from wattledger.settings import Settings

_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""Beyond these no book has a minute, and the ends of all calendars are near."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be exported: None for all meters, the first day, today."""

    meter: str | None
    first: date | None
    last: date | None


@click.command("export", short_help="Write booked minutes as CSV.")
@config_option
@click.option("--meter", help="Only this meter, by its name in the settings.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First local day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last local day.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write; else standard output.",
)
@overwrite_option
def export_minutes(
    config: Path | None,
    meter: str | None,
    first: datetime | None,
    last: datetime | None,
    output: Path | None,
    *,
    overwrite: bool,
) -> None:
    """Write booked minutes as CSV, in the columns that `import` takes."""
    wanted = _Wanted(meter, first.date() if first else None, last.date() if last else None)
    if first and last and first > last:
        raise click.UsageError(f"--from {first:%Y-%m-%d} is after --to {last:%Y-%m-%d}")
    with failures_told():
        count = asyncio.run(_export(_settings(config), wanted, output, overwrite=overwrite))
        click.echo(f"{count} records written", err=True)


async def _export(
    settings: "Settings", wanted: _Wanted, output: Path | None, *, overwrite: bool
) -> int:
    from wattledger.composition.home import opened
    from wattledger.energy.clock import SystemClock
    from wattledger.file_formats.minute_csv_writer import write_header, write_minutes

    async with opened(settings, SystemClock()) as parts:
        books, calendar = parts.store.books, settings.home.calendar
        meters, booked = _meters(await books.bindings(), wanted.meter), await books.booked()
        check_output(output, overwrite=overwrite)
        count = 0
        with written(output) as file:
            write_header(file)
            for name, meter in meters:
                for span in _days(parts, booked.get(meter), wanted):
                    records = await books.minutes([meter], span)
                    write_minutes(file, calendar, name, records)
                    count += len(records)
        return count


def _meters(bindings: Iterable[Binding], name: str | None) -> list[tuple[str, MeterId]]:
    found = [(b.name, b.meter) for b in bindings if name is None or b.name == name]
    if not found:
        of = f" '{clean(name, MOST_IN_A_NAME)}'" if name else ""
        fail(f"the books know no meter{of or ' yet'}")
    return found


def _days(parts: "Parts", booked: Span | None, wanted: _Wanted) -> Iterator[Span]:
    if booked is None:
        return
    calendar = parts.app_state.site.calendar
    start, end = booked
    if wanted.first:
        start = max(start, calendar.start_of(max(wanted.first, _FIRST_DAY)))
    if wanted.last:
        end = min(end, calendar.start_of(min(wanted.last, _LAST_DAY) + timedelta(days=1)))
    for day in calendar.days(start, end) if end > start else ():
        yield Span(
            max(start, calendar.start_of(day)),
            min(end, calendar.start_of(day + timedelta(days=1))),
        )


def _settings(config: Path | None) -> "Settings":
    from wattledger.settings_file import find_settings, read_settings

    return read_settings(find_settings(config))
