"""Other settings while it runs, where MongoDB is one of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.asking import get
from tests.house.test_restart import Phone, Running, restarted, running, settings_of, two_meters
from tests.mongo.house import until_true
from wattledger.mongo.connection import Address


def mongo_of(address: Address) -> dict[str, str]:
    return {"uri": address.uri, "database": address.database}


@asynccontextmanager
async def following(phone: Phone) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(phone.follow())
        try:
            await phone.until_it_shows("mains")
            yield
        finally:
            task.cancel()


async def test_a_home_that_posts_is_made_anew_and_posts_on(
    tmp_path: Path, address: Address
) -> None:
    posting = {"mongodb": mongo_of(address)}
    async with (
        two_meters() as (one, other),
        running(settings_of(tmp_path, one, **posting)) as home,
    ):
        phone = Phone(home.url)
        async with following(phone):
            await until_posts(home)
            meters = [{"name": "house", "role": "grid", "host": other}]
            await restarted(home, phone, settings_of(tmp_path, one, meters=meters, **posting))
        await until_posts(home)


async def until_posts(home: Running) -> None:
    def posts(health: Any) -> bool:
        return any(part["name"] == "mongodb" and part["ok"] for part in health["parts"]) and (
            "up to date" in str(health) or "posting" in str(health)
        )

    await until_true(f"{home.url}/api/v1", "/health", posts)


async def test_mongodb_is_taken_up_and_let_go_while_it_runs(
    tmp_path: Path, address: Address
) -> None:
    async with two_meters() as (one, _), running(settings_of(tmp_path, one)) as home:
        await home.service.restart(settings_of(tmp_path, one, mongodb=mongo_of(address)))
        await until_posts(home)
        await home.service.restart(settings_of(tmp_path, one))
        health = await get(f"{home.url}/api/v1", "/health")
        assert "mongodb" not in [part["name"] for part in health["parts"]]


async def test_a_server_elsewhere_is_made_anew(tmp_path: Path, address: Address) -> None:
    elsewhere = settings_of(tmp_path, "nowhere", meters=[], mongodb=mongo_of(address))
    async with two_meters() as (one, _), running(elsewhere) as viewer:
        posting = settings_of(tmp_path, one, mongodb=mongo_of(address))
        async with running(posting) as home:
            await until_posts(home)
            phone = Phone(viewer.url)
            async with following(phone):
                await viewer.service.restart(elsewhere)
                while phone.opened < 2:
                    await asyncio.sleep(0.01)
