"""Jobs side by side: the first error ends them, and a stop is never lost."""

import asyncio

import pytest

from wattledger.energy.errors import MeterUnreachable
from wattledger.shelly.task_group import together


async def _fail() -> int:
    raise MeterUnreachable("gone")


async def _one() -> int:
    return 1


async def test_results_come_in_order() -> None:
    assert await together(_one(), _one()) == [1, 1]


async def test_the_first_error_comes_as_itself() -> None:
    with pytest.raises(MeterUnreachable):
        await together(_fail(), _one())


async def test_a_stop_at_the_moment_of_an_error_stops() -> None:
    failing = asyncio.Event()

    async def fail_late() -> int:
        await failing.wait()
        return await _fail()

    task = asyncio.create_task(together(fail_late()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    failing.set()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
