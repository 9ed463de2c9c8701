"""The sockets on which a server listens, and in words why it can't."""

import errno
import socket
from collections.abc import Sequence

from wattledger.energy.errors import WattledgerError

UNSENT_BYTES = 16_384
"""What the system may hold for a reader that takes nothing: a dozen events, not thousands."""
BACKLOG = 4_096
"""Who waits to be taken in, or refused: many at once must not keep others from being heard."""


class CannotListen(WattledgerError):
    """The address is not ours to serve, or its port is in use; the text says which."""


class Listeners:
    """The sockets of one address, taken until they are closed."""

    def __init__(
        self, host: str, port: int, sockets: Sequence[socket.socket] | None = None
    ) -> None:
        """Port 0 takes a free one. Raises CannotListen."""
        self.host = host
        self._asked_port = port
        self.sockets = [*(listeners_on(host, port) if sockets is None else sockets)]
        name = self.sockets[0].getsockname()
        self.port = 0 if self.sockets[0].family == socket.AF_UNIX else int(name[1])

    def are_on(self, host: str, port: int) -> bool:
        """Whether that was asked for."""
        return (host, port) == (self.host, self._asked_port)

    def shared(self) -> "Listeners":
        """The same once more, to be closed by themselves: who has to wait waits with both."""
        return Listeners(self.host, self._asked_port, [one.dup() for one in self.sockets])

    @property
    def are_open(self) -> bool:
        return all(listener.fileno() >= 0 for listener in self.sockets)

    def anew(self) -> "Listeners":
        """On the same address, after these were closed. Raises CannotListen."""
        return Listeners(self.host, self.port)

    def close(self) -> None:
        for listener in self.sockets:
            listener.close()


def listeners_on(host: str, port: int) -> list[socket.socket]:
    """A listening socket on every address of the host. Raises CannotListen."""
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"'{host}' is no address of this machine: {error}") from error
    listeners: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            if listeners and port == 0:
                break
            listeners.append(_listener(family, address))
    except OSError as error:
        for listener in listeners:
            listener.close()
        raise CannotListen(_why(host, port, error)) from error
    return listeners


def _listener(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        # Connections inherit both; asyncio sees to the first where a socket names its protocol.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if (option := getattr(socket, "TCP_NOTSENT_LOWAT", None)) is not None:
            listener.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)
        listener.setblocking(False)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host or 'all addresses'} is in use; set another under [server]"
    if error.errno == errno.EACCES:
        return f"port {port} may not be taken by this user; ports above 1023 may"
    return f"can't listen on {host or 'all addresses'} port {port}: {error.strerror or error}"
