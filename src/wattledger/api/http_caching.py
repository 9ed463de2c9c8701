"""What a client may keep: answers of energy have an ETag, by which they are asked for again."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

REVALIDATE = "private, no-cache"


def etag_of(body: bytes) -> str:
    """A strong ETag: equal bytes, equal tag."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has this very body already (RFC 9110, 13.1.2: weak comparison)."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]


def tagged(request: Request, body: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """200 with the body and its ETag, or 304 without, if the client has it."""
    etag = etag_of(body)
    headers = {**headers, "ETag": etag}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, media_type)
