"""Which meters there are: those that announce themselves, and those whose address is given."""

import asyncio
from collections.abc import Iterable, Sequence

import click

from wattledger.cli.failures import fail
from wattledger.cli.setup.prompt import answered
from wattledger.energy.clean_text import clean
from wattledger.energy.errors import MeterError
from wattledger.setup.answers import host_of
from wattledger.setup.meter_discovery import LISTEN_S, Met, greeted_in_network, meter_at, twin

MOST_ASKED = 2
"""At the mains and at the plant; further ones are written into the settings."""


def meet(hosts: Sequence[str]) -> list[Met]:
    """The meters at these addresses, or, without any, those of the network and of the person."""
    if hosts:
        return named(hosts)
    click.echo(f"Looking for meters in your network, {LISTEN_S:.0f} s ...")
    met = _found()
    click.echo(_count(len(met)))
    while len(met) < MOST_ASKED:
        one = _asked(met)
        if one is None:
            break
        met.append(one)
    return met


def named(hosts: Iterable[str]) -> list[Met]:
    """Those at addresses, as a browser has them too; fails where one is none."""
    met: list[Met] = []
    for typed in hosts:
        try:
            host = host_of(typed)
        except ValueError as error:
            fail(f"{typed}: {error}")
        one = asyncio.run(meter_at(host))
        if isinstance(one, MeterError):
            fail(f"{host}: {one}")
        if other := twin(one, met):
            fail(f"{other.host} and {host} lead to one meter, {one.identity.meter}")
        met.append(one)
    return met


def _found() -> list[Met]:
    """Each once, however often it announces itself; told of who announces and does not answer."""
    met: list[Met] = []
    for host, one in asyncio.run(greeted_in_network()):
        if isinstance(one, MeterError):
            click.echo(f"  {host} announces itself, but: {clean(str(one))}")
        elif not twin(one, met):
            met.append(one)
    return met


def _count(number: int) -> str:
    if not number:
        return (
            "None was found. That may be the network: not every one carries such questions.\n"
            "The Shelly app and your router know the address of each meter."
        )
    return "Found one meter." if number == 1 else f"Found {number} meters."


def _asked(met: Sequence[Met]) -> Met | None:
    """One whose address the person gives; None when there is no other."""
    question = "Address of another meter (Enter: there is none)" if met else "Address of a meter"
    check = answered(lambda answer: host_of(answer) if answer.strip() else "")
    while True:
        host = click.prompt(
            question,
            default="" if met else None,
            show_default=False,
            value_proc=check,
        )
        if not host:
            return None
        one = asyncio.run(meter_at(host))
        if isinstance(one, MeterError):
            click.echo(f"  {host}: {clean(str(one))}")
        elif other := twin(one, met):
            click.echo(
                f"  {host} leads to the meter at {other.host}, which is on the list already."
            )
        else:
            return one
