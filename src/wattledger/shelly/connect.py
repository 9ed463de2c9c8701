"""Opens a connection, and closes it whatever happens; the network's errors become ours here."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from typing_extensions import override
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidMessage, InvalidStatus, InvalidURI, WebSocketException

from wattledger.energy.address import ADDRESS, authority_of
from wattledger.energy.clock import Clock
from wattledger.energy.errors import MeterUnreachable, ProtocolError
from wattledger.shelly.connection import Connection, FrameHandler
from wattledger.shelly.digest import Login
from wattledger.shelly.first_generation import first_generation
from wattledger.shelly.rpc_frame import MAX_FRAME_BYTES, TOO_MANY_TRIES, UNAUTHORIZED
from wattledger.shelly.timeouts import Timing


class _Straight(connect):
    """To the address that was given, and nowhere else: a redirect is an answer like any other."""

    @override
    def process_redirect(self, exc: Exception) -> Exception:
        return exc


async def _own_address(authority: str, timing: Timing) -> dict[str, Any]:
    """Of a host that says its name itself in the network; nothing for what the system resolves."""
    name = (urlsplit(f"//{authority}").hostname or "").removesuffix(".")
    if not name.endswith(".local"):
        return {}
    from wattledger.shelly.discovery import resolved

    address = await resolved(name, timing.name_s)
    return {"host": address} if address else {}


@asynccontextmanager
async def opened(
    host: str, login: Login, on_frame: FrameHandler, clock: Clock, timing: Timing
) -> AsyncIterator[Connection]:
    """A new connection, closed at the end whatever happens. Raises MeterError."""
    login.check_open(clock.monotonic_s())
    websocket = await _connected(host, login, clock, timing)
    connection = Connection(websocket, login, on_frame, clock, timing)
    try:
        yield connection
    finally:
        await connection.close()


async def _connected(host: str, login: Login, clock: Clock, timing: Timing) -> ClientConnection:
    """The library's own pings are off: the frames that come anyway say whether the meter lives."""
    try:
        authority = authority_of(host)
        return await _Straight(
            f"ws://{authority}/rpc",
            **await _own_address(authority, timing),
            compression=None,
            proxy=None,
            user_agent_header=None,
            open_timeout=timing.open_s,
            close_timeout=timing.close_s,
            ping_interval=None,
            max_size=MAX_FRAME_BYTES,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        if status in (UNAUTHORIZED, TOO_MANY_TRIES):
            raise login.throttled(clock.monotonic_s()) from error
        if (told := await first_generation(authority_of(host), timing.open_s)) is not None:
            raise ProtocolError(f"this is no meter that can be read, but {told}") from error
        raise MeterUnreachable(f"the meter answers {status} instead of a connection") from error
    except TimeoutError as error:
        raise MeterUnreachable(f"no connection within {timing.open_s:g} s") from error
    except (OSError, WebSocketException, ValueError, EOFError) as error:
        raise MeterUnreachable(f"no connection: {_why(error)}") from error


def _why(error: Exception) -> str:
    """What a person can use of an error of the network; never what we sent."""
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    if isinstance(error, socket.gaierror):
        return error.strerror or "no such name"
    if isinstance(error, InvalidMessage):
        return "what answers there is no meter, or it broke off"
    if isinstance(error, ValueError | InvalidURI):
        return f"this is no {ADDRESS}"
    return type(error).__name__
