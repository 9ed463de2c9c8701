"""Under which address a phone reaches this machine, or a server that says where it listens."""

import ipaddress
import socket

_ALL = {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not listened on
# Addresses for documentation (RFC 5737, RFC 3849): nothing is sent there.
_FAR = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def url_for_phones(scheme: str, host: str, port: int) -> str | None:
    """None when only this machine reaches it, or it can't be told how others do."""
    if host == "localhost" or _is_loopback(host):
        return None
    families = [socket.AF_INET6] if host == "::" else [socket.AF_INET, socket.AF_INET6]
    if host in _ALL:
        host = next(filter(None, map(_own_address, families)), "")
    if not host:
        return None
    name = f"[{host}]" if ":" in host else host
    standard = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{name}" if port == standard else f"{scheme}://{name}:{port}"


def own_addresses() -> list[str]:
    """Those by which a phone at home reaches this machine.

    Without an IPv6 address of the whole internet: providers change those.
    """
    found = filter(None, map(_own_address, _FAR))
    return [one for one in found if "." in one or ipaddress.ip_address(one).is_private]


def _own_address(family: socket.AddressFamily) -> str | None:
    """The address from which this machine would speak to others."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.connect((_FAR[family], 9))
            address = str(line.getsockname()[0])
    except OSError:
        return None
    return None if _is_loopback(address) else address


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
