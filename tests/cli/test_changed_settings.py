"""Settings changed from a phone: the running server goes by them, and the phone by the server."""

import asyncio
import json
import tomllib
from pathlib import Path
from typing import Any

import httpx

from tests.cli.kit import pretend, started, written


async def told(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Also of a server that is made anew just now."""
    async with asyncio.timeout(120):
        while True:
            try:
                return dict((await client.get(path)).raise_for_status().json())
            except httpx.TransportError:
                await asyncio.sleep(0.02)


async def names_in_stream(client: httpx.AsyncClient) -> list[str]:
    """The meters of the first event that has the power of the mains."""
    async with client.stream("GET", "/power/stream") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: ") and "grid_w" in line:
                power = json.loads(line.removeprefix("data: "))
                if power["grid_w"] is not None:
                    return [one["name"] for one in power["meters"]]
    raise AssertionError("the stream ended without the power of the mains")


async def test_a_change_is_taken_without_a_restart_of_the_process(tmp_path: Path) -> None:
    async with pretend() as meter:
        config = written(tmp_path, meter.address)
        async with started("serve", "--config", config) as server:
            base = f"{await server.url()}/api/v1"
            async with httpx.AsyncClient(timeout=120, trust_env=False, base_url=base) as phone:
                read = await phone.get("/settings")
                body = {
                    "site": {"name": "Koti", "netting": "hour"},
                    "meters": [{"meter": "mains", "name": "cellar"}],
                    "removed": ["roof"],
                }
                async with phone.stream("GET", "/power/stream") as stream:
                    changed = await phone.patch(
                        "/settings", json=body, headers={"If-Match": read.headers["ETag"]}
                    )
                    assert changed.status_code == 200, changed.text
                    async for _ in stream.aiter_bytes():
                        pass  # it ends, and comes again by itself
                async with asyncio.timeout(120):
                    while (site := await told(phone, "/site"))["name"] != "Koti":
                        await asyncio.sleep(0.02)
                assert site["netting"] == "hour"
                assert [one["name"] for one in site["meters"]] == ["cellar"]
                assert await names_in_stream(phone) == ["cellar"]
                again = await phone.get("/settings")
                assert again.headers["ETag"] != read.headers["ETag"]
    assert tomllib.loads(config.read_text()) == {
        "server": {"port": 0},
        "site": {"name": "Koti", "netting": "hour"},
        "meters": [{"name": "cellar", "role": "grid", "host": meter.address}],
    }
