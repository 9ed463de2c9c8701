"""Who announces itself in the network, and where: mDNS, by `zeroconf`, whose errors end here."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from zeroconf import (  # type: ignore[attr-defined]  # its list of names lacks one
    AddressResolver,
    BadTypeInNameException,
    ServiceStateChange,
    Zeroconf,
)
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from wattledger.energy.meter import MeterId

_SERVICE = "_shelly._tcp.local."
_METERS_ARE_CALLED = "EM"
"""What the application of each of them is called by holds it: Pro3EM, ProEM, S3EMG3, EMG3."""
_PORT = 80
_ASK_MS = 1000
FIND_S = 3.0
"""How long it is listened for one meter, or one name."""
MOST_ANNOUNCED = 64
"""Services that are looked at: no home has more of them."""
MOST_ADDRESSES = 8
"""Of one of them: by cable and by Wi-Fi, each in both families."""


async def announced(listen_s: float, interfaces: list[str] | None = None) -> list[str]:
    """Addresses, with `:port` where it is not 80, of who calls itself a meter.

    One meter may have several: it announces itself once more under a name that it was given, and
    with a cable and Wi-Fi it has two. Empty also where there is no network. `interfaces`: addresses
    of this machine on which to ask; None is all of them.
    """
    async with _listening(interfaces) as zeroconf:
        infos = await _heard(zeroconf, listen_s) if zeroconf else []
    found = (place for info in infos if _is_meter(info) for place in _places(info))
    return list(dict.fromkeys(found))


async def located(
    meter: MeterId, listen_s: float = FIND_S, interfaces: list[str] | None = None
) -> str | None:
    """The address under which that very meter announces itself, by the MAC in its name."""
    async with _listening(interfaces) as zeroconf:
        wanted = f"-{meter.lower()}.{_SERVICE}"
        infos = await _heard(zeroconf, listen_s, wanted) if zeroconf else []
    return next((place for info in infos for place in _places(info)), None)


async def resolved(
    name: str, listen_s: float = FIND_S, interfaces: list[str] | None = None
) -> str | None:
    """The address of a host `name.local`, IPv4 where it has one; None where nobody says it."""
    async with _listening(interfaces) as zeroconf:
        try:
            asked = AddressResolver(f"{name.removesuffix('.')}.")
            heard = zeroconf is not None and await asked.async_request(zeroconf, listen_s * 1000)
        except BadTypeInNameException:
            return None
        addresses = asked.parsed_scoped_addresses() if heard else []
    return next(iter(addresses), None)


@asynccontextmanager
async def _listening(interfaces: list[str] | None) -> AsyncIterator[Zeroconf | None]:
    """None where there is no network."""
    # An interface on which it can't speak is no news to who waits for meters.
    logging.getLogger("zeroconf").setLevel(logging.CRITICAL)
    try:
        zeroconf = AsyncZeroconf() if interfaces is None else AsyncZeroconf(interfaces=interfaces)
    except OSError:
        yield None
        return
    try:
        yield zeroconf.zeroconf
    finally:
        await zeroconf.async_close()


async def _heard(zeroconf: Zeroconf, listen_s: float, wanted: str = "") -> list[AsyncServiceInfo]:
    """The services heard of within that time, with what they say of themselves.

    `wanted`: how the only name ends that is listened for, no longer than until it is heard.
    """
    names: set[str] = set()
    enough = asyncio.Event()

    def on_change(
        zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        del zeroconf, service_type
        if state_change is ServiceStateChange.Removed:
            names.discard(name)
        elif name.lower().endswith(wanted) and len(names) < MOST_ANNOUNCED:
            names.add(name)
            if wanted:
                enough.set()

    browser = AsyncServiceBrowser(zeroconf, _SERVICE, handlers=[on_change])
    with suppress(TimeoutError):
        await asyncio.wait_for(enough.wait(), listen_s)
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


def _is_meter(info: AsyncServiceInfo) -> bool:
    """Else it is not asked who it is: a home may have dozens of other devices."""
    return _METERS_ARE_CALLED in (info.decoded_properties.get("app") or "")


def _places(info: AsyncServiceInfo) -> list[str]:
    addresses = info.parsed_addresses()[:MOST_ADDRESSES]
    if info.port in (None, _PORT):
        return addresses
    return [f"[{one}]:{info.port}" if ":" in one else f"{one}:{info.port}" for one in addresses]
