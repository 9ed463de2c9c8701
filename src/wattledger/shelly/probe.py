"""Who is there: a question to an address, outside of any run."""

from wattledger.energy.clock import SystemClock
from wattledger.energy.meter import MeterIdentity
from wattledger.shelly.acquaint import get_acquainted
from wattledger.shelly.digest import Login
from wattledger.shelly.frame import Frame
from wattledger.shelly.meter_clock import MeterClock
from wattledger.shelly.opening import opened
from wattledger.shelly.timing import Timing

_TIMING = Timing()


async def identify(host: str, password: str | None = None) -> MeterIdentity:
    """Who answers at `host` (or host:port). Raises MeterError."""
    login = Login(password or "", _TIMING)
    async with opened(host, login, _no_frames, SystemClock(), _TIMING) as link:
        return (await get_acquainted(link, MeterClock())).identity


def _no_frames(frame: Frame, received_s: float) -> None:
    del frame, received_s
