"""Makes the server known in the home's network: its name `wattledger.local`, its page a service.

mDNS, by `zeroconf`, whose errors end here. A second server is called `wattledger-2.local`.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from zeroconf.asyncio import AsyncServiceInfo

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 60.0
"""A machine may get another address at any time."""


@dataclass(frozen=True, slots=True)
class Announced:
    """`name`: before `.local`, and of the service; `interfaces`: addresses of this machine on which
    it is said, None for all of them.
    """

    port: int
    secure: bool = False
    name: str = "Wattledger"
    interfaces: tuple[str, ...] | None = None

    @property
    def service(self) -> str:
        return "_https._tcp.local." if self.secure else "_http._tcp.local."

    def info(self, addresses: list[str], suffix: str = "") -> "AsyncServiceInfo":
        """`suffix`: what tells it from another one of the same name."""
        from zeroconf.asyncio import AsyncServiceInfo

        return AsyncServiceInfo(
            self.service,
            f"{self.name}{suffix}.{self.service}",
            addresses=[_packed(address) for address in addresses],
            port=self.port,
            properties={"path": "/"},
            server=f"{self.name.lower()}{suffix}.local.",
        )


async def announce(announced: Announced, addresses: Callable[[], list[str]]) -> NoReturn:
    """Until it is cancelled, then it says goodbye; anew whenever the addresses have changed."""
    while True:
        now = addresses()
        async with AsyncExitStack() as stack:
            if now:
                await stack.enter_async_context(_registered(announced, now))
            await _changed(addresses, now)


async def _changed(addresses: Callable[[], list[str]], before: list[str]) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        if addresses() != before:
            return


@asynccontextmanager
async def _registered(announced: Announced, addresses: list[str]) -> AsyncIterator[None]:
    """Without a network, or where all names are taken, nothing is said, and that is logged."""
    from zeroconf import Error, InterfaceChoice
    from zeroconf.asyncio import AsyncZeroconf

    # An interface on which it can't speak is no news to anybody.
    logging.getLogger("zeroconf").setLevel(logging.CRITICAL)
    chosen = announced.interfaces
    try:
        zeroconf = AsyncZeroconf(interfaces=InterfaceChoice.All if chosen is None else [*chosen])
    except OSError as error:
        log.info("the server is not announced in the network: %s", error)
        yield
        return
    try:
        info = announced.info(addresses)
        try:
            await (await zeroconf.async_register_service(info, allow_name_change=True))
            suffix = info.name.removesuffix(f".{announced.service}").removeprefix(announced.name)
            if suffix:
                named = announced.info(addresses, suffix)
                await (await zeroconf.async_update_service(named))
        except (Error, OSError) as error:
            log.info("the server is not announced in the network: %s", error)
        yield
    finally:
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()


def _packed(address: str) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.inet_pton(family, address)
