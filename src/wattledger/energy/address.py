"""A meter's address as a person gives it: a host name or IP address, with :port where not 80."""

import re
from urllib.parse import urlsplit

ADDRESS = "host name or address, with :port where it is not 80"
"""What is allowed, for the words of a fault."""

_PATH = re.compile(r"[/?#]")
_NO_ADDRESS_HAS = re.compile(r"[\s\x00-\x1f\x7f/?#@\\]")


def typed_address(text: str) -> str:
    """What a person copied from a browser (`http://192.168.1.20/`) as an address; else as it is."""
    scheme, colon, rest = text.strip().partition("://")
    if colon and scheme.lower() not in {"http", "https", "ws"}:
        return text
    host = _PATH.split(rest if colon else scheme, maxsplit=1)[0]
    has_port = host.count(":") == 1 or "]:" in host
    return host.removesuffix(":80") if has_port else host


def authority_of(address: str) -> str:
    """The address as it stands in a URI. Raises ValueError for what is none."""
    # An IPv6 address is told from host:port by its second colon.
    is_bare_ipv6 = address.count(":") > 1 and not address.startswith("[")
    authority = f"[{address}]" if is_bare_ipv6 else address
    parts = urlsplit(f"//{authority}")
    behind = authority.partition("]")[2]
    has_more = bool(behind) and not behind.startswith(":")
    if _NO_ADDRESS_HAS.search(address) or has_more or not parts.hostname or parts.port == 0:
        raise ValueError(f"no {ADDRESS}")
    parts.hostname.encode("idna")  # which asking for the name would do, and fail at
    return authority
