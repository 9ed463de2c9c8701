"""Where a request begins and ends, without a doubt (RFC 9112): what two programs might read in two
ways is refused, since one of them may be a proxy that lets it through.

h11 reads what passes; here is only what it forgives.
"""

import re
from collections.abc import Iterator

from h11 import IDLE, NEED_DATA, PAUSED, SERVER, Connection, Event, RemoteProtocolError, Request
from typing_extensions import override

LONGEST_HEAD_BYTES = 32_768

_END = b"\r\n\r\n"
_STRAY = re.compile(rb"(?<!\r)\n|\r(?!\n|\Z)|\0")
"""An end of line that is none, or a NUL."""
_FOLDED = re.compile(rb"\n[ \t]")
_VERSION = re.compile(rb" HTTP/(1\.[01])\r\n")
_DIGITS = re.compile(rb"[0-9]{1,18}")
_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%-]*(:[0-9]{0,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{0,5})?")
_ABSOLUTE = re.compile(rb"(?i)https?://([^/?#@]+)(/[^#]*|\?[^#]*|)")


class StrictConnection(Connection):
    """h11's side of a server, which forgives nothing."""

    def __init__(self) -> None:
        super().__init__(SERVER, LONGEST_HEAD_BYTES)

    @override
    def next_event(self) -> Event | type[NEED_DATA] | type[PAUSED]:
        """Raises RemoteProtocolError."""
        if self.their_state is IDLE:
            check_head(self.trailing_data[0])
        event = super().next_event()
        return _in_origin_form(event) if isinstance(event, Request) else event


def check_head(sofar: bytes) -> None:
    """Whether this is, or can become, the head of a request. Raises RemoteProtocolError."""
    end = sofar.find(_END)
    is_whole = end >= 0
    head = sofar[: end + len(_END)] if is_whole else sofar
    if len(head) > LONGEST_HEAD_BYTES:
        raise RemoteProtocolError("a head that is too long", 431)
    if _STRAY.search(head) or _FOLDED.search(head):
        raise RemoteProtocolError("lines that do not end in CR LF, or that are folded")
    if is_whole:
        _check_fields(head)


def _check_fields(head: bytes) -> None:
    line, *lines = head[: -len(_END)].split(b"\r\n")
    version = _VERSION.search(line + b"\r\n")
    if version is None:
        raise RemoteProtocolError("no HTTP/1.0 or HTTP/1.1")
    fields = [(name.lower(), value.strip(b" \t")) for name, _, value in _parted(lines)]
    lengths = [value for name, value in fields if name == b"content-length"]
    codings = [value for name, value in fields if name == b"transfer-encoding"]
    hosts = [value for name, value in fields if name == b"host"]
    if len(lengths) + len(codings) > 1:
        raise RemoteProtocolError("more than one length of the body")
    if lengths and not _DIGITS.fullmatch(lengths[0]):
        raise RemoteProtocolError("a length that is no number")
    if codings and (codings[0].lower() != b"chunked" or version[1] == b"1.0"):
        raise RemoteProtocolError("a transfer coding other than chunked")
    if len(hosts) > 1 or (not hosts and version[1] == b"1.1"):
        raise RemoteProtocolError("not one Host")
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise RemoteProtocolError("a Host that is no name")


def _parted(lines: list[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    return (line.partition(b":") for line in lines)


def _in_origin_form(request: Request) -> Request:
    """The request with its path alone, where it came with a whole address, as it does to a proxy.

    Raises RemoteProtocolError for the address of another server.
    """
    if request.target.startswith(b"/"):
        return request
    found = _ABSOLUTE.fullmatch(request.target)
    if found is None:
        return request
    host = dict(request.headers).get(b"host", b"")
    if host.lower() != found[1].lower():
        raise RemoteProtocolError("an address of another host")
    path = found[2] if found[2].startswith(b"/") else b"/" + found[2]
    return Request(
        method=request.method,
        headers=request.headers.raw_items(),
        target=path,
        http_version=request.http_version,
    )
