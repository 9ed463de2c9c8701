"""By which addresses others in the home's network reach this machine."""

import ipaddress
import socket
import struct
from collections.abc import Iterator
from fcntl import ioctl

EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not listened on
# Addresses for documentation (RFC 5737, RFC 3849): nothing is sent there.
_SIOCGIFADDR = 0x8915
"""Linux: the address of an interface."""
_FAR = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def own_addresses() -> list[str]:
    """Those by which a phone at home reaches this machine.

    Without an IPv6 address of the whole internet: providers change those.
    """
    found = filter(None, map(own_address, _FAR))
    return [one for one in found if "." in one or ipaddress.ip_address(one).is_private]


def addresses_of(host: str) -> list[str]:
    """Those of a server that listens on `host`; none where only this machine reaches it."""
    if host in EVERYWHERE:
        return own_addresses()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return []
    return [] if is_loopback(host) else [host]


def own_address(family: socket.AddressFamily) -> str | None:
    """The address from which this machine would speak to others; where no way leads out of its
    network, that of its first interface.
    """
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.connect((_FAR[family], 9))
            address = str(line.getsockname()[0])
    except OSError:
        return next(_of_interfaces(), None) if family == socket.AF_INET else None
    return None if is_loopback(address) else address


def _of_interfaces() -> Iterator[str]:
    """Their IPv4 addresses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        for _, name in socket.if_nameindex():
            try:
                told = ioctl(line, _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:  # it has none
                continue
            if not is_loopback(address := socket.inet_ntoa(told[20:24])):
                yield address


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
