"""One of two meters says whatever it likes: all answers can be read, the other meter stays live."""

import asyncio
import json
from pathlib import Path
from typing import Any

from websockets.asyncio.server import serve

from tests.asking import get
from tests.house.inside import serving
from tests.shelly.kit import NOON, pretend
from tests.shelly.scripted import DEVICE, Script
from tests.shelly.test_hostile import JUNK, PUSHES
from wattledger.simulator.clock import SimClock

DIRT = "\ud800\x1b[2J\r\nforged\u202e" + "x" * 5_000


class Hostile:
    """A meter's address, and a script that answers there."""

    def __init__(self, script: Script, address: str) -> None:
        self.script = script
        self.address = address
        self.password = None


async def test_one_meter_cannot_spoil_the_answers_nor_the_other_meter(tmp_path: Path) -> None:
    shown: dict[str, Any] = {"total_act_power": 5.0, "errors": [DIRT]}
    script = Script(
        Shelly_GetDeviceInfo=lambda _: (
            DEVICE | {"mac": "0CB815FCC358", "model": DIRT, "ver": DIRT, "name": DIRT}
        ),
        EM_GetStatus=lambda _: shown,
    )
    clock = SimClock(NOON + 30, rate=1.0)
    async with (
        serve(script.serve, "127.0.0.1", 0) as server,
        pretend(clock) as good,
    ):
        port = next(iter(server.sockets)).getsockname()[1]
        hostile: Any = Hostile(script, f"127.0.0.1:{port}")
        async with serving(tmp_path, clock, {"grid": hostile, "solar": good}) as url:
            await _until_live(url, {"grid", "solar"})
            for junk in JUNK:
                shown.update(total_act_power=junk, a_voltage=junk, b_errors=[junk], errors=junk)
                for push in PUSHES:
                    params = push["params"] | {"ts": junk, "em:0": {"a_errors": [junk]}}
                    await script.push(json.dumps(push | {"params": params}))
                for path in ("/power", "/meters", "/health", "/site"):
                    await get(url, path)
            await _until_live(url, {"solar"})
            assert (await get(url, "/energy/today"))["period"] is not None
            for text in _texts(await get(url, "/meters")):
                assert text.isprintable()
                assert len(text) < 2_000


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


async def _until_live(url: str, names: set[str]) -> None:
    async with asyncio.timeout(300):
        while not names <= await _live(url):
            await asyncio.sleep(0.05)


async def _live(url: str) -> set[str]:
    return {one["name"] for one in (await get(url, "/power"))["meters"] if one["state"] == "live"}
