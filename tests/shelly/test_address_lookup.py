"""A meter that is not where the settings say is found by its MAC."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from typing_extensions import override

from tests.shelly.kit import (
    LABEL,
    MAC,
    QUICK,
    Heard,
    eventually,
    pretend,
    running,
)
from tests.shelly.scripted import NoonClock
from wattledger.energy.errors import MeterUnreachable
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.meter_binding import WrongMeter
from wattledger.shelly.address_lookup import AddressLookup
from wattledger.shelly.discovery import located, resolved
from wattledger.shelly.meter import ShellyMeter
from wattledger.shelly.probe import identify
from wattledger.simulator.mdns import Announcement

ME = MeterId(MAC)
OTHER = "A0DD6CA0C2AA"
LOOPBACK = ["127.0.0.1"]
AT_HOME, ELSEWHERE = "192.168.1.20", "192.168.1.77"


@asynccontextmanager
async def looking(lookup: AddressLookup) -> AsyncIterator[None]:
    task = asyncio.create_task(lookup.keep_looking(0.01))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_it_is_looked_for_once_it_is_lost_and_told_where_it_is() -> None:
    asked: list[MeterId] = []

    async def find(meter: MeterId) -> str | None:
        asked.append(meter)
        return ELSEWHERE

    lookup = AddressLookup("mains", AT_HOME, ME, find)
    async with looking(lookup):
        await asyncio.sleep(0)
        assert (asked, lookup.place, lookup.fault) == ([], AT_HOME, None)
        lookup.lost(lookup.place)
        await lookup.wait(300)
        assert (asked, lookup.place) == ([ME], ELSEWHERE)
    assert lookup.fault is not None
    assert lookup.fault.kind is FaultKind.ADDRESS_CHANGED
    assert ELSEWHERE in lookup.fault.detail
    assert AT_HOME in lookup.fault.detail
    assert lookup.is_other(MeterId(OTHER), ELSEWHERE)
    assert not lookup.is_other(ME, ELSEWHERE)
    assert not lookup.is_other(MeterId(OTHER), AT_HOME)


async def test_what_is_found_while_the_old_place_is_tried_is_tried_at_once() -> None:
    """An address that nobody has lets whoever tries it wait for seconds."""
    answers: asyncio.Queue[str] = asyncio.Queue()

    async def find(_: MeterId) -> str | None:
        return await answers.get()

    lookup = AddressLookup("mains", AT_HOME, ME, find)
    async with looking(lookup):
        lookup.lost(AT_HOME)
        await lookup.wait(0)
        tried = lookup.place
        answers.put_nowait(ELSEWHERE)
        while lookup.place == tried:
            await asyncio.sleep(0)
        lookup.lost(tried)
        async with asyncio.timeout(60):
            await lookup.wait(300)
        assert (tried, lookup.place) == (AT_HOME, ELSEWHERE)
        lookup.lost(ELSEWHERE)
        assert lookup.place == AT_HOME


async def test_what_was_found_is_tried_once_more_before_it_is_forgotten() -> None:
    async def find(_: MeterId) -> str | None:
        return ELSEWHERE

    lookup = AddressLookup("mains", AT_HOME, ME, find)
    async with looking(lookup):
        lookup.lost(lookup.place)
        await lookup.wait(300)
    lookup.met(ME, ELSEWHERE)
    lookup.lost(lookup.place)
    assert lookup.place == ELSEWHERE
    lookup.lost(lookup.place)
    assert (lookup.place, lookup.fault) == (AT_HOME, None)


async def test_nobody_is_looked_for_who_is_not_known_or_announces_nothing() -> None:
    asked: list[MeterId] = []

    async def find(meter: MeterId) -> str | None:
        asked.append(meter)
        return None

    for meter in (None, ME):
        lookup = AddressLookup("mains", AT_HOME, meter, find)
        lookup.lost(lookup.place)
        async with looking(lookup):
            await lookup.wait(0.05)
        assert lookup.place == AT_HOME
    assert set(asked) == {ME}


def finding(home: str, known: MeterId | None, places: dict[MeterId, str]) -> ShellyMeter:
    async def find(meter: MeterId) -> str | None:
        return places.get(meter)

    timing = replace(QUICK, look_every_s=0.01)
    lookup = AddressLookup(LABEL.name, home, known, find)
    return ShellyMeter(LABEL, home, None, NoonClock(), timing, lookup)


async def test_a_meter_that_moves_is_read_on_at_its_new_address_and_then_at_its_old_one() -> None:
    async with pretend() as device:
        home, places = device.address, dict[MeterId, str]()
        meter = finding(home, None, places)
        async with running(meter) as heard:
            await heard.until_connected()
            assert not meter.faults
            await device.move()
            places[ME] = device.address
            await heard.until_connected(2)
            (fault,) = meter.faults
            assert fault.kind is FaultKind.ADDRESS_CHANGED
            assert device.address in fault.detail
            assert (await meter.read_power(60)).meter == ME
            assert await meter.stored_spans()
            places.clear()
            port = int(home.rpartition(":")[2])
            await device.move(port=port)
            await heard.until_connected(3)
            assert meter.faults == ()


async def test_after_a_restart_it_is_known_from_the_books() -> None:
    async with pretend() as device, pretend(mac=OTHER) as other:
        places = {ME: device.address}
        heard_of = Refusing(MeterId(OTHER))
        meter = finding(other.address, ME, places)
        async with running(meter, heard_of) as heard:
            await heard.until_connected()
        assert heard_of.refusals == 1
        assert [identity.meter for identity in heard.identities] == [ME]


async def test_another_meter_where_this_one_was_announced_is_not_taken_for_it() -> None:
    async with pretend(mac=OTHER) as other:
        meter = finding("127.0.0.1:9", ME, {ME: other.address})
        async with running(meter) as heard:
            await eventually(
                lambda: any("another meter answers" in fault.detail for fault in meter.faults)
            )
        assert heard.identities == []


@pytest.mark.usefixtures("air")
async def test_it_is_found_by_its_mac_and_its_name_is_resolved() -> None:
    """By what it announces on loopback; also where a name was given to it."""
    mac = MeterId("A0DD6CF1D0A7")
    async with pretend(mac=mac, name="Cellar of names") as device:
        announced = Announcement(device.identity, "127.0.0.1", device.port, LOOPBACK)
        async with announced:
            while (place := await located(mac, interfaces=LOOPBACK)) is None:
                pass
            assert place == device.address
            name = f"ShellyPro3EM-{mac}.local"
            while await resolved(name, interfaces=LOOPBACK) is None:
                pass
            assert await resolved(name.lower(), interfaces=LOOPBACK) == "127.0.0.1"
            identity = await identify(f"{name}:{device.port}")
            assert identity.meter == mac
    assert await located(MeterId("A0DD6CF1D0A8"), 0.1, LOOPBACK) is None
    assert await resolved("nobody-has-this-name.local", 0.1, LOOPBACK) is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_without_a_network_nobody_is_found() -> None:
    assert await located(ME, 0.1, ["192.0.2.1"]) is None
    assert await resolved("mains.local", 0.1, ["192.0.2.1"]) is None
    gc.collect()  # zeroconf leaves the socket open that it could not use


@pytest.mark.parametrize("name", ["x" * 70 + ".local", ".local", "a..local"])
async def test_a_name_that_nobody_can_have_is_nobodys(name: str) -> None:
    assert await resolved(name, 0.1, LOOPBACK) is None


async def test_a_name_that_nobody_answers_for_is_told_as_before() -> None:
    with pytest.raises(MeterUnreachable, match="no connection"):
        await identify("nobody-has-this-name.local:9")


class Refusing(Heard):
    """Knows one meter under another name."""

    def __init__(self, other: MeterId) -> None:
        super().__init__()
        self._other = other

    @override
    def connected(self, identity: MeterIdentity) -> None:
        if identity.meter == self._other:
            self.refusals += 1
            raise WrongMeter("it is known under another name")
        super().connected(identity)
