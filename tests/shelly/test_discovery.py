"""Pretend meters that announce themselves on loopback are found."""

import asyncio
import gc
import socket

import pytest
from zeroconf._dns import DNSPointer
from zeroconf._protocol.outgoing import DNSOutgoing
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf
from zeroconf.const import _CLASS_IN, _FLAGS_AA, _FLAGS_QR_RESPONSE, _TYPE_PTR

from wattledger.shelly.discovery import MOST_ADDRESSES, MOST_ANNOUNCED, announced
from wattledger.simulator.identity import Identity
from wattledger.simulator.mdns import Announcement

pytestmark = pytest.mark.usefixtures("air")

SERVICE = "_shelly._tcp.local."
LOOPBACK = ["127.0.0.1"]
MAC = "A0DD6CF1D001"
LISTEN_S = 1.5
"""A meter does not say the same twice within a second."""
PORT = 48_081
"""Where nobody listens: who announces is only heard, not spoken to."""


async def _found(identity: Identity, port: int, place: str) -> list[str]:
    """What is found by the time that the place is; on a busy machine that may be late."""
    async with Announcement(identity, "127.0.0.1", port, interfaces=LOOPBACK):
        while place not in (found := await announced(LISTEN_S, LOOPBACK)):
            pass
    return found


@pytest.mark.parametrize("name", [None, "Cellar of find"])
async def test_a_meter_is_found_once_also_under_a_name_of_its_own(name: str | None) -> None:
    place = f"127.0.0.1:{PORT}"
    assert (await _found(Identity(MAC, name=name), PORT, place)).count(place) == 1


async def test_the_usual_port_is_not_told() -> None:
    assert "127.0.0.1:80" not in await _found(Identity(MAC), 80, "127.0.0.1")


@pytest.mark.parametrize("model", ["S3EM-003CXCEU63", "SPEM-002CEBEU50", "S3EM-002CXCEU50"])
async def test_its_relatives_are_found_too(model: str) -> None:
    meter = Identity("A0DD6CF1D002", model=model)
    await _found(meter, PORT + 1, f"127.0.0.1:{PORT + 1}")


async def test_another_device_is_none() -> None:
    plug = AsyncServiceInfo(
        SERVICE,
        f"shellyplusplugs-a0dd6cf1d003.{SERVICE}",
        addresses=[socket.inet_aton("127.0.0.1")],
        port=PORT + 2,
        properties={"gen": "2", "app": "PlusPlugS", "ver": "1.7.5"},
        server="ShellyPlusPlugS-A0DD6CF1D003.local.",
    )
    zeroconf = AsyncZeroconf(interfaces=LOOPBACK)
    try:
        await (await zeroconf.async_register_service(plug))
        assert f"127.0.0.1:{PORT + 2}" not in await _found(Identity(MAC), PORT, f"127.0.0.1:{PORT}")
    finally:
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()


async def test_an_address_of_ipv6_is_told_so_that_its_port_is_none_of_it() -> None:
    meter = AsyncServiceInfo(
        SERVICE,
        f"shellypro3em-a0dd6cf1d005.{SERVICE}",
        addresses=[socket.inet_pton(socket.AF_INET6, "fd00::1")],
        port=PORT + 4,
        properties={"gen": "2", "app": "Pro3EM", "ver": "1.7.5"},
        server="ShellyPro3EM-A0DD6CF1D005.local.",
    )
    zeroconf = AsyncZeroconf(interfaces=LOOPBACK)
    try:
        await (await zeroconf.async_register_service(meter))
        assert await _heard_of(f":{PORT + 4}") == [f"[fd00::1]:{PORT + 4}"]
    finally:
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()


async def _heard_of(port: str) -> list[str]:
    """The places with that port, by the time that there is one."""
    while not (places := [one for one in await announced(LISTEN_S, LOOPBACK) if port in one]):
        pass
    return places


async def test_a_device_of_hundreds_of_addresses_is_not_asked_at_each() -> None:
    """Whoever looks asks all that it finds at once: that many connections nobody has."""
    addresses = [bytes([127, 1, number // 250, 1 + number % 250]) for number in range(400)]
    meter = AsyncServiceInfo(
        SERVICE,
        f"shellypro3em-a0dd6cf1d004.{SERVICE}",
        addresses=addresses,
        port=PORT + 3,
        properties={"gen": "2", "app": "Pro3EM", "ver": "1.7.5"},
        server="ShellyPro3EM-A0DD6CF1D004.local.",
    )
    zeroconf = AsyncZeroconf(interfaces=LOOPBACK)
    try:
        await (await zeroconf.async_register_service(meter))
        found = await announced(LISTEN_S, LOOPBACK)
        assert 0 < sum(place.endswith(f":{PORT + 3}") for place in found) <= MOST_ADDRESSES
    finally:
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_machine_without_that_address_finds_nothing() -> None:
    assert await announced(0.1, ["192.0.2.1"]) == []
    gc.collect()  # zeroconf leaves the socket open that it could not use


@pytest.mark.parametrize(
    "names", [["\x1b[2J", "a\0b", "", "x" * 60 + "ä"], [f"n{number}" for number in range(500)]]
)
async def test_names_that_no_service_can_have_and_too_many_of_them_keep_nobody_away(
    names: list[str],
) -> None:
    """Anybody in the network may say so."""
    zeroconf = AsyncZeroconf(interfaces=LOOPBACK)
    saying = asyncio.get_running_loop().create_task(_said_again(zeroconf, names))
    try:
        assert len(await announced(LISTEN_S, LOOPBACK)) <= MOST_ANNOUNCED
    finally:
        saying.cancel()
        await asyncio.wait({saying})
        await zeroconf.async_close()
    assert saying.cancelled()


async def _said_again(zeroconf: AsyncZeroconf, names: list[str]) -> None:
    while True:
        for some in (names[at : at + 20] for at in range(0, len(names), 20)):
            out = DNSOutgoing(_FLAGS_QR_RESPONSE | _FLAGS_AA)
            for name in some:
                alias = f"{name}.{SERVICE}"
                out.add_answer_at_time(DNSPointer(SERVICE, _TYPE_PTR, _CLASS_IN, 120, alias), 0)
            zeroconf.zeroconf.async_send(out)
        await asyncio.sleep(0.2)
