"""`probe` and `record`: look at one meter without booking anything."""

import asyncio
import contextlib
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wattledger.cli.failures import failures_told
from wattledger.cli.output_file import check_output, overwrite_option, written
from wattledger.energy.booking_entry import Entry
from wattledger.energy.clean_text import clean
from wattledger.energy.errors import MeterError, MeterRefused, MeterUnreachable
from wattledger.energy.fault import Fault
from wattledger.energy.meter import PHASES, MeterIdentity, MeterLabel, Role
from wattledger.energy.meter_model import model_words
from wattledger.energy.power_reading import PowerReading
from wattledger.energy.record import Counters

if TYPE_CHECKING:
    from wattledger.shelly.meter import ShellyMeter

CONNECT_S = 10.0

password_option = click.option(
    "--password",
    envvar="WATTLEDGER_PASSWORD",
    help="The meter's admin password, when it has one; better in WATTLEDGER_PASSWORD.",
)


@click.command(short_help="Print what a meter measures, each second.")
@click.argument("host")
@password_option
@click.option("--seconds", type=click.IntRange(1), help="Stop by itself after so many readings.")
def probe(host: str, password: str | None, seconds: int | None) -> None:
    """Print what the meter at HOST measures, once a second, until interrupted."""
    with failures_told(), contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_probe(host, password, seconds))


async def _probe(host: str, password: str | None, seconds: int | None) -> None:
    from wattledger.energy.clock import SystemClock
    from wattledger.shelly.meter import ShellyMeter
    from wattledger.shelly.probe import identify

    try:
        _print_identity(await identify(host, password))
    except MeterError as error:
        raise MeterUnreachable(f"{host}: {error}{_hint(error, password)}") from error
    meter = ShellyMeter(MeterLabel.of("probe", Role.GRID), host, password, SystemClock())
    listener = _Greeter()
    async with asyncio.TaskGroup() as tasks:
        link = tasks.create_task(meter.run(listener), name="link")
        try:
            async with asyncio.timeout(CONNECT_S):
                await listener.met.wait()
        except TimeoutError:
            raise MeterUnreachable(f"{host}: {_words(meter.faults)}") from None
        for fault in meter.faults:
            click.echo(f"note: {clean(fault.detail)}")
        await _print_readings(meter, seconds)
        link.cancel()


def _words(faults: Sequence[Fault]) -> str:
    return ", ".join(fault.detail for fault in faults)


def _hint(error: MeterError, password: str | None) -> str:
    """What to do where the meter is locked."""
    if not isinstance(error, MeterRefused):
        return ""
    if password:
        return ". Is it the meter's admin password, as set under Settings, Authentication?"
    return ": put it into WATTLEDGER_PASSWORD, or say --password"


async def _print_readings(meter: "ShellyMeter", seconds: int | None) -> None:
    phases = meter.phases or PHASES
    click.echo(
        f"{'':>8}{'total W':>10}"
        + "".join(f"{phase + ' W':>10}{'V':>7}{'A':>8}{'PF':>6}" for phase in phases)
    )
    count = 0
    while seconds is None or count < seconds:
        if count:
            await asyncio.sleep(1)
        click.echo(_line(count, await meter.read_power(5.0), phases))
        count += 1


class _Greeter:
    """Notes that the link is up; what the meter says by itself is for those who keep books."""

    def __init__(self) -> None:
        self.met = asyncio.Event()

    def connected(self, identity: MeterIdentity) -> None:
        self.met.set()

    def disconnected(self, reason: str) -> None:
        if reason != "stopped":
            click.echo(f"connection lost: {clean(reason)}", err=True)

    def pushed(self, entries: Sequence[Entry]) -> None:
        pass

    def counted(self, counters: Counters) -> None:
        pass


def _print_identity(identity: MeterIdentity) -> None:
    name = f" '{identity.name}'" if identity.name else ""
    click.echo(
        f"{model_words(identity.model)}{name}, MAC {identity.meter}, "
        f"firmware {identity.firmware}, "
        f"{identity.profile}"
    )


def _line(count: int, reading: PowerReading, measured: Collection[str]) -> str:
    phases = "".join(
        f"{_number(phase.active_power_w, 10, 1)}{_number(phase.voltage_v, 7, 1)}"
        f"{_number(phase.current_a, 8, 3)}{_number(phase.power_factor, 6, 2)}"
        for name, phase in zip(PHASES, reading.phases, strict=True)
        if name in measured
    )
    errors = f"  {', '.join(reading.errors)}" if reading.errors else ""
    return f"{count:>6} s{_number(reading.active_power_w, 10, 1)}{phases}{errors}"


def _number(value: float | None, width: int, digits: int) -> str:
    return f"{'–':>{width}}" if value is None else f"{value:>{width}.{digits}f}"


@click.command(short_help="Make a fixture of a meter for the tests.")
@click.argument("host")
@password_option
@click.option(
    "--seconds",
    default=120,
    show_default=True,
    type=click.IntRange(1, 3600),
    help="How long to listen to what the meter sends by itself.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write; else standard output.",
)
@overwrite_option
def record(
    host: str, password: str | None, seconds: int, output: Path | None, *, overwrite: bool
) -> None:
    """Make a fixture of the meter at HOST: its answers and frames, without names and addresses."""
    from wattledger.shelly.fixture_recorder import record_fixture

    with failures_told():
        check_output(output, overwrite=overwrite)
        with written(output) as file:  # better known now than after two minutes
            fixture = asyncio.run(
                record_fixture(host, password, seconds, lambda words: click.echo(words, err=True))
            )
            file.write(json.dumps(fixture, indent=1, ensure_ascii=True) + "\n")
        if output is not None:
            click.echo(f"Written to {output}. Read it before you share it.", err=True)
