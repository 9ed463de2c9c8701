"""The command line's side: asks the server that runs on a store, and waits for its answer."""

import json
import pwd
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wattledger.console.socket_path import place_of, short_name
from wattledger.energy.errors import WattledgerError

PATIENCE_S = 10.0
LONGEST_ANSWER_BYTES = 1 << 20
"""A list of all devices is shorter."""
MARGIN_S = 5.0
"""How much later than promised the server may say that a code has expired."""


class NoConsole(WattledgerError):
    """No running server can be asked, or it will not do it; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A code that holds for so long, and where the server listens that takes it."""

    code: str
    holds_s: float
    scheme: str
    host: str
    port: int


class Console:
    """A connection to the running server, good for one question."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._answers = line.makefile("rb")

    def close(self) -> None:
        self._answers.close()

    def ask(self, **question: str) -> dict[str, Any]:
        """The first answer. Raises NoConsole."""
        self._line.settimeout(PATIENCE_S)
        try:
            self._line.sendall(json.dumps(question).encode() + b"\n")
        except OSError as error:
            raise _gone() from error
        return self._next()

    def pair(self) -> Offer:
        """Has a code made; it is void as soon as the connection ends. Raises NoConsole."""
        answer = self.ask(ask="pair")
        try:
            return Offer(**answer)
        except TypeError as error:
            raise _babble() from error

    def wait(self, offer: Offer) -> dict[str, Any]:
        """What became of the code: `paired`, or `void`. Raises NoConsole."""
        self._line.settimeout(offer.holds_s + MARGIN_S)
        return self._next()

    def _next(self) -> dict[str, Any]:
        try:
            answer = self._answers.readline(LONGEST_ANSWER_BYTES)
        except OSError as error:
            raise _gone() from error
        if not answer:
            raise _gone()
        try:
            told = json.loads(answer)
        except (ValueError, RecursionError) as error:
            raise _babble() from error
        if not isinstance(told, dict):
            raise _babble()
        if "error" in told:
            raise NoConsole(str(told["error"]))
        return told


@contextmanager
def connected(store: Path) -> Iterator[Console]:
    """The server that runs on this store. Raises NoConsole."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            with short_name(place_of(store.resolve())) as name:
                line.connect(name)
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
            raise NoConsole(
                f"no server is running on the store {store}: start it, then pair"
            ) from error
        except PermissionError as error:
            raise NoConsole(_another_users(store)) from error
        except OSError as error:
            raise NoConsole(
                f"the server on the store {store}: {error.strerror or error}"
            ) from error
        with closing(Console(line)) as console:
            yield console


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


def _babble() -> NoConsole:
    return NoConsole("what listens beside the store is no server of this version: start it anew")


def _gone() -> NoConsole:
    return NoConsole("the server has stopped; its codes are void")
