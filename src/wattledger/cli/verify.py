"""`verify`: looks through the whole store for damage on the disk."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import failures_told
from wattledger.cli.serving import config_option

if TYPE_CHECKING:
    from wattledger.energy.period import Calendar
    from wattledger.store.verify import Told, Verified

DAMAGED = 1
WHAT_NOW = (
    "No answer has a number of these: they are null. The server sets damaged hours aside when that "
    "time is asked for, and within a week by itself, and fetches them again from the meter or from "
    "MongoDB; sums are made anew. A disk that damages files may be about to fail: copy the "
    "store to another one with 'wattledger backup'."
)


@click.command(short_help="Look through the store for damage on the disk.")
@config_option
def verify(config: Path | None) -> None:
    """Look through every hour, sum and gap of the store, and say what is damaged.

    Nothing is changed, and the server may run meanwhile. Ends with status 0 when all is well, with
    1 when something is damaged.
    """
    from wattledger.settings_file import find_settings, read_settings
    from wattledger.store.file_copy import check
    from wattledger.store.verify import verify as look_through

    with failures_told():
        settings = read_settings(find_settings(config))
        path = Path(settings.store.path).absolute().resolve()
        check(path)
        with _progress() as told:
            found = look_through(path, told)
    for line in _lines(found, settings.home.calendar):
        click.echo(line)
    if not found.is_sound:
        click.echo(fill(WHAT_NOW, 90))
        sys.exit(DAMAGED)
    click.echo("All is well: every hour and every sum is as it was booked.")


def _lines(found: "Verified", calendar: "Calendar") -> Iterator[str]:
    for meter, spans in found.damaged.items():
        for span in spans:
            yield f"{meter}: the hour from {calendar.text(span.start)} is damaged"
    if found.unsealed:
        yield f"sums, lists of gaps or counter readings that are damaged: {found.unsealed}"
    if found.tables:
        tables = ", ".join(found.tables)
        yield f"tables that can't be read, or that are not what was written: {tables}"
    for meter, spans in found.set_aside.items():
        minutes = sum(span.length_s for span in spans) // 60
        yield f"{meter}: {minutes} minutes were set aside before, and are not fetched again yet"


@contextmanager
def _progress() -> "Iterator[Told]":
    """A bar where somebody looks."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=1000, label="Looking through", file=sys.stderr) as bar:
        yield lambda done: bar.update(round(done * 1000) - bar.pos)
