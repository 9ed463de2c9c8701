"""Who is there, and what it measures: questions to an address, outside of any run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NoReturn

from wattledger.energy.clock import SystemClock
from wattledger.energy.fault import Fault
from wattledger.energy.meter import PHASES, MeterIdentity
from wattledger.energy.meter_model import model_of
from wattledger.energy.power_reading import PowerReading
from wattledger.shelly.connect import opened
from wattledger.shelly.digest import Login
from wattledger.shelly.identify import get_acquainted
from wattledger.shelly.json_values import Fields, text_or_none
from wattledger.shelly.measured_phases import MeasuredPhases
from wattledger.shelly.meter_clock import MeterClock
from wattledger.shelly.power_reading import reading_from
from wattledger.shelly.profile import meter_id_of, words_of
from wattledger.shelly.rpc_frame import Frame
from wattledger.shelly.timeouts import Timing

_TIMING = Timing()


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a meter tells everybody, with a password or without; the profile is what it claims, else
    that of its model, or of what it shows.
    """

    identity: MeterIdentity
    wants_password: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """A meter, what it measured when it was looked at, and on which of the phases it does."""

    identity: MeterIdentity
    reading: PowerReading
    phases: tuple[str, ...] = PHASES
    notes: tuple[Fault, ...] = ()


async def greet(host: str) -> Greeting:
    """Which meter is at `host` (or host:port). Raises MeterError; ProtocolError for what is none,
    unless it has a password and only says so when that is given.
    """
    login = Login("", _TIMING)
    async with opened(host, login, _no_frames, SystemClock(), _TIMING) as link:
        device = (await link.call("Shelly.GetDeviceInfo")).result
        model = text_or_none(device.get("model")) or "unknown"
        wants_password = device.get("auth_en") is True
        profile = _profile_of(model, device)
        if model_of(model) is None and not wants_password:
            profile = words_of(device, (await link.call("Shelly.GetStatus")).result).profile
    identity = MeterIdentity(
        meter=meter_id_of(device),
        model=model,
        firmware=text_or_none(device.get("ver")) or "unknown",
        profile=profile,
        name=text_or_none(device.get("name")),
    )
    return Greeting(identity, wants_password)


def _profile_of(model: str, device: Fields) -> str:
    known = model_of(model)
    usual = known.profiles[0] if known else "unknown"
    return text_or_none(device.get("profile")) or usual


async def look_at(host: str, password: str | None = None) -> Sight:
    """Who answers at `host`, and its power now. Raises MeterError."""
    async with _seen(host, password) as look:
        return await look()


async def watch(
    host: str, password: str, every_s: float, seen: Callable[[Sight], None]
) -> NoReturn:
    """The same again and again over one connection, each told to `seen`. Raises MeterError."""
    async with _seen(host, password) as look:
        while True:
            seen(await look())
            await asyncio.sleep(every_s)


@asynccontextmanager
async def _seen(host: str, password: str | None) -> AsyncIterator[Callable[[], Awaitable[Sight]]]:
    """What looks at the meter; it is met once. Raises MeterError."""
    login, clock = Login(password or "", _TIMING), SystemClock()
    async with opened(host, login, _no_frames, clock, _TIMING) as link:
        known = await get_acquainted(link, MeterClock())
        method = f"{known.words.power}.GetStatus"
        measured_phases = MeasuredPhases(known.words.without_channel)

        async def look() -> Sight:
            # One after the other: nobody listens to this connection but the one call that waits.
            answers = [await link.call(method, {"id": channel}) for channel in known.words.channels]
            reading, _ = reading_from(answers, known, measured_phases, clock)
            return Sight(known.identity, reading, measured_phases.measured, known.notes)

        yield look


async def identify(host: str, password: str | None = None) -> MeterIdentity:
    """Who answers at `host` (or host:port). Raises MeterError."""
    login = Login(password or "", _TIMING)
    async with opened(host, login, _no_frames, SystemClock(), _TIMING) as link:
        return (await get_acquainted(link, MeterClock())).identity


def _no_frames(frame: Frame, received_s: float) -> None:
    del frame, received_s
