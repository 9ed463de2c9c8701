"""One week of life: the faults befall, then there are none any more, and in the end all must be
true.
"""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.simulation.draw import WEEK_S
from tests.simulation.faults import Fault
from tests.simulation.home import Home
from tests.simulation.lookout import Lookout
from tests.simulation.truth import differences
from tests.simulation.world import World, WorldLoop

MEMORY = Path("/dev/shm")
"""Where a sync costs nothing: there is one for each minute."""
PATIENCE_S = 40 * 3_600
"""What is tried again on another day needs a night."""
LOOK_S = 1_800


@dataclass(frozen=True)
class Outcome:
    """`wrong` is empty when all is true in the end; `healed_s` is how long that took."""

    wrong: Sequence[str]
    trace: str
    healed_s: int
    lines: Sequence[str] = ()


def live(
    seed: int,
    faults: Sequence[Fault],
    *,
    week_s: int = WEEK_S,
    told: Callable[[str], None] | None = None,
) -> Outcome:
    """The week of a seed, in some seconds."""
    place = MEMORY if MEMORY.is_dir() else None
    with (
        _unlogged(),
        tempfile.TemporaryDirectory(prefix="wattledger-week-", dir=place) as folder,
        asyncio.Runner(loop_factory=WorldLoop) as runner,
    ):
        world = World(seed, runner.get_loop().time)
        if told is not None:
            world.told = told
        wrong, healed_s = runner.run(_week(world, Path(folder), faults, week_s))
    return Outcome(wrong, world.trace, healed_s, tuple(world.lines))


@contextmanager
def _unlogged() -> Iterator[None]:
    """A week has thousands of lines; whoever comes after it has his own again."""
    log = logging.getLogger("wattledger")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


async def _week(
    world: World, folder: Path, faults: Sequence[Fault], week_s: int
) -> tuple[list[str], int]:
    home = Home(world, folder)
    async with _running([*(device.run() for device in home.devices), home.serve()]):
        lookout = Lookout(home)
        async with _running([lookout.run(), *(_befalls(fault, home) for fault in faults)]):
            await asyncio.sleep(week_s)
        await lookout.look()
        if world.wrong:
            return world.wrong, 0
        home.all_is_well()
        calendar = home.site.calendar
        tomorrow = calendar.day_of(int(world.now)) + timedelta(days=1)
        withheld = (until for device in home.devices for _, until in device.withheld)
        await asyncio.sleep(max([calendar.start_of(tomorrow), *withheld]) - world.now)
        wrong, healed_s = await _healed(home)
    return [*world.wrong, *wrong], healed_s


@asynccontextmanager
async def _running(works: Sequence[Coroutine[None, None, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def _befalls(fault: Fault, home: Home) -> None:
    await asyncio.sleep(fault.at_s)
    home.world.note("fault", fault)
    await fault.befall(home)


async def _healed(home: Home) -> tuple[list[str], int]:
    """What is still wrong after a while, and how long it took until nothing was."""
    wrong = ["the server does not run"]
    for passed_s in range(0, PATIENCE_S, LOOK_S):
        if home.life is not None and home.life.store is not None:
            wrong = await differences(home, home.life, home.life.store)
            if not wrong:
                return [], passed_s
        await asyncio.sleep(LOOK_S)
    return wrong, PATIENCE_S
