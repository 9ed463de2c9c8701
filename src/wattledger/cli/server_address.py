"""Under which address a phone reaches this machine, or a server that says where it listens."""

import socket

from wattledger.api.own_addresses import EVERYWHERE, is_loopback, own_address, own_addresses

__all__ = ["own_addresses", "url_for_phones"]


def url_for_phones(scheme: str, host: str, port: int) -> str | None:
    """None when only this machine reaches it, or it can't be told how others do."""
    if host == "localhost" or is_loopback(host):
        return None
    families = [socket.AF_INET6] if host == "::" else [socket.AF_INET, socket.AF_INET6]
    if host in EVERYWHERE:
        host = next(filter(None, map(own_address, families)), "")
    if not host:
        return None
    name = f"[{host}]" if ":" in host else host
    standard = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{name}" if port == standard else f"{scheme}://{name}:{port}"
