"""Who asks: the address that a request is counted by, and what a proxy of the home says of it.

A peer is believed what it says of others only where the settings name it (`trusted_proxies`): any
other could give itself a new address with each request.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

_KEY = "wattledger.client"
_PREFIX_BITS = 64
"""One home or one phone gets a whole /64 of IPv6: its addresses are one client."""
_NAME = re.compile(r"[A-Za-z0-9._~-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_PAIR = re.compile(r"""\s*([A-Za-z]+)\s*=\s*("[^"]*"|[^;,\s"]*)\s*""")


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks. Beyond the address, what its browser's address line has where a proxy says so."""

    address: str
    """As `counted_as` has it."""
    is_behind_proxy: bool = False
    scheme: str | None = None
    host: str | None = None
    prefix: str = ""
    """Of the path, which the proxy took away: `/wattledger`."""


def counted_as(host: str) -> str:
    """The client that an address belongs to: itself, or its /64 of IPv6."""
    address = _address(host)
    if address is None:
        return host[:64]
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), _PREFIX_BITS), strict=False))


class Proxies:
    """The proxies that are believed."""

    def __init__(self, trusted: Sequence[str] = ()) -> None:
        """Addresses, or networks as `10.0.0.0/8`. Raises ValueError."""
        self._trusted = [ip_network(one.strip(), strict=False) for one in trusted]

    def trusts(self, host: str) -> bool:
        address = _address(host)
        return address is not None and any(address in network for network in self._trusted)

    def client_of(self, scope: Scope) -> Client:
        """Who asks for what the scope says."""
        peer, _ = scope.get("client") or ("", 0)
        if not self.trusts(peer):
            return Client(counted_as(peer))
        headers = Headers(scope=scope)
        scheme = _last(headers, "x-forwarded-proto").lower()
        host, prefix = (
            _last(headers, f"x-forwarded-{what}").rstrip("/") for what in ("host", "prefix")
        )
        return Client(
            counted_as(self._asker(peer, headers)),
            is_behind_proxy=True,
            scheme=scheme if scheme in {"http", "https"} else None,
            host=host if _NAME.fullmatch(host) else None,
            prefix=prefix if _PREFIX.fullmatch(prefix) else "",
        )

    def _asker(self, peer: str, headers: Headers) -> str:
        """The nearest one of the way that is no proxy of ours.

        Each proxy writes down whom it heard, to the right of what it was told: what stands left of
        the first one that is not ours may be invented. The proxy itself where it says nothing, or
        where two headers contradict each other, of which a client may have sent one.
        """
        ways = [way for way in (_forwarded_for(headers), _forwarded(headers)) if way]
        found = {self._nearest(peer, way) for way in ways}
        return found.pop() if len(found) == 1 else peer

    def _nearest(self, peer: str, way: list[str]) -> str:
        nearest = peer
        for hop in reversed(way):
            address = _address(hop)
            if address is None:
                break
            nearest = str(address)
            if not self.trusts(nearest):
                break
        return nearest


def note_client(scope: Scope, client: Client) -> None:
    """For what is behind."""
    scope[_KEY] = client


def client_of(scope: Scope) -> Client:
    """Who asks; the peer, where nobody has looked."""
    client = scope.get(_KEY)
    if isinstance(client, Client):
        return client
    peer, _ = scope.get("client") or ("", 0)
    return Client(counted_as(peer))


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Without a zone; an IPv4 address that is written as one of IPv6 is the former."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _last(headers: Headers, name: str) -> str:
    """What the nearest proxy wrote."""
    values = headers.getlist(name)
    return values[-1].rpartition(",")[2].strip() if values else ""


def _forwarded_for(headers: Headers) -> list[str]:
    hops = ",".join(headers.getlist("x-forwarded-for"))
    return [_host_of(hop.strip()) for hop in hops.split(",")] if hops else []


def _forwarded(headers: Headers) -> list[str]:
    """The `for` of each element of `Forwarded` (RFC 7239)."""
    text = ",".join(headers.getlist("forwarded"))
    return [_host_of(hop) for hop in _hops(text)] if text else []


def _hops(text: str) -> Iterator[str]:
    for element in text.split(","):
        pairs = {name.lower(): value for name, value in _PAIR.findall(element)}
        yield pairs.get("for", "").strip('"')


def _host_of(hop: str) -> str:
    """Without the port: `[2001:db8::1]:4711`, `192.0.2.1:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
