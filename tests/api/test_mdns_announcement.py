"""The server is found in the network by its name, and as a web page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from wattledger.api.mdns_announcement import Announced, announce
from wattledger.api.own_addresses import addresses_of, own_addresses
from wattledger.shelly.discovery import resolved

LOOPBACK = ["127.0.0.1"]
PORT = 48_091


@asynccontextmanager
async def announcing(announced: Announced, *addresses: str) -> AsyncIterator[None]:
    task = asyncio.create_task(announce(announced, lambda: [*addresses]))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def heard(service: str, name: str) -> AsyncServiceInfo:
    """What is said of it, once it is."""
    zeroconf = AsyncZeroconf(interfaces=LOOPBACK)
    try:
        async with asyncio.timeout(300):
            info = AsyncServiceInfo(service, f"{name}.{service}")
            while not await info.async_request(zeroconf.zeroconf, 1000):
                pass
        return info
    finally:
        await zeroconf.async_close()


@pytest.mark.usefixtures("air")
@pytest.mark.parametrize(("secure", "service"), [(False, "_http"), (True, "_https")])
async def test_it_says_its_name_its_port_and_its_address(secure: bool, service: str) -> None:
    name = f"Wattledger-test-{service[1:]}"
    announced = Announced(PORT, secure, name, ("127.0.0.1",))
    async with announcing(announced, "127.0.0.1"):
        info = await heard(f"{service}._tcp.local.", name)
        assert (info.port, info.parsed_addresses()) == (PORT, ["127.0.0.1"])
        assert (info.server or "").lower() == f"{name.lower()}.local."
        while await resolved(f"{name.lower()}.local", 1.0, LOOPBACK) is None:
            pass
    async with asyncio.timeout(300):
        while await resolved(f"{name.lower()}.local", 0.3, LOOPBACK) is not None:
            pass


@pytest.mark.usefixtures("air")
async def test_a_second_one_has_a_name_of_its_own() -> None:
    first = Announced(PORT, name="Wattledger-twin", interfaces=("127.0.0.1",))
    second = Announced(PORT + 1, name="Wattledger-twin", interfaces=("127.0.0.1",))
    async with announcing(first, "127.0.0.1"):
        await heard("_http._tcp.local.", "Wattledger-twin")
        async with announcing(second, "127.0.0.1"):
            info = await heard("_http._tcp.local.", "Wattledger-twin-2")
            assert info.port == PORT + 1
            async with asyncio.timeout(300):
                while await resolved("wattledger-twin-2.local", 1.0, LOOPBACK) is None:
                    pass


async def test_who_listens_for_this_machine_alone_has_nothing_to_announce() -> None:
    assert addresses_of("127.0.0.1") == addresses_of("::1") == addresses_of("localhost") == []
    assert addresses_of("192.168.1.5") == ["192.168.1.5"]
    assert addresses_of("0.0.0.0") == own_addresses()
