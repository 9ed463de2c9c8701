"""Files of a folder, for browsers: only what lies in it, only of known kinds."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from wattledger.api.http_caching import tagged
from wattledger.api.security_headers import policy_of

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


_CODINGS = {"br": ".br", "gzip": ".gz"}
"""By preference: how a file may lie compressed beside itself, and under which name."""


class Folder:
    """A folder of files; one may come, change and go at any time."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def answer(self, request: Request, name: str, cache_control: str) -> Response | None:
        """The file of that name, relative to the folder; None if there is no such file.

        Compressed where it lies there compressed and the client takes that.
        """
        kind = _KINDS.get(Path(name).suffix)
        body = None if kind is None else await asyncio.to_thread(self._read, name)
        if kind is None or body is None:
            return None
        headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"}
        if kind.startswith("text/html"):
            headers["Content-Security-Policy"] = policy_of(body)
        for coding in _accepted(request.headers.get("accept-encoding", "")):
            if smaller := await asyncio.to_thread(self._read, name + _CODINGS[coding]):
                return tagged(request, smaller, kind, {**headers, "Content-Encoding": coding})
        return tagged(request, body, kind, headers)

    def _read(self, name: str) -> bytes | None:
        try:
            path = (self._root / name).resolve()
            return path.read_bytes() if path.is_relative_to(self._root) else None
        except (OSError, ValueError):  # ValueError: a NUL in the name
            return None


def _accepted(accept_encoding: str) -> Iterator[str]:
    """Which of our codings the client takes (RFC 9110, 12.5.3); a weight of 0 is a refusal."""
    weights = {}
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";q=")
        weights[coding] = weight or "1"
    return (coding for coding in _CODINGS if weights.get(coding, "0").strip("0."))
