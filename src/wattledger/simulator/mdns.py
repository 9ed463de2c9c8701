"""Makes pretend meters known in the local network."""

import asyncio
import socket
from types import TracebackType
from typing import Self

from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from wattledger.simulator.identity import Identity

_SHELLY, _HTTP = "_shelly._tcp.local.", "_http._tcp.local."


class Announcement:
    """Announces one meter while it is open, and says goodbye when it is closed.

    `interfaces`: addresses of this machine on which to speak; None is all of them.
    """

    def __init__(
        self, identity: Identity, host: str, port: int, interfaces: list[str] | None = None
    ) -> None:
        self._infos = service_infos(identity, host, port)
        self._interfaces = interfaces
        self._zeroconf: AsyncZeroconf | None = None

    async def start(self) -> None:
        if self._interfaces is None:
            self._zeroconf = AsyncZeroconf()
        else:
            self._zeroconf = AsyncZeroconf(interfaces=self._interfaces)
        register = self._zeroconf.async_register_service
        told = await asyncio.gather(*(register(info) for info in self._infos))
        await asyncio.gather(*told)

    async def stop(self) -> None:
        zeroconf, self._zeroconf = self._zeroconf, None
        if zeroconf is not None:
            await zeroconf.async_unregister_all_services()
            await zeroconf.async_close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()


def service_infos(identity: Identity, host: str, port: int) -> list[AsyncServiceInfo]:
    """Both services under the id, and once more under the name when the user gave one."""
    instances = [(identity.id, f"{identity.hardware.host_prefix}-{identity.mac}")]
    if identity.name is not None:
        instances.append((identity.name, identity.name.replace(" ", "-")))
    short = {"gen": str(identity.hardware.gen)}
    long = short | {"app": identity.hardware.app, "ver": identity.firmware}
    return [
        AsyncServiceInfo(
            service,
            f"{instance}.{service}",
            addresses=[socket.inet_aton(host)],
            port=port,
            properties=texts,
            server=f"{host_name}.local.",
        )
        for instance, host_name in instances
        for service, texts in ((_SHELLY, long), (_HTTP, short))
    ]
