"""Devices of the first generation, which answer over plain HTTP only: told as what they are."""

import asyncio
import json
from contextlib import suppress
from urllib.parse import urlsplit

from wattledger.energy.clean_text import clean
from wattledger.shelly.json_values import fields_or_none, text_or_none

_MOST_BYTES = 16_384
_PORT = 80
_MODELS = "SH"
"""What each of their models begins with: others also tell a type, an API of a fault for one."""


async def first_generation(authority: str, timeout_s: float) -> str | None:
    """What is there, in words for a person; None where it is no such device.

    It is asked for `/shelly`, which needs no password.
    """
    parts = urlsplit(f"//{authority}")
    try:
        async with asyncio.timeout(timeout_s):
            body = await _got(parts.hostname or "", parts.port or _PORT)
            said = fields_or_none(json.loads(body.partition(b"\r\n\r\n")[2]))
    except (OSError, ValueError, RecursionError):
        return None
    model = text_or_none((said or {}).get("type"))
    if model is None or not model.startswith(_MODELS):
        return None
    return clean(
        f"a Shelly of the first generation ({model}), which keeps no energy of each minute that "
        "could be asked for"
    )


async def _got(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET /shelly HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        parts: list[bytes] = []
        while (part := await reader.read(_MOST_BYTES)) and sum(map(len, parts)) < _MOST_BYTES:
            parts.append(part)
        return b"".join(parts)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
