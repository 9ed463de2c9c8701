"""Whoever waits for MongoDB and is cancelled ends, at whatever moment that comes."""

import asyncio

import pytest

from wattledger.mongo.connection import Address, Database, connected, translated

STEPS = 60
"""More turns of the loop than a question takes until its request is sent."""


async def _ask_for_ever(database: Database) -> None:
    while True:
        with translated(5.0):
            await database.now.command("ping")


# The driver leaves a socket whose connection it gave up half-way to the collector.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_no_turn_of_the_loop_loses_a_cancellation(address: Address) -> None:
    async with connected(address) as database:
        await database.now.command("ping")
        for turns in range(STEPS):
            asking = asyncio.get_running_loop().create_task(_ask_for_ever(database))
            for _ in range(turns):
                await asyncio.sleep(0)
            asking.cancel()
            done, _ = await asyncio.wait([asking], timeout=300)
            asking.cancel()
            assert done, f"cancelled after {turns} turns of the loop, it goes on"
            assert asking.cancelled()


async def test_a_cancellation_of_before_does_not_break_off_what_tidies_up(
    address: Address,
) -> None:
    told: list[dict[str, object]] = []

    async def tidies(database: Database) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            with translated(5.0):
                told.append(await database.now.command("ping"))
            told.append(await database.now.command("ping"))

    async with connected(address) as database:
        tidying = asyncio.get_running_loop().create_task(tidies(database))
        await asyncio.sleep(0)
        tidying.cancel()
        await asyncio.wait([tidying])
    assert tidying.cancelled()
    assert len(told) == 2
