"""`import`: minutes as CSV into the books, while the server is stopped: one process holds them.

All of the file is read first: a fault at its end leaves nothing half booked, and whoever gave it
sees what it holds before anything is booked.
"""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import fail, failures_told
from wattledger.cli.serving import config_option
from wattledger.energy.booking_entry import Booked, Entry
from wattledger.energy.clean_text import MOST_IN_A_NAME, clean
from wattledger.energy.meter import MeterId, MeterIdentity, meter_id
from wattledger.energy.meter_binding import Binding
from wattledger.energy.record import Origin

if TYPE_CHECKING:
    from wattledger.composition.home import Parts
    from wattledger.file_formats.minute_csv_reader import Line
    from wattledger.file_formats.minute_csv_summary import Part, Summary
    from wattledger.settings import Settings

BATCH = 10_000
NOT_BOOKED = 1


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
@click.option(
    "--decimal",
    type=click.Choice(["point", "comma"]),
    help="What parts the fraction of its numbers, when 1.234 or 1,234 does not tell.",
)
@click.option("--yes", "-y", is_flag=True, help="Book it without asking, also where it looks odd.")
def import_minutes(
    config: Path | None,
    file: Path,
    meter: str | None,
    mac: str | None,
    *,
    yes: bool,
    **how: str | None,
) -> None:
    """Book the minutes or quarters of a CSV FILE; what is booked already stays as it is.

    Columns: start (RFC 3339 with an offset, or epoch seconds), period_s, meter, and energies in Wh
    as the meter counts them: imported_wh and exported_wh, or imported_a_wh ... exported_c_wh. What
    the file holds is shown first, and asked about on a terminal. Of a file with a fault nothing is
    booked. Importing a file twice changes nothing the second time.
    """
    with failures_told():
        settings = _settings(config)
        named = _named(settings, meter, mac)
        period = int(how["period"]) if how["period"] else None
        source = _Source(file, period, how["decimal"], file.stat().st_size)
        summary = source.summary(settings)
        owners = asyncio.run(_owners(settings, named, set(summary.parts)))
        _show(summary, settings, named)
        _confirm(list(summary.doubts(settings.site.main_fuse_a)), yes=yes)
        booked = asyncio.run(_import(settings, source, named, owners))
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
    decimal: str | None
    size_bytes: int

    def lines(self) -> "Iterator[Line]":
        from wattledger.file_formats.energy_number import Mark
        from wattledger.file_formats.minute_csv_reader import read_minutes

        return read_minutes(self.file, self.period_s, Mark(self.decimal) if self.decimal else None)

    def batches(self, label: str) -> "Iterator[list[Line]]":
        """All of it, a stretch at a time, with its progress on standard error. Raises BadFile."""
        lines = self.lines()
        with click.progressbar(length=self.size_bytes, label=label, file=sys.stderr) as bar:
            while batch := list(islice(lines, BATCH)):
                yield batch
                bar.update(batch[-1].bytes_read - bar.pos)
            bar.update(self.size_bytes - bar.pos)

    def summary(self, settings: "Settings") -> "Summary":
        """Years of minutes are more than a small computer can hold. Raises BadFile."""
        from wattledger.file_formats.minute_csv_summary import Summary

        summary = Summary(settings.home.calendar)
        for batch in self.batches("Checking"):
            for line in batch:
                summary.add(line)
        return summary


@dataclass(frozen=True, slots=True)
class _Named:
    """The meter that the command line names: its name, and its MAC where that is given."""

    name: str | None
    meter: MeterId | None


def _named(settings: "Settings", name: str | None, mac: str | None) -> _Named:
    names = [meter.name for meter in settings.meters]
    if name is not None and name not in names:
        shown = clean(name, MOST_IN_A_NAME)
        fail(f"the settings have no meter '{shown}'; they have {', '.join(names)}")
    if mac is None:
        return _Named(name, None)
    meter = meter_id(mac)
    if meter is None:
        fail(f"'{clean(mac, MOST_IN_A_NAME)}' is no MAC; it has twelve hexadecimal digits")
    if name is None:
        fail("--mac needs --meter")
    return _Named(name, meter)


