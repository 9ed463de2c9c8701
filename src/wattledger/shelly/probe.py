"""Who is there, and what it measures: questions to an address, outside of any run."""

from dataclasses import dataclass

from wattledger.energy.clock import SystemClock
from wattledger.energy.errors import ProtocolError
from wattledger.energy.meter import MeterIdentity
from wattledger.energy.reading import PowerReading
from wattledger.shelly.connect import opened
from wattledger.shelly.digest import Login
from wattledger.shelly.frame import Frame
from wattledger.shelly.identify import get_acquainted
from wattledger.shelly.json_values import text_or_none
from wattledger.shelly.measured_phases import MeasuredPhases
from wattledger.shelly.meter_clock import MeterClock
from wattledger.shelly.power_reading import reading_from
from wattledger.shelly.profile import TRIPHASE, meter_id_of
from wattledger.shelly.timeouts import Timing

_PRO_3EM = "SPEM-003"
"""How the number of every Pro 3EM begins, whatever its clamps: the Pro EM 50 is SPEM-002."""
_TIMING = Timing()


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a meter tells everybody, with a password or without; the profile is what it claims."""

    identity: MeterIdentity
    wants_password: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """A meter, and what it measured when it was looked at."""

    identity: MeterIdentity
    reading: PowerReading


async def greet(host: str) -> Greeting:
    """Which Pro 3EM is at `host` (or host:port). Raises MeterError; ProtocolError for others."""
    login = Login("", _TIMING)
    async with opened(host, login, _no_frames, SystemClock(), _TIMING) as link:
        device = (await link.call("Shelly.GetDeviceInfo")).result
    model = text_or_none(device.get("model")) or "unknown"
    identity = MeterIdentity(
        meter=meter_id_of(device),
        model=model,
        firmware=text_or_none(device.get("ver")) or "unknown",
        profile=text_or_none(device.get("profile")) or TRIPHASE.profile,
        name=text_or_none(device.get("name")),
    )
    if not model.startswith(_PRO_3EM):
        raise ProtocolError(f"this is no Pro 3EM: it calls itself {model}")
    return Greeting(identity, wants_password=device.get("auth_en") is True)


async def look_at(host: str, password: str | None = None) -> Sight:
    """Who answers at `host`, and its power now. Raises MeterError."""
    login, clock = Login(password or "", _TIMING), SystemClock()
    async with opened(host, login, _no_frames, clock, _TIMING) as link:
        known = await get_acquainted(link, MeterClock())
        method = f"{known.words.power}.GetStatus"
        # One after the other: nobody listens to this connection but the one call that waits.
        answers = [await link.call(method, {"id": channel}) for channel in known.words.channels]
        measured_phases = MeasuredPhases(known.words.without_channel)
        reading, _ = reading_from(answers, known, measured_phases, clock)
        return Sight(known.identity, reading)


async def identify(host: str, password: str | None = None) -> MeterIdentity:
    """Who answers at `host` (or host:port). Raises MeterError."""
    login = Login(password or "", _TIMING)
    async with opened(host, login, _no_frames, SystemClock(), _TIMING) as link:
        return (await get_acquainted(link, MeterClock())).identity


def _no_frames(frame: Frame, received_s: float) -> None:
    del frame, received_s
