"""The names and addresses that a certificate is for."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from cryptography import x509

Name = str | IPv4Address | IPv6Address
"""A DNS name, lower case and ASCII, or an address."""

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_DNS_NAME = re.compile(rf"({_LABEL}\.)*{_LABEL}")
_LONGEST = 253
_WORDS = "'{}' is neither a name such as home.example.org nor an address"


def name_of(text: str) -> Name:
    """The name that a person wrote. Raises ValueError, which says what is allowed."""
    plain = text.strip().rstrip(".").lower()
    if "%" in plain:  # an address of one cable, which no certificate can have
        raise ValueError(_WORDS.format(text))
    try:
        return ip_address(plain.removeprefix("[").removesuffix("]"))
    except ValueError:
        return _dns_name(plain, text)


def _dns_name(plain: str, text: str) -> str:
    try:
        name = plain.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    # A last part of digits alone is an address that was mistyped.
    is_name = _DNS_NAME.fullmatch(name) and not name.rpartition(".")[2].isdigit()
    if not is_name or len(name) > _LONGEST:
        raise ValueError(_WORDS.format(text))
    return name


def general_names(names: Iterable[Name]) -> list[x509.GeneralName]:
    """As a server's certificate says them."""
    return [x509.DNSName(name) if isinstance(name, str) else x509.IPAddress(name) for name in names]


def subtrees(names: Iterable[Name]) -> list[x509.GeneralName]:
    """As an authority's constraints say them: an address is a network of its own."""
    return [
        x509.DNSName(name) if isinstance(name, str) else x509.IPAddress(ip_network(name))
        for name in names
    ]


def names_in(found: Iterable[x509.GeneralName]) -> list[Name]:
    """Back from either; a network by its first address."""
    names: list[Name] = []
    for one in found:
        if isinstance(one, x509.DNSName):
            names.append(one.value)
        elif isinstance(one, x509.IPAddress):
            value = one.value
            if isinstance(value, IPv4Network | IPv6Network):
                value = value.network_address
            names.append(value)
    return names


def is_within(name: Name, permitted: Iterable[Name]) -> bool:
    """Whether constraints of these permit it; a DNS name stands for those below it too."""
    if not isinstance(name, str):
        return name in permitted
    return any(isinstance(one, str) and f".{name}".endswith(f".{one}") for one in permitted)
