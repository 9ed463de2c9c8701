"""The command line's side: asks the server that runs on a store, and waits for its answer."""

import json
import pwd
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from wattledger.control_socket.price_rows import MOST_AT_ONCE, told_of
from wattledger.control_socket.unix_socket import place_of, short_name
from wattledger.energy.errors import WattledgerError
from wattledger.energy.spot_price import SpotPrice

PATIENCE_S = 10.0
LONGEST_ANSWER_BYTES = 1 << 20
"""A list of all devices is shorter."""
MARGIN_S = 5.0
"""How much later than promised the server may say that a code has expired."""


class ControlError(WattledgerError):
    """No running server can be asked, or it will not do it; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A code that holds for so long, and where the server listens that takes it."""

    code: str
    holds_s: float
    scheme: str
    host: str
    port: int


class _Line(HTTPConnection):
    """HTTP over the socket beside a store."""

    def __init__(self, place: Path) -> None:
        super().__init__("localhost", timeout=PATIENCE_S)
        self._place = place

    @override
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE_S)
        with short_name(self._place) as name:
            self.sock.connect(name)


class ControlClient:
    """The running server, asked over one connection. What is asked raises ControlError."""

    def __init__(self, line: HTTPConnection) -> None:
        self._line = line
        self._offer: HTTPResponse | None = None

    def connect(self) -> None:
        """Raises OSError."""
        self._line.connect()

    def devices(self) -> list[dict[str, Any]]:
        devices = _told(self._ask("GET", "/devices")).get("devices")
        if not isinstance(devices, list):
            raise _babble()
        return devices

    def remove(self, device_id: str) -> bool:
        """Whether there was such a device."""
        path = f"/devices/{quote(device_id, safe='')}"
        return _told(self._ask("DELETE", path)).get("removed") is True

    def keep_prices(self, area: str, prices: Sequence[SpotPrice]) -> None:
        """All of them, some at a time."""
        for first in range(0, len(prices), MOST_AT_ONCE):
            some = prices[first : first + MOST_AT_ONCE]
            with closing(self._ask("PUT", "/prices", told_of(area, some))) as answer:
                if _told(answer).get("kept") != len(some):
                    raise _babble()

    def pair(self, *, owns: bool = True) -> Offer:
        """Has a code made, for a device that owns or only looks; it is void as soon as the
        connection ends.
        """
        self._offer = self._ask("POST", f"/pair?owns={'yes' if owns else 'no'}")
        try:
            return Offer(**_told(self._offer))
        except TypeError as error:
            raise _babble() from error

    def wait(self, offer: Offer) -> dict[str, Any]:
        """What became of the code: `paired`, or `void`."""
        assert self._offer is not None  # noqa: S101 - an offer was made
        self._line.sock.settimeout(offer.holds_s + MARGIN_S)
        return _told(self._offer)

    def close(self) -> None:
        if self._offer is not None:
            self._offer.close()
        self._line.close()

    def _ask(self, method: str, path: str, told: object = None) -> HTTPResponse:
        try:
            self._line.request(method, path, None if told is None else json.dumps(told))
            answer = self._line.getresponse()
        except OSError as error:
            raise _gone() from error
        except HTTPException as error:
            raise _babble() from error
        if answer.status != HTTPStatus.OK:
            raise ControlError(str(_told(answer).get("detail")))
        return answer


def _told(answer: HTTPResponse) -> dict[str, Any]:
    """The next line of it."""
    try:
        line = answer.readline(LONGEST_ANSWER_BYTES)
    except (OSError, HTTPException) as error:
        raise _gone() from error
    if not line:
        raise _gone()
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _babble() from error
    if not isinstance(told, dict):
        raise _babble()
    return told


@contextmanager
def connected(store: Path) -> Iterator[ControlClient]:
    """The server that runs on this store. Raises ControlError."""
    with closing(ControlClient(_Line(place_of(store.resolve())))) as client:
        try:
            client.connect()
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
            raise ControlError(
                f"no server is running on the store {store}: start it, then pair"
            ) from error
        except PermissionError as error:
            raise ControlError(_another_users(store)) from error
        except OSError as error:
            raise ControlError(
                f"the server on the store {store}: {error.strerror or error}"
            ) from error
        yield client


def _another_users(store: Path) -> str:
    """Whose the store is, as far as this user may know."""
    try:
        uid = place_of(store).stat().st_uid
        owner = pwd.getpwuid(uid).pw_name
    except (OSError, KeyError):
        owner = "USER"
    return (
        f"the server on the store {store} runs as another user: give this command as that one "
        f"(sudo -u {owner} ...), or as root"
    )


def _babble() -> ControlError:
    return ControlError("what listens beside the store is no server of this version: start it anew")


def _gone() -> ControlError:
    return ControlError("the server has stopped; its codes are void")
