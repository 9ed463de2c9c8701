"""What is announced is what a real meter announced."""

import asyncio
from typing import Any

import pytest
from zeroconf import ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from tests.simulator.kit import captured
from wattledger.simulator.identity import Identity
from wattledger.simulator.mdns import Announcement, service_infos

PRO = Identity("A0DD6CA0C27C", name="3EM Pro")
PATIENT_MS = 60_000
GEN3 = Identity("84FCE6367400", model="S3EM-003CXCEU63", firmware="1.4.99-dev111396")


def captured_services(path: str) -> dict[str, tuple[str, list[str]]]:
    """Host and texts by the full name of the service."""
    hosts: dict[str, str] = {}
    texts: dict[str, list[str]] = {}
    for answer in captured(path)["additionals"]:
        if answer["type"] == "SRV":
            hosts[answer["name"]] = answer["data"]["target"]
        elif answer["type"] == "TXT":
            texts[answer["name"]] = answer["data"]
    return {name: (host, texts[name]) for name, host in hosts.items() if name in texts}


def announced(info: AsyncServiceInfo) -> tuple[str, tuple[str, list[str]]]:
    texts = [f"{key}={value}" for key, value in info.decoded_properties.items()]
    return info.name.rstrip("."), ((info.server or "").rstrip("."), texts)


@pytest.mark.parametrize(
    ("identity", "path"),
    [
        (PRO, "matterbridge-shelly/shellypro3em-A0DD6CA0C27C.mdns.json"),
        (GEN3, "matterbridge-shelly/shelly3em63g3-84FCE6367400.mdns.json"),
    ],
)
def test_services_are_those_of_the_capture(identity: Identity, path: str) -> None:
    ours = dict(announced(info) for info in service_infos(identity, "192.168.68.64", 80))
    real = captured_services(path)
    assert real
    for name, service in real.items():
        assert ours[name] == service


def test_a_named_meter_is_announced_twice() -> None:
    assert len(service_infos(PRO, "127.0.0.1", 80)) == 4
    assert len(service_infos(GEN3, "127.0.0.1", 80)) == 2


@pytest.mark.usefixtures("air")
async def test_a_browser_finds_it_and_notices_its_end() -> None:
    own = f"{GEN3.id}._shelly._tcp.local."
    seen: asyncio.Queue[ServiceStateChange] = asyncio.Queue()

    def on_change(name: str, state_change: ServiceStateChange, **_: Any) -> None:
        if name == own:  # a real meter may be in the network
            seen.put_nowait(state_change)

    zeroconf = AsyncZeroconf(interfaces=["127.0.0.1"])
    browser = AsyncServiceBrowser(zeroconf.zeroconf, "_shelly._tcp.local.", handlers=[on_change])
    try:
        async with Announcement(GEN3, "127.0.0.1", 8081, interfaces=["127.0.0.1"]):
            assert await seen.get() is ServiceStateChange.Added
            info = await zeroconf.async_get_service_info("_shelly._tcp.local.", own, PATIENT_MS)
            assert info is not None
            assert (info.port, info.parsed_addresses()) == (8081, ["127.0.0.1"])
        assert await seen.get() is ServiceStateChange.Removed
    finally:
        await browser.async_cancel()
        await zeroconf.async_close()
