"""Much arithmetic is done in a thread: whoever asks for a year holds up no meter."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from typing_extensions import override

from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MemoryHome
from wattledger.energy.period import Resolution

START = 1_749_945_600
"""On an hour."""
NOW = START + 20 * 86_400


class Counting(ThreadPoolExecutor):
    """Counts what it is given."""

    jobs = 0

    @override
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.jobs += 1
        return super().submit(fn, *args, **kwargs)


def text_of(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat()


@pytest.mark.parametrize(
    ("resolution", "length_s"), [(Resolution.MINUTE, 60), (Resolution.QUARTER, 900)]
)
async def test_from_four_hundred_edges_on_it_leaves_the_event_loop(
    resolution: Resolution, length_s: int
) -> None:
    home = MemoryHome(ManualClock(float(NOW)))
    home.book(GRID, START, [1.0] * 60)
    threads = Counting(1)
    asyncio.get_running_loop().set_default_executor(threads)
    for buckets, jobs in ((398, 0), (399, 1), (400, 2)):
        first, end = (text_of(at) for at in (START, START + buckets * length_s))
        answer = await home.history.of_span(first, end, resolution, None)
        assert len(answer.buckets) == buckets
        assert threads.jobs == jobs
