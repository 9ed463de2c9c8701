"""The settings changed while the real server runs: what the history says then, and a power cut."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import httpx

from tests.cli.kit import pretend, started, written

NAMES = [f'name = "Koti {number}"' for number in range(6)]


async def change(url: str, body: dict[str, Any]) -> int:
    async with httpx.AsyncClient(timeout=60, trust_env=False, base_url=f"{url}/api/v1") as owner:
        tag = (await owner.get("/settings")).headers["etag"]
        answer = await owner.patch("/settings", json=body, headers={"If-Match": tag})
        return answer.status_code


async def today(url: str, netting: str, offset: str) -> dict[str, Any]:
    """Once the server goes by it."""
    async with httpx.AsyncClient(timeout=60, trust_env=False, base_url=f"{url}/api/v1") as phone:
        while True:
            try:
                answer = (await phone.get("/energy/today")).json()
            except httpx.TransportError:
                answer = {}
            if answer.get("netting") == netting and answer["start"].endswith(offset):
                return dict(answer)
            await asyncio.sleep(0.1)


async def test_netting_and_zone_hold_for_all_that_was_booked(tmp_path: Path) -> None:
    async with pretend() as meter:
        config = written(tmp_path, meter.address)
        async with started("serve", "--config", config) as server:
            url = await server.url()
            assert await change(url, {"site": {"netting": "hour", "time_zone": "UTC"}}) == 200
            await today(url, "hour", "+00:00")
            assert (
                await change(url, {"site": {"netting": "phase", "time_zone": "Asia/Tokyo"}}) == 200
            )
            answer = await today(url, "phase", "+09:00")
            assert answer["start"][11:19] == "00:00:00"


async def test_killed_while_they_are_written_they_are_there_whole(tmp_path: Path) -> None:
    config = written(tmp_path)
    for number, name in enumerate(NAMES):
        before = config.read_text()
        async with started("serve", "--config", config) as server:
            url = await server.url()
            assert [path.name for path in tmp_path.glob(".*.toml.*")] == []
            changing = asyncio.create_task(change(url, {"site": {"name": name[8:-1]}}))
            await asyncio.sleep(0.012 * number)
            server.send(signal.SIGKILL)
            await server.end()
            await asyncio.gather(changing, return_exceptions=True)
        after = config.read_text()
        assert after == before or name in after
