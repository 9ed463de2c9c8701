"""A home set up from a phone, whatever announces itself and whatever the disk does."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.clock import ManualClock
from wattledger.energy.errors import BadQuestion, MeterError, MeterUnreachable
from wattledger.energy.meter import MeterId, MeterIdentity, Role
from wattledger.flow.setup_ports import Answers, RoleAnswer
from wattledger.setup.draft import DraftFile
from wattledger.setup.meter_discovery import Met
from wattledger.setup.phone_setup import MOST_METERS, PhoneSetup
from wattledger.shelly.probe import Greeting


def met(number: int) -> tuple[str, Met]:
    host = f"192.168.1.{number}"
    identity = MeterIdentity(
        MeterId(f"A0DD6C{number:06X}"), "SPEM-003CEBEU", "1.7", "triphase", None
    )
    return host, Met(host, Greeting(identity, wants_password=False))


class Network:
    """What announces itself, one look after the other; `looks` counts them."""

    def __init__(self) -> None:
        self.announced: list[tuple[str, Met | MeterError]] = []
        self.looks = 0

    async def find(self) -> list[tuple[str, Met | MeterError]]:
        self.looks += 1
        return self.announced


@asynccontextmanager
async def setting_up(path: Path, network: Network) -> AsyncIterator[PhoneSetup]:
    setup = PhoneSetup(path, ManualClock(), network.find)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(setup.run())
        yield setup
        running.cancel()


async def looked(setup: PhoneSetup) -> int:
    """How many meters are known after a look."""
    setup.look()
    async with asyncio.timeout(60):
        while setup.state().is_looking:
            await asyncio.sleep(0)
    return len(setup.state().meters)


async def test_meters_beyond_the_most_are_told_and_leave_the_page_standing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    network = Network()
    network.announced = [met(number) for number in range(1, MOST_METERS + 3)]
    async with setting_up(tmp_path / "wattledger.toml", network) as setup:
        assert await looked(setup) == MOST_METERS
        assert await looked(setup) == MOST_METERS
    assert network.looks == 2
    assert f"192.168.1.{MOST_METERS + 2} announces itself, but" in caplog.text


async def test_who_does_not_answer_is_told_and_the_others_are_found(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    network = Network()
    network.announced = [("192.168.1.9", MeterUnreachable("no route")), met(1)]
    async with setting_up(tmp_path / "wattledger.toml", network) as setup:
        assert await looked(setup) == 1
    assert "192.168.1.9 announces itself, but: no route" in caplog.text


async def test_what_can_not_be_kept_is_found_once_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    network = Network()
    network.announced = [met(1), met(2)]
    async with setting_up(folder / "wattledger.toml", network) as setup:
        for kept in folder.iterdir():
            kept.unlink()
        folder.rmdir()
        assert await looked(setup) == 0
        assert "192.168.1.2 announces itself, but" in caplog.text
        folder.mkdir()
        assert await looked(setup) == 2


async def test_by_a_clock_that_was_never_set_there_is_no_https(tmp_path: Path) -> None:
    clock = ManualClock()
    clock.wall_s = 86_400.0
    setup = PhoneSetup(tmp_path / "wattledger.toml", clock, Network().find)
    with pytest.raises(BadQuestion, match="clock was never set") as told:
        await setup.answer(Answers(name="Koti", https=True))
    assert told.value.parameter == "https"
    assert setup.state().home.name != "Koti"
    assert not (tmp_path / "tls").exists()
    clock.wall_s = 1_774_648_800.0
    await setup.answer(Answers(https=True), "pi.example")
    assert setup.state().fingerprint is not None
    assert setup.authority() is not None


async def test_of_two_who_begin_at_once_neither_undoes_the_other(tmp_path: Path) -> None:
    path, network = tmp_path / "config.toml", Network()
    network.announced = [met(1)]
    async with setting_up(path, network) as setup:
        await looked(setup)
        role = RoleAnswer(MeterId("A0DD6C000001"), Role.GRID)
        await setup.answer(Answers(meters=[role]))
        await asyncio.gather(setup.start(), setup.start())
    assert path.exists()
    assert DraftFile(path).read().is_started
