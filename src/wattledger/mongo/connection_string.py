"""A connection string taken apart as the driver does, and refused where it could mean two things.

Everything up to the last @ before the first / or ? is the login. Where an @ stands behind that, the
password has a character that should have been escaped, and what the driver would take for the host
is a part of it: such a string goes nowhere, neither to the driver nor to the DNS.
"""

import re
from dataclasses import dataclass

from typing_extensions import override

from wattledger.energy.errors import ReplicaRefused

ESCAPED = "@ is written %40, : %3A, / %2F, ? %3F, # %23, + %2B, % %25"
NO_ADDRESS = (
    "the connection string is none: it reads mongodb+srv://USER:PASSWORD@HOST/, and inside the "
    f"password {ESCAPED}; a port is a number"
)
UNESCAPED = (
    "the connection string can't be told apart: its user or its password has a character that must "
    f"be escaped: {ESCAPED}"
)
_SRV, _PLAIN = "mongodb+srv://", "mongodb://"
_HOST = re.compile(r"(\[[0-9A-Fa-f:.%\w]+\]|[\w.%-]+)(:\d{1,5})?")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True)
class Uri:
    """Its parts; its text says nothing of the login."""

    scheme: str
    login: str
    hosts: tuple[str, ...]
    rest: str
    """From the / or ? behind the hosts on."""

    @property
    def is_srv(self) -> bool:
        return self.scheme == _SRV

    @property
    def names(self) -> tuple[str, ...]:
        """The hosts without their ports and brackets."""
        return tuple(re.sub(r":\d+$", "", host).strip("[]") for host in self.hosts)

    @property
    def without_login(self) -> str:
        return f"{self.scheme}{','.join(self.hosts)}{self.rest}"

    @override
    def __repr__(self) -> str:
        return f"Uri({len(self.hosts)} hosts)"


def taken_apart(uri: str) -> Uri:
    """Raises ReplicaRefused; no part of the string is in its words."""
    scheme = next((one for one in (_SRV, _PLAIN) if uri.startswith(one)), None)
    if scheme is None:
        raise ReplicaRefused(NO_ADDRESS)
    authority = re.split(r"[/?]", uri[len(scheme) :], maxsplit=1)[0]
    rest = uri[len(scheme) + len(authority) :]
    login, _, hosts = authority.rpartition("@")
    if "@" in rest or "@" in login or login.count(":") > 1 or "%" in _ESCAPE.sub("", login):
        raise ReplicaRefused(UNESCAPED)
    names = tuple(hosts.split(","))
    if not all(_HOST.fullmatch(name) for name in names):
        raise ReplicaRefused(NO_ADDRESS)
    return Uri(scheme, login, names, rest)
