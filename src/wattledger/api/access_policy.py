"""Who may ask: everybody on this machine, or whoever holds the token or was paired.

`open` is for a server on loopback. There a page of a foreign site could still reach it by giving
its own name the address 127.0.0.1 (DNS rebinding), so only Host headers that no one else can own
are taken.
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from itertools import pairwise
from typing import Self

SHORTEST_TOKEN = 20
FEWEST_DIFFERENT = 6


class AccessMode(StrEnum):
    OPEN = "open"
    TOKEN = "token"  # noqa: S105 - the mode's name


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one server, besides its paired devices.

    The token itself is not kept, its SHA-256 is. A weak one can be guessed: where wrong ones come
    from too often, it opens nothing either.
    """

    mode: AccessMode
    token_sha256: bytes | None = None
    is_weak: bool = False

    @classmethod
    def open(cls) -> Self:
        """For whoever reaches the server under an address."""
        return cls(AccessMode.OPEN)

    @classmethod
    def with_token(cls, token: str) -> Self:
        """For whoever sends `Authorization: Bearer <token>`; an empty one is none at all."""
        sha256 = hashlib.sha256(token.encode()).digest() if token else None
        return cls(AccessMode.TOKEN, sha256, weakness_of(token) is not None)

    def admits_host(self, host: str | None) -> bool:
        """Whether a request with this Host header may be answered at all."""
        return self.mode is AccessMode.TOKEN or (host is not None and _is_nobodys_name(host))

    def admits(self, authorization: str | None) -> bool:
        """Whether the Authorization header opens the data."""
        if self.mode is AccessMode.OPEN:
            return True
        token = bearer(authorization)
        if self.token_sha256 is None or token is None:
            return False
        given = hashlib.sha256(token.encode("latin-1", "replace")).digest()
        return hmac.compare_digest(given, self.token_sha256)


def weakness_of(token: str) -> str | None:
    """Why somebody might guess it; None for none, and for one with 20 characters that vary."""
    if not token:
        return None
    if len(token) < SHORTEST_TOKEN:
        return f"it has {len(token)} characters"
    if len(set(token)) < FEWEST_DIFFERENT:
        return f"it is made of {len(set(token))} different characters"
    if token in (token + token)[1:-1] or _is_counted(token):
        return "it repeats itself"
    return None


def weak_token(why: str) -> str:
    """What to say of a token that has such a weakness."""
    return (
        f"the token of [server] is weak: {why}. Whoever guesses it reads everything; take "
        f"{SHORTEST_TOKEN} random characters or more (`head -c 24 /dev/urandom | base64`)"
    )


def _is_counted(token: str) -> bool:
    """Whether most characters follow from the one before: 0123456789, abcdef, qqqqqq."""
    steps = [ord(after) - ord(before) for before, after in pairwise(token)]
    return 2 * sum(step in {-1, 0, 1} for step in steps) > len(steps)


def bearer(authorization: str | None) -> str | None:
    """The token of an Authorization header."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _is_nobodys_name(host: str) -> bool:
    """An IP literal or localhost, with or without a port."""
    name, bracket, rest = host.partition("]")
    if bracket:
        name, port = name.removeprefix("["), rest.removeprefix(":")
        literal = host.startswith("[") and (rest == "" or rest.startswith(":"))
    else:
        name, colon, port = host.partition(":")
        literal = True
        port = port if colon else ""
    if not literal or (port and not (port.isascii() and port.isdigit())):
        return False
    if name.lower() == "localhost":
        return not bracket
    try:
        return ip_address(name).version == (6 if bracket else 4)
    except ValueError:
        return False
