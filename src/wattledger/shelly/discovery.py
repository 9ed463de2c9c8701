"""Which meters announce themselves in the network: mDNS, by `zeroconf`, whose errors end here."""

import asyncio
import logging

from zeroconf import BadTypeInNameException, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

_SERVICE = "_shelly._tcp.local."
_METERS_ARE_CALLED = "EM"
"""What the application of each of them is called by holds it: Pro3EM, ProEM, S3EMG3, EMG3."""
_PORT = 80
_ASK_MS = 1000
MOST_ANNOUNCED = 64
"""Services that are looked at: no home has more of them."""


async def announced(listen_s: float, interfaces: list[str] | None = None) -> list[str]:
    """Addresses, with `:port` where it is not 80, of who calls itself a meter.

    One meter may have several: it announces itself once more under a name that it was given, and
    with a cable and Wi-Fi it has two. Empty also where there is no network. `interfaces`: addresses
    of this machine on which to ask; None is all of them.
    """
    # An interface on which it can't speak is no news to who waits for meters.
    logging.getLogger("zeroconf").setLevel(logging.CRITICAL)
    try:
        zeroconf = AsyncZeroconf() if interfaces is None else AsyncZeroconf(interfaces=interfaces)
    except OSError:
        return []
    try:
        infos = await _heard(zeroconf.zeroconf, listen_s)
    finally:
        await zeroconf.async_close()
    return list(dict.fromkeys(place for info in infos for place in _places(info)))


async def _heard(zeroconf: Zeroconf, listen_s: float) -> list[AsyncServiceInfo]:
    """The services heard of within that time, with what they say of themselves."""
    names: set[str] = set()

    def on_change(
        zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        del zeroconf, service_type
        if state_change is ServiceStateChange.Removed:
            names.discard(name)
        elif len(names) < MOST_ANNOUNCED:
            names.add(name)

    browser = AsyncServiceBrowser(zeroconf, _SERVICE, handlers=[on_change])
    await asyncio.sleep(listen_s)
    await browser.async_cancel()
    infos = [info for info in map(_asked_of, sorted(names)) if info is not None]
    await asyncio.gather(*(info.async_request(zeroconf, _ASK_MS) for info in infos))
    return infos


def _asked_of(name: str) -> AsyncServiceInfo | None:
    """None for a name that no service can have; anybody in the network may announce one."""
    try:
        return AsyncServiceInfo(_SERVICE, name)
    except BadTypeInNameException:
        return None


def _places(info: AsyncServiceInfo) -> list[str]:
    """None for another device: a home may have dozens, and they are not asked who they are."""
    if _METERS_ARE_CALLED not in (info.decoded_properties.get("app") or ""):
        return []
    port = "" if info.port in (None, _PORT) else f":{info.port}"
    return [f"{address}{port}" for address in info.parsed_addresses()]
