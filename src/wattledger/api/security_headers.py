"""What every answer says to a browser; most of all what a page may load and run."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable

Header = tuple[bytes, bytes]

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""Of every answer: nothing from elsewhere, and nothing that stands in a page itself."""

_CARRIED = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_POLICY = (b"content-security-policy", POLICY.encode())
_KEEP_NOTHING = (b"cache-control", b"no-store")
_INLINE = re.compile(rb"<(style|script)>(.*?)</\1>", re.DOTALL)


def with_carried(headers: Iterable[Header]) -> list[Header]:
    """An answer's headers, and those that every answer carries.

    A page of ours may bring a policy of its own; who says nothing about keeping it, means not to.
    """
    carried = [*headers, *_CARRIED]
    named = {name.lower() for name, _ in carried}
    return [*carried, *(one for one in (_POLICY, _KEEP_NOTHING) if one[0] not in named)]


def policy_of(page: bytes) -> str:
    """The same for a page of ours: the very styles and scripts that stand in it are let through."""
    inline = _INLINE.findall(page)
    policy = POLICY
    for kind in (b"style", b"script"):
        if digests := [_digest(text) for found, text in inline if found == kind]:
            policy += f"; {kind.decode()}-src 'self' {' '.join(digests)}"
    return policy


def _digest(text: bytes) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text).digest()).decode()}'"
