"""By which addresses others in the home's network reach this machine."""

import ipaddress
import socket

EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not listened on
# Addresses for documentation (RFC 5737, RFC 3849): nothing is sent there.
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
    """The address from which this machine would speak to others."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.connect((_FAR[family], 9))
            address = str(line.getsockname()[0])
    except OSError:
        return None
    return None if is_loopback(address) else address


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
