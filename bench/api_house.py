"""A house over the books of ten years, served as the server serves it.

`python -m bench.api_house STORE` serves it on a free port, prints that port, and ticks its live
board TICKS_A_SECOND times a second until its input closes. The grid's power of a tick is the moment
of the tick: microseconds of the system's monotonic clock modulo 10^9, as thousandths of a W.
"""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench.ten_years import END, HOME, MAINS, calendar
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.listening_sockets import Listeners
from wattledger.api.server import ApiServer
from wattledger.energy.clock import Clock
from wattledger.energy.fault import Fault
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.app_state import AppState
from wattledger.flow.audit import AuditLine
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.status import MeterStatus, PartHealth, ReplicaStatus
from wattledger.store.store import open_store

TICKS_A_SECOND = 20
SWITCH_INTERVAL_S = 0.001
LABELS = (MeterLabel.of("mains", Role.GRID), MeterLabel.of("solar", Role.SOLAR))


class BooksEnd:
    """The books' own now; runs on from there."""

    def now_s(self) -> float:
        return END + time.monotonic() % 1_000

    def monotonic_s(self) -> float:
        return time.monotonic()


class NoDesk:
    """Nobody asks it here."""

    async def meters(self) -> list[MeterStatus]:
        return []

    async def audit(self, span: Span) -> list[AuditLine]:
        return []

    async def refresh_power(self, timeout_s: float) -> None:
        return

    def health(self) -> Sequence[PartHealth]:
        return ()

    def faults(self) -> Sequence[Fault]:
        return ()

    def backup(self) -> None: ...

    async def copy(self) -> ReplicaStatus | None:
        return None


@asynccontextmanager
async def house_over(path: Path) -> AsyncIterator[AppState]:
    """A house of two meters whose books are that file."""
    site, clock = Site("Bench", calendar(), Netting.QUARTER, LABELS), BooksEnd()
    async with open_store(path, site.calendar, Roles()) as store:
        history = EnergyService(site, store.books, clock, lambda: HOME)
        board = LiveBoard(LABELS, clock, site.poll_interval_s)
        yield AppState(site, clock, board, history, NoDesk())


def read_moment(board: LiveBoard, clock: Clock) -> None:
    """Both meters' readings; the grid's is the moment itself."""
    for label, share in zip(LABELS, (1.0, 0.5), strict=True):
        moment_w = time.monotonic_ns() // 1_000 % 10**9 / 1_000 * share
        phase = PhaseReading(moment_w / 3, 410.0, 231.2, 1.78, 0.97, 50.0)
        at, received_s = clock.now_s(), clock.monotonic_s()
        board.connected(label.name)
        board.put(label.name, PowerReading(MAINS, at, received_s, moment_w, (phase,) * 3))


def tune() -> None:
    """As the application does, once its modules are loaded."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()


async def serve(path: Path) -> None:
    tune()
    async with house_over(path) as app_state:
        server = ApiServer(create_api(app_state, Access.open()), Listeners("127.0.0.1", 0))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run())
            await server.listening.wait()
            print(server.port, flush=True)
            closed = tasks.create_task(asyncio.to_thread(sys.stdin.read))
            while not closed.done():
                read_moment(app_state.board, app_state.clock)
                app_state.board.tick()
                await asyncio.sleep(1 / TICKS_A_SECOND)
            server.stop()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
