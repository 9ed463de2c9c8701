"""The first questions on a new connection: who are you, what can you do, what do you measure."""

from wattledger.energy.plausibility import number_or_none
from wattledger.shelly.connection import Connection
from wattledger.shelly.json_values import fields_or_none
from wattledger.shelly.meter_clock import MeterClock
from wattledger.shelly.profile import Acquaintance, acquaintance_from
from wattledger.shelly.rpc_frame import Declined, Frame


async def get_acquainted(link: Connection, meter_clock: MeterClock) -> Acquaintance:
    """Asked one after the other, so that one challenge serves them all. Raises MeterError."""
    device = (await link.call("Shelly.GetDeviceInfo")).result
    methods = await _listed_methods(link)
    status = await link.call("Shelly.GetStatus")
    system = fields_or_none(status.result.get("sys"))
    if system is not None:
        meter_clock.told(number_or_none(system.get("unixtime")), status.received_s)
    return acquaintance_from(device, methods, status.result)


async def _listed_methods(link: Connection) -> Frame:
    try:
        return (await link.call("Shelly.ListMethods")).result
    except Declined as declined:
        if declined.is_unknown:
            return {}
        raise


async def ask_time(link: Connection, meter_clock: MeterClock) -> None:
    """Lets the meter's clock be known even when no frame is stamped."""
    try:
        answer = await link.call("Sys.GetStatus")
    except Declined:
        return
    meter_clock.told(number_or_none(answer.result.get("unixtime")), answer.received_s)
