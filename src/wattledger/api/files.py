"""Files of a folder, for browsers: only what lies in it, only of known kinds."""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from wattledger.api.caching import tagged

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


class Folder:
    """A folder of files; one may come, change and go at any time."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def answer(self, request: Request, name: str, cache_control: str) -> Response | None:
        """The file of that name, relative to the folder; None if there is no such file."""
        body = await asyncio.to_thread(self._read, name)
        if body is None:
            return None
        kind = _KINDS[Path(name).suffix]
        return tagged(request, body, kind, {"Cache-Control": cache_control})

    def _read(self, name: str) -> bytes | None:
        if Path(name).suffix not in _KINDS:
            return None
        try:
            path = (self._root / name).resolve()
            return path.read_bytes() if path.is_relative_to(self._root) else None
        except (OSError, ValueError):  # ValueError: a NUL in the name
            return None
