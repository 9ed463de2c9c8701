"""A recording of what one meter says, made to be shared: a fixture for tests."""

import asyncio
from collections.abc import Callable, Mapping

from wattledger.energy.clock import SystemClock
from wattledger.energy.errors import MeterRefused, MeterUnreachable
from wattledger.shelly.connect import opened
from wattledger.shelly.connection import Connection
from wattledger.shelly.digest import Login
from wattledger.shelly.identify import get_acquainted
from wattledger.shelly.meter_clock import MeterClock
from wattledger.shelly.profile import Acquaintance
from wattledger.shelly.redact import Redactor
from wattledger.shelly.rpc_frame import Frame
from wattledger.shelly.timeouts import Timing

Report = Callable[[str], None]
"""Told what is being asked, in words for a person."""

_HISTORY_S = 3600
_NETTING_S = 900
_TIMING = Timing()


async def record_fixture(
    host: str, password: str | None, seconds: float, report: Report
) -> dict[str, object]:
    """What the meter answers and pushes, without what tells whose it is. Raises MeterError."""
    recording = await record_meter(host, password, seconds, report)
    address = host.rpartition(":")[0] or host
    redacted = Redactor(recording, [host, address, password or ""]).redacted(recording)
    return redacted if isinstance(redacted, dict) else {}


async def record_meter(
    host: str, password: str | None, seconds: float, report: Report
) -> dict[str, object]:
    """What the meter answers and pushes, with all that tells whose it is. Raises MeterError.

    `calls` holds each question with its result or error, `frames` what came by itself in `seconds`,
    with the time of its receipt since the first question.
    """
    clock = SystemClock()
    began_s = clock.monotonic_s()
    frames: list[dict[str, object]] = []

    def keep(frame: Frame, received_s: float) -> None:
        frames.append({"received_after_s": round(received_s - began_s, 3), "frame": frame})

    login = Login(password or "", _TIMING)
    async with opened(host, login, keep, clock, _TIMING) as link:
        meter_clock = MeterClock()
        meter = await get_acquainted(link, meter_clock)
        calls = await _asked(link, meter, meter_clock.now_s(clock.monotonic_s()), report)
        report(f"listening for {seconds:g} s")
        await _listen(link, seconds)
    return {"calls": calls, "frames": frames}


async def _asked(
    link: Connection, meter: Acquaintance, device_s: float | None, report: Report
) -> list[dict[str, object]]:
    calls: list[dict[str, object]] = []
    for method, params in _questions(meter, int(device_s or 0)):
        if not calls or calls[-1]["method"] != method:
            report(method)
        call: dict[str, object] = {"method": method, "params": params}
        try:
            call["result"] = (await link.call(method, params, timeout_s=_TIMING.page_s)).result
        except (MeterUnreachable, MeterRefused) as error:
            call["error"] = str(error)
        calls.append(call)
    return calls


def _questions(meter: Acquaintance, device_s: int) -> list[tuple[str, Mapping[str, object] | None]]:
    words = meter.words
    since = max(0, device_s - device_s % _NETTING_S - _HISTORY_S)
    asked_of_each: tuple[tuple[str, dict[str, object]], ...] = (
        (f"{words.power}.GetStatus", {}),
        (f"{words.energy}.GetStatus", {}),
        (f"{words.energy}.GetRecords", {"ts": 0}),
        (f"{words.energy}.GetData", {"ts": since}),
        (f"{words.energy}.GetNetEnergies", {"ts": since, "period": _NETTING_S}),
    )
    return [
        ("Shelly.GetDeviceInfo", None),
        ("Shelly.ListMethods", None),
        ("Shelly.GetConfig", None),
        ("Shelly.GetStatus", None),
        *(
            (method, {"id": channel, **more})
            for method, more in asked_of_each
            for channel in words.channels
        ),
    ]


async def _listen(link: Connection, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await link.listen()
    except TimeoutError:
        return
