"""`tariff check`: what a table of tariffs means, or all that is wrong with it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import UNUSABLE, failures_told

if TYPE_CHECKING:
    from wattledger.energy.tariff import Tariff


@click.group(short_help="What electricity costs: look a table over.")
def tariff() -> None:
    """Tables of what is paid and earned per kWh, per month and per kW."""


@tariff.command(short_help="Say what a table means, or all its faults.")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Read the table FILE and say what it means for a week, or all that is wrong with it.

    Ends with status 2 where something is: each fault is told with its line.
    """
    from wattledger.cli.tariff_in_words import in_words
    from wattledger.energy.clock import SystemClock

    with failures_told():
        table = _read(file)
        for line in in_words(table, SystemClock().now_s()):
            click.echo(line)


def _read(file: Path) -> "Tariff":
    """The table; where it has faults they are told, and this ends."""
    from wattledger.energy.clean_text import clean
    from wattledger.energy.errors import BadSettings
    from wattledger.file_formats.tariff_file import read_tariff

    try:
        return read_tariff(file)
    except BadSettings as error:
        for fault in error.faults:
            click.echo(clean(fault, 1_000), err=True)
        sys.exit(UNUSABLE)
