"""The content security policy: what a page may load and run."""

import hashlib
import re
from base64 import b64encode

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""Of every answer: nothing from elsewhere, and nothing that stands in a page itself."""

_INLINE = re.compile(rb"<(style|script)>(.*?)</\1>", re.DOTALL)


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
