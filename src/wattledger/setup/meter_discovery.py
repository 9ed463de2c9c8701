"""Meters that have answered: those that announce themselves, and those whose address is given."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from wattledger.energy.errors import MeterError
from wattledger.energy.meter import MeterIdentity
from wattledger.shelly.discovery import announced
from wattledger.shelly.probe import Greeting, greet

LISTEN_S = 3.0


@dataclass(frozen=True, slots=True)
class Met:
    """A meter that has answered, and where."""

    host: str
    greeting: Greeting

    @property
    def identity(self) -> MeterIdentity:
        return self.greeting.identity


async def meter_at(host: str) -> Met | MeterError:
    """The one that answers there, or why there is none."""
    try:
        return Met(host, await greet(host))
    except MeterError as error:
        return error


async def greeted(hosts: Iterable[str]) -> list[tuple[str, Met | MeterError]]:
    """Each with its meter, or why there is none; asked side by side."""
    asked = list(hosts)
    return list(zip(asked, await asyncio.gather(*map(meter_at, asked)), strict=True))


async def greeted_in_network() -> list[tuple[str, Met | MeterError]]:
    """Those that announce themselves."""
    return await greeted(await announced(LISTEN_S))


def twin(one: Met, met: Iterable[Met]) -> Met | None:
    """The same meter under another address."""
    return next((other for other in met if other.identity.meter == one.identity.meter), None)
