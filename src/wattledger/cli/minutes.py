"""`export` and `import`: minutes as CSV, out of the books and into them.

Both while the server is stopped: one process holds the store.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failing import fail, failures_told
from wattledger.cli.serving import config_option
from wattledger.cli.writing import check_output, overwrite_option, written
from wattledger.energy.binding import Binding
from wattledger.energy.entry import Booked, Entry
from wattledger.energy.meter import MeterId, MeterIdentity, meter_id
from wattledger.energy.record import Origin
from wattledger.energy.spans import Span

if TYPE_CHECKING:
    from wattledger.app import Parts
    from wattledger.exchange.reading import Line
    from wattledger.settings import Settings

BATCH = 10_000
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
        click.echo(f"{count} minutes written", err=True)


async def _export(
    settings: "Settings", wanted: _Wanted, output: Path | None, *, overwrite: bool
) -> int:
    from wattledger.app import opened
    from wattledger.energy.clock import SystemClock
    from wattledger.exchange.writing import write_header, write_minutes

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
        fail(f"the books know no meter '{name}'" if name else "the books know no meter yet")
    return found


def _days(parts: "Parts", booked: Span | None, wanted: _Wanted) -> Iterator[Span]:
    if booked is None:
        return
    calendar = parts.house.site.calendar
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


@click.command("import", short_help="Book the minutes of a CSV file.")
@config_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--meter", help="Whose minutes these are, when the file has no column 'meter'.")
@click.option("--mac", help="The MAC of --meter, when it has never answered the server yet.")
@click.option(
    "--period",
    type=click.Choice(["60", "300", "900"]),
    help="Seconds of each record, when the file has no column 'period_s'.",
)
def import_minutes(
    config: Path | None, file: Path, meter: str | None, mac: str | None, period: str | None
) -> None:
    """Book the minutes or quarters of a CSV FILE; what is booked already stays as it is.

    Columns: start (RFC 3339 with an offset, or epoch seconds), period_s, meter, and energies in Wh
    as the meter counts them: imported_wh and exported_wh, or imported_a_wh ... exported_c_wh. Of a
    file with a fault nothing is booked. Importing a file twice changes nothing the second time.
    """
    with failures_told():
        settings = _settings(config)
        named = _named(settings, meter, mac)
        source = _Source(file, int(period) if period else None, file.stat().st_size)
        booked = asyncio.run(_import(settings, source, named, source.names()))
    click.echo(
        f"{booked.booked} records booked, {booked.known} were booked already, "
        f"{booked.contradicted} differ from what is booked and were kept aside for the audit"
        + (f", {booked.parked} lie in the future and wait" if booked.parked else "")
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """The file of an import; `period_s` where it has no such column."""

    file: Path
    period_s: int | None
    size_bytes: int

    def lines(self) -> "Iterator[Line]":
        from wattledger.exchange.reading import read_minutes

        return read_minutes(self.file, self.period_s)

    def batches(self, label: str) -> "Iterator[list[Line]]":
        """All of it, a stretch at a time, with its progress on standard error. Raises BadFile."""
        lines = self.lines()
        with click.progressbar(length=self.size_bytes, label=label, file=sys.stderr) as bar:
            while batch := list(islice(lines, BATCH)):
                yield batch
                bar.update(batch[-1].bytes_read - bar.pos)
            bar.update(self.size_bytes - bar.pos)

    def names(self) -> set[str | None]:
        """The meters it names, None where it names none. Raises BadFile.

        Reads it all, so that a fault at its end leaves nothing half booked: years of minutes are
        more than a small computer can hold.
        """
        return {line.meter for batch in self.batches("Checking") for line in batch}


@dataclass(frozen=True, slots=True)
class _Named:
    """The meter that the command line names: its name, and its MAC where that is given."""

    name: str | None
    meter: MeterId | None


def _named(settings: "Settings", name: str | None, mac: str | None) -> _Named:
    names = [meter.name for meter in settings.meters]
    if name is not None and name not in names:
        fail(f"the settings have no meter '{name}'; they have {', '.join(names)}")
    if mac is None:
        return _Named(name, None)
    meter = meter_id(mac)
    if meter is None:
        fail(f"'{mac}' is no MAC; it has twelve hexadecimal digits")
    if name is None:
        fail("--mac needs --meter")
    return _Named(name, meter)


async def _import(
    settings: "Settings", source: _Source, named: _Named, names: set[str | None]
) -> Booked:
    from wattledger.app import opened
    from wattledger.energy.clock import SystemClock

    async with opened(settings, SystemClock()) as parts:
        meters = await _known_meters(parts, settings, named)
        owners = {name: _owner(name or named.name, meters) for name in names}
        total = Booked()
        for batch in source.batches("Booking"):
            entries = [Entry(owners[line.meter], line.record, Origin.IMPORTED) for line in batch]
            booked = await parts.store.journal.book(entries, parts.clock.now_s())
            total = _added(total, booked)
        click.echo("Adding up the days", err=True)
        while await parts.store.journal.settle(parts.clock.now_s()):
            pass
        return total


async def _known_meters(parts: "Parts", settings: "Settings", named: _Named) -> dict[str, MeterId]:
    """MACs by name; binds the one that the command line gives."""
    bindings = await parts.store.books.bindings()
    known = {binding.name: binding.meter for binding in bindings}
    if named.name is None or named.meter is None:
        return known
    holder = next((binding for binding in bindings if binding.meter == named.meter), None)
    if holder is not None and holder.name != named.name:
        fail(f"the books know {named.meter} as '{holder.name}', not as '{named.name}'")
    if holder is not None:  # perhaps the one that was replaced
        return {**known, named.name: named.meter}
    host = next(meter.host for meter in settings.meters if meter.name == named.name)
    identity = MeterIdentity(named.meter, model="", firmware="", profile="", name=None)
    bindings = (*bindings, Binding(named.name, host, named.meter))
    await parts.store.journal.keep_identity(identity, bindings)
    await parts.desk.open(parts.store.journal)
    return {binding.name: binding.meter for binding in bindings}


def _owner(name: str | None, meters: dict[str, MeterId]) -> MeterId:
    if not name:
        fail("whose minutes are these? The file has no column 'meter': say --meter")
    if name not in meters:
        fail(
            f"the books do not know the meter '{name}' yet: let the server meet it once, "
            f"or say --meter {name} --mac ..."
        )
    return meters[name]


def _added(one: Booked, other: Booked) -> Booked:
    return Booked(
        one.booked + other.booked,
        one.known + other.known,
        one.contradicted + other.contradicted,
        one.parked + other.parked,
    )


def _settings(config: Path | None) -> "Settings":
    from wattledger.settings_file import find_settings, read_settings

    return read_settings(find_settings(config))
