"""Whatever a meter puts into any field of any frame: our own errors only, and clean texts."""

import asyncio
import copy
import json
import math
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shelly.kit import NOON, captured, fetched, running
from tests.shelly.scripted import DEVICE, Raw, Script, scripted
from wattledger.energy.errors import MeterError
from wattledger.energy.plausibility import MAX_PHASE_POWER_W
from wattledger.energy.record import check_record
from wattledger.energy.spans import Span
from wattledger.shelly.meter import ShellyMeter

STATUS = captured("matterbridge-shelly/shellypro3em-A0DD6CA0C27C.triphase.json")["status"]
MONOPHASE = captured("matterbridge-shelly/shellypro3em-A0DD6CA0C27C.monophase.json")["status"]
KEYS = captured("keys.json")
BLOCK = {"ts": NOON - 60, "period": 60, "values": [[0.5] * len(KEYS["EMData"])]}
CHANNEL_BLOCK = BLOCK | {"values": [[0.5] * len(KEYS["EM1Data"])]}
LISTED = {"data_blocks": [{"ts": NOON - 600, "period": 60, "records": 10}]}
SYSTEM = {"unixtime": NOON + 30, "uptime": 5_000}
COMMON = {"Shelly.ListMethods": {"methods": []}, "Sys.GetStatus": SYSTEM}
TRIPHASE_SAYS: dict[str, Any] = {
    **COMMON,
    "Shelly.GetDeviceInfo": DEVICE,
    "Shelly.GetStatus": STATUS | {"sys": SYSTEM},
    "EM.GetStatus": STATUS["em:0"],
    "EMData.GetStatus": STATUS["emdata:0"],
    "EMData.GetData": {"keys": KEYS["EMData"], "data": [BLOCK], "next_record_ts": NOON},
    "EMData.GetRecords": LISTED,
}
MONOPHASE_SAYS: dict[str, Any] = {
    **COMMON,
    "Shelly.GetDeviceInfo": DEVICE | {"profile": "monophase"},
    "Shelly.GetStatus": MONOPHASE | {"sys": SYSTEM},
    "EM1.GetStatus": MONOPHASE["em1:0"],
    "EM1Data.GetStatus": MONOPHASE["em1data:0"],
    "EM1Data.GetData": {"keys": KEYS["EM1Data"], "data": [CHANNEL_BLOCK]},
    "EM1Data.GetRecords": LISTED,
}
PUSHES: list[dict[str, Any]] = [
    captured("eddie-aiida/notifyevent_emdata_data.json"),
    captured("eddie-aiida/notifystatus_emdata0.json"),
    captured("eddie-aiida/notifystatus_em0.json"),
    {"method": "NotifyStatus", "params": {"ts": NOON + 1.0, "em:0": {"a_errors": ["x"]}}},
]
JUNK: list[Any] = [
    *(None, True, False, "", "NaN", [], {}, [[]], {"a": 1}, [None] * 9, ["x"] * 200),
    *(0, -1, 5e-324, -0.0001, 1.7e308, -9e9, 10**400, -(10**400), 2**53, 4e9, 1e18, math.pi),
    *(NOON, NOON * 1000, 2**31, 2**63, 2**64, -(2**63)),
    *("\ud800", "\x1b]0;x\x07", "a\r\nb", "\u202e", "x" * 20_000, "💥" * 500, "\0"),
]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items: Any = ()
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value[:6])
    return [path, *(found for key, item in items for found in _paths(item, (*path, key)))]


def _spoilt(payload: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    result = copy.deepcopy(payload)
    at = result
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = junk
    return result


@st.composite
def hostile(draw: st.DrawFn) -> tuple[dict[str, Any], list[Any]]:
    """What it answers by method, with up to two fields spoilt, and what it pushes."""
    says = dict(draw(st.sampled_from([TRIPHASE_SAYS, MONOPHASE_SAYS])))
    for _ in range(draw(st.integers(0, 2))):
        method = draw(st.sampled_from(sorted(says)))
        path = draw(st.sampled_from(_paths(says[method])))
        with suppress(TypeError, KeyError, IndexError):
            says[method] = _spoilt(says[method], path, draw(st.sampled_from(JUNK)))
    pushes = []
    for _ in range(draw(st.integers(0, 3))):
        push = draw(st.sampled_from(PUSHES))
        pushes.append(
            _spoilt(push, draw(st.sampled_from(_paths(push))), draw(st.sampled_from(JUNK)))
        )
    return says, pushes


@given(hostile())
@settings(max_examples=60)
def test_whatever_a_meter_says_only_our_own_errors_come_of_it(
    played: tuple[dict[str, Any], list[Any]],
) -> None:
    asyncio.run(_played(*played))


async def _played(says: dict[str, Any], pushes: list[Any]) -> None:
    script = Script()
    for method, said in says.items():
        script.answers[method] = lambda _, said=said: said  # type: ignore[misc]
    timing: dict[str, Any] = {"reconnect_most_s": 0.02, "call_s": 0.5, "page_s": 0.5}
    async with scripted(script, **timing) as meter, running(meter) as heard:
        with suppress(TimeoutError):
            await heard.until(lambda: bool(heard.identities), 0.3)
        for push in pushes:
            await script.push(json.dumps(push))
        for _ in range(2):
            await _survived(_read_power(meter))
            await _survived(meter.stored_spans())
            await _survived(fetched(meter, Span(NOON - 600, NOON)))
        assert heard.task is not None
        assert not heard.task.done(), heard.task.exception()
        for entry in heard.entries:
            assert check_record(entry.record) == entry.record
        shown = [fault.detail for fault in meter.faults]
        for identity in heard.identities:
            shown += [identity.model, identity.firmware, identity.profile, identity.name or ""]
        for text in [*shown, *heard.reasons]:
            assert text.isprintable()
            assert len(text) < 1_000


async def _read_power(meter: ShellyMeter) -> None:
    reading = await meter.read_power(0.5)
    if reading.active_power_w is not None:
        assert abs(reading.active_power_w) <= 3 * MAX_PHASE_POWER_W
    json.dumps([reading.active_power_w, *reading.errors], allow_nan=False).encode()


async def _survived(asked: Awaitable[object]) -> None:
    with suppress(MeterError):
        await asked


async def test_a_frame_that_is_all_junk_is_survived_too() -> None:
    for text in ('{"id":1}', '{"id":1,"error":{"code":"x","message":5}}', '{"method":5}', "{}"):
        script = Script(EM_GetStatus=lambda _, text=text: Raw(text))  # type: ignore[misc]
        async with scripted(script, call_s=0.1) as meter, running(meter) as heard:
            await heard.until_connected()
            await _survived(meter.read_power(0.1))
