"""A server that does not know its home yet, and what happens at its address once it does."""

import asyncio
from collections.abc import Sequence

import httpx

from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.listening_sockets import Listeners
from wattledger.api.not_ready_app import NotReadyApp
from wattledger.api.server import ApiServer
from wattledger.api.site_json import ServerInfo
from wattledger.api.swappable_app import SwappableApp
from wattledger.flow.status import PartHealth

TOKEN = "a token as long as the server wants it"


def health() -> Sequence[PartHealth]:
    return [
        PartHealth("meters", ok=False, detail="not known"),
        PartHealth("mongodb", ok=False, detail="gone", last_error="gone", last_error_at=0.0),
    ]


async def test_the_address_stays_when_the_home_is_known_and_again_when_it_changes(
    home: MemoryHome,
) -> None:
    access = Access.open()
    front = SwappableApp(
        NotReadyApp(health, access, home.clock, ServerInfo("1.2.3"), authority=b"DER")
    )
    server = ApiServer(front, Listeners("127.0.0.1", 0))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        await server.listening.wait()
        async with httpx.AsyncClient(timeout=300, base_url=server.url) as client:
            document = (await client.get("/api/v1/health")).json()
            assert (document["ok"], document["version"]) == (False, "1.2.3")
            assert document["parts"][1]["last_error_at"] == "1970-01-01T00:00:00+00:00"
            assert (await client.get("/api/v1/power")).json()["type"] == "/problems/no-home"
            assert (await client.get("/")).headers["content-type"].startswith("text/html")
            assert (await client.get("/authority.crt")).content == b"DER"
            front.show(create_api(home.app_state, access))
            assert (await client.get("/api/v1/site")).json()["name"] == home.site.name
            async with client.stream("GET", "/api/v1/power/stream") as stream:
                lines = stream.aiter_lines()
                assert await anext(lines)
                front.show(create_api(home.app_state, access))
                async with asyncio.timeout(300):
                    async for _ in lines:
                        pass
            assert (await client.get("/api/v1/power")).status_code == 200
        server.stop()


async def test_who_may_not_ask_hears_nothing_of_what_is_waited_for(home: MemoryHome) -> None:
    api = NotReadyApp(health, Access.with_token(TOKEN), home.clock, ServerInfo("1.2.3"))
    api.close_streams()
    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert (await client.get("/api/v1/health")).status_code == 200
        assert (await client.head("/api/v1/health")).content == b""
        refused = await client.get("/api/v1/power")
        assert refused.status_code == 401
        assert "gone" not in refused.text
        held = await client.get("/api/v1/power", headers={"Authorization": f"Bearer {TOKEN}"})
        assert held.status_code == 503
        assert "gone" in held.json()["detail"]
