"""A home that lives: its meters count, its server runs and is started again when it died."""

import asyncio
from functools import partial
from pathlib import Path

from tests.simulation.cloud import Cloud
from tests.simulation.device import Counted, Device
from tests.simulation.disk import Disk
from tests.simulation.life import Life, Surroundings
from tests.simulation.world import ServerClock, World
from tests.store.builders import MAINS, PLANT, calendar
from wattledger.energy.errors import StoreError
from wattledger.energy.meter import MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.site import Site
from wattledger.store.connection import StoreDamaged

LABELS = (MeterLabel.of("mains", Role.GRID), MeterLabel.of("solar", Role.SOLAR))
REMEMBERED_S = 20 * 3_600
"""What a meter has counted before the server is first started, at most."""
AGAIN_S = 60.0


class Home:
    """What befalls it is done to its parts."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.site = Site("Home", calendar(), Netting.QUARTER, LABELS)
        self.devices = [
            Device(world, label, meter, world.seed % 1_000 + at)
            for at, (label, meter) in enumerate(zip(LABELS, (MAINS, PLANT), strict=True))
        ]
        self.cloud = Cloud(world)
        self.disk = Disk(folder)
        self.clock = ServerClock(world)
        self.life: Life | None = None
        """The process that runs, with its store open."""
        self._down_s = 0.0
        chance = world.chance("home")
        for device in self.devices:
            began = world.began - chance.randrange(REMEMBERED_S) // 60 * 60
            device.remember(began, world.began)

    @property
    def counted(self) -> list[Counted]:
        """Whatever has counted in the home, also what was there before."""
        return [counted for device in self.devices for counted in device.every]

    def kill(self, down_s: float) -> None:
        """As a power cut does: what was committed is there."""
        if life := self._ending("killed", down_s):
            self.disk.crash()
            life.kill()

    def kill_in_a_write(self, part: float, down_s: float) -> None:
        """The next write is on the disk in part."""

        def die() -> bool:
            life = self._ending("killed in a write", down_s)
            if life is not None:
                life.kill()
            return life is not None

        self.disk.torn = part, die

    def stop(self, down_s: float) -> None:
        if life := self._ending("stopped", down_s):
            life.stop()

    def _began(self, life: Life) -> None:
        self.life = life

    def _ending(self, how: str, down_s: float) -> Life | None:
        life, self.life = self.life, None
        if life is not None:
            self.world.note(how, down_s)
            self._down_s = down_s
        return life

    async def serve(self) -> None:
        """One process after another. A store that can't be opened is moved away by its owner."""
        found = Surroundings(self.world, self.site, self.devices, self.cloud, self.disk, self.clock)
        while True:
            await self.disk.hang.is_over()  # who opens the store waits like everybody
            life = Life(found)
            self.world.note("started")
            try:
                await life.run(partial(self._began, life))
            except StoreDamaged as error:  # the owner moves it away
                if not self.disk.may_be_refused:
                    self.world.is_wrong(f"a store is refused: {error.what}")
                self.disk.lose()
            except StoreError as error:  # as while the disk is full
                self.world.note("not begun", type(error).__name__)
                self._down_s = AGAIN_S
            self.life = None
            self.disk.tidy()
            await asyncio.sleep(self._down_s)
            self._down_s = 0.0

    def all_is_well(self) -> None:
        """From now on nothing befalls it, and the meters count no more."""
        for device in self.devices:
            device.is_counting = False
            device.is_well()
        self.cloud.is_well()
        self.disk.hang.goes_on()
        self.disk.room = self.disk.torn = None
        self.clock.set(0.0)
