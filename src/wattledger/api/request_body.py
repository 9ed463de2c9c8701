"""What comes with a request that changes something: small, soon there, and from our own page.

A page of another site can make a browser send such a request, though not read its answer; browsers
say so in Sec-Fetch-Site, over plain HTTP and older ones in Origin. Scripts send neither. A proxy
may have put another Host; what it says of the first one counts where the settings name the proxy.
"""

import asyncio

from starlette.requests import Request
from starlette.types import Message, Receive

from wattledger.api.client_address import client_of

LONGEST_BYTES = 4_096
PATIENCE_S = 5.0

_READ = {
    ("POST", "/api/v1/access/pair"),
    ("PATCH", "/api/v1/settings"),
    ("POST", "/api/v1/settings/preview"),
    ("PATCH", "/api/v1/setup"),
    ("POST", "/api/v1/setup/enter"),
    ("POST", "/api/v1/setup/meters"),
}
"""Which questions come with something."""
_READ_BELOW = ("PATCH", "/api/v1/access/devices/")
_SAFE = {"GET", "HEAD", "OPTIONS"}
_PORTS = {"http": "80", "https": "443"}


def changes_something(request: Request) -> bool:
    return request.method not in _SAFE


def brings_something(request: Request) -> bool:
    """Whether its route reads a body."""
    method, below = _READ_BELOW
    path = request.scope["path"]
    return (request.method, path) in _READ or (request.method == method and path.startswith(below))


def is_from_elsewhere(request: Request) -> bool:
    """Whether a page of another origin had the browser send it."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return False
    host = client_of(request.scope).host or request.headers.get("host", "")
    scheme, _, there = origin.partition("://")
    return _with_port(there, scheme) != _with_port(host, scheme)


def _with_port(host: str, scheme: str) -> tuple[str, str]:
    """A name and its port: where none is written, that of the scheme."""
    name, colon, port = host.lower().rpartition(":")
    if not colon or "]" in port:  # an IPv6 address has colons of its own
        name, port = host.lower(), ""
    return name, port or _PORTS.get(scheme.lower(), "")


async def whole_body(receive: Receive) -> bytes | None:
    """The body; None when it is too long, too slow, or broken off."""
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                parts.append(message.get("body", b""))
                if sum(map(len, parts)) > LONGEST_BYTES:
                    return None
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        return None


def replayed(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, then what the connection says."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