def _show(summary: "Summary", settings: "Settings", named: _Named) -> None:
    """By meter and month, in kWh: a number that is a thousand times too small is seen there."""
    for name, part in summary.parts.items():
        _tell(f"{clean(name or named.name or '', MOST_IN_A_NAME)}: {_span(part, settings)}")
        for month, tally in sorted(part.months.items()):
            imported, exported = _words(tally.imported_dmwh), _words(tally.exported_dmwh)
            _tell(f"  {month}  imported {imported}, exported {exported}")


def _words(energy_dmwh: int) -> str:
    return f"{energy_dmwh / 1e7:.3f} kWh"


def _span(part: "Part", settings: "Settings") -> str:
    first, last = (
        settings.home.calendar.text(at)[:16].replace("T", " ") for at in (part.start, part.end)
    )
    return f"{part.records} records, {part.total.seconds // 60} minutes, {first} to {last}"


def _confirm(doubts: list[str], *, yes: bool) -> None:
    """Asks where somebody is there to answer; without a terminal only what is odd is refused."""
    for doubt in doubts:
        _tell(f"ODD: {doubt}")
    if yes:
        return
    if sys.stdin.isatty() and sys.stderr.isatty():
        if not click.confirm("Book it", default=not doubts, err=True):
            fail("nothing was booked", status=NOT_BOOKED)
    elif doubts:
        fail("nothing was booked: look at what is odd, and say --yes if it is right all the same")


def _tell(text: str) -> None:
    click.echo(text, err=True)


async def _owners(
    settings: "Settings", named: _Named, names: set[str | None]
) -> dict[str | None, MeterId]:
    """Whose minutes those are; nothing is written."""
    from wattledger.composition.home import opened
    from wattledger.energy.clock import SystemClock

    async with opened(settings, SystemClock()) as parts:
        bindings = await parts.store.books.bindings()
    known = {binding.name: binding.meter for binding in bindings}
    if named.name is not None and named.meter is not None:
        holder = next((binding for binding in bindings if binding.meter == named.meter), None)
        if holder is not None and holder.name != named.name:
            fail(f"the books know {named.meter} as '{holder.name}', not as '{named.name}'")
        known[named.name] = named.meter
    return {name: _owner(name or named.name, known) for name in names}


def _owner(name: str | None, meters: dict[str, MeterId]) -> MeterId:
    if not name:
        fail("whose minutes are these? The file has no column 'meter': say --meter")
    if name not in meters:
        shown = clean(name, MOST_IN_A_NAME)
        fail(
            f"the books do not know the meter '{shown}' yet: let the server meet it once, "
            f"or say --meter {shown} --mac ..."
        )
    return meters[name]


async def _import(
    settings: "Settings", source: _Source, named: _Named, owners: dict[str | None, MeterId]
) -> Booked:
    from wattledger.composition.home import opened
    from wattledger.energy.clock import SystemClock

    async with opened(settings, SystemClock()) as parts:
        await _introduce(parts, settings, named)
        total = Booked()
        for batch in source.batches("Booking"):
            entries = [Entry(owners[line.meter], line.record, Origin.IMPORTED) for line in batch]
            booked = await parts.store.journal.book(entries, parts.clock.now_s())
            total = _added(total, booked)
        _tell("Adding up the days")
        while await parts.store.journal.maintain(parts.clock.now_s()):
            pass
        return total


async def _introduce(parts: "Parts", settings: "Settings", named: _Named) -> None:
    """Binds the meter that the command line gives, unless the books know it."""
    bindings = await parts.store.books.bindings()
    known = {binding.meter for binding in bindings}
    if named.name is None or named.meter is None or named.meter in known:
        return
    host = next(meter.host for meter in settings.meters if meter.name == named.name)
    identity = MeterIdentity(named.meter, model="", firmware="", profile="", name=None)
    bindings = (*bindings, Binding(named.name, host, named.meter))
    await parts.store.journal.keep_identity(identity, bindings)
    await parts.registry.open(parts.store.journal)


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
