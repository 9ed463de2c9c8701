"""The faults of settings in words: where, which key, what is allowed. Never a secret's value."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from wattledger.energy.clean_text import clean
from wattledger.energy.meter import PHASES, Role

Keys = list[str]
Table = dict[str, object]

MOST_TOLD = 50
LONGEST_WORDS = 400

_HEADER = re.compile(r"\s*\[+\s*([\w-]+)\s*\]+")
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_WORDS = {
    "missing": "missing",
    "model_type": "must be a section: [section] on a line of its own, its keys below",
    "tuple_type": "must be sections: [[meters]] on a line of its own for each meter",
    "string_type": 'must be a text, in "quotes"',
    "string_too_short": "must not be empty",
    "string_too_long": "must have {max_length} letters at most",
    "too_long": "must be {max_length} at most",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be {ge:g} at least",
    "less_than_equal": "must be {le:g} at most",
}


def words_of(error: ErrorDetails) -> str:
    """What is wrong with one value, or what is allowed."""
    words = _WORDS.get(error["type"])
    if words is None:
        return error["msg"].removeprefix("Value error, ")
    return words.format_map(error.get("ctx", {}))


class Faults:
    """Collects the faults of one file in `found`; `known_keys` gives the keys of a section.

    Of a file that is all faults only the first ones are looked up and told.
    """

    def __init__(self, path: Path, text: str, known_keys: Callable[[Keys], Keys]) -> None:
        self._path = path
        self._lines = text.split("\n")
        self._known_keys = known_keys
        self._names: dict[str, str] = {}
        self._more = 0
        self.found: list[str] = []

    def came_from(self, name: str, keys: Keys) -> None:
        """A value is not the file's but that of an environment variable; the last one counts."""
        self._names[_dotted(keys)] = name

    def add(self, words: str) -> None:
        """One that is not in the file."""
        if len(self.found) < MOST_TOLD:
            self.found.append(clean(words, LONGEST_WORDS))
        else:
            self._more += 1

    def at(self, keys: Keys, words: str) -> None:
        """One of a key."""
        if len(self.found) >= MOST_TOLD:
            self._more += 1
            return
        words = clean(words, LONGEST_WORDS)
        if (name := self._name_of(keys)) is not None:
            self.found.append(f"environment {clean(name)}: {words}")
            return
        line = _line_of(self._lines, keys)
        where = f"{self._path}:{line}" if line else str(self._path)
        self.found.append(f"{where}: {clean('.'.join(keys)) or 'settings'}: {words}")

    def told(self) -> list[str]:
        """The first ones, and how many there are besides."""
        return [*self.found, f"and {self._more} more"] if self._more else self.found

    def _name_of(self, keys: Keys) -> str | None:
        """The variable that brought the key's value, or a section that the file lacks."""
        if (name := self._names.get(_dotted(keys))) is not None:
            return name
        if len(keys) != 1 or _line_of(self._lines, keys):
            return None
        brought = (name for key, name in self._names.items() if key.startswith(f"{keys[0]}."))
        return next(brought, None)

    def of_keys(self, error: ValidationError) -> None:
        """Those of single keys."""
        for one in error.errors(include_url=False, include_input=False):
            keys = [str(key) for key in one["loc"]]
            self.at(keys, self._words(one, keys))

    def _words(self, error: ErrorDetails, keys: Keys) -> str:
        if error["type"] == "extra_forbidden":
            return f"unknown key; known are {', '.join(self._known_keys(keys[:-1]))}"
        return words_of(error)

    def between_keys(self, values: dict[str, object]) -> None:
        """Those between keys that may each be right; told beside the faults of single keys."""
        for keys, words in _server_faults(values.get("server", {})):
            self.at(keys, words)
        if not values.get("meters"):
            for keys, words in _faults_without_pairing(values.get("server", {})):
                self.at(keys, words)
        for keys, words in _meter_faults(values.get("meters", []), elsewhere="mongodb" in values):
            self.at(keys, words)


def _server_faults(server: object) -> Iterator[tuple[Keys, str]]:
    if not isinstance(server, dict):
        return
    host, access = str(server.get("host", "127.0.0.1")), server.get("access", "open")
    if access == "open" and not is_loopback(host):
        words = (
            f"open access is only for loopback, and host is '{host}'; "
            'set access = "token", or host = "127.0.0.1"'
        )
        yield ["server", "access"], words
    if bool(server.get("tls_cert")) != bool(server.get("tls_key")):
        yield ["server", "tls_cert"], "tls_cert and tls_key go together"


def _faults_without_pairing(server: object) -> Iterator[tuple[Keys, str]]:
    """A server without meters keeps no devices, so that only its token lets anybody in."""
    if not isinstance(server, dict):
        return
    if server.get("access") == "token" and not server.get("token"):
        words = 'access = "token" needs a token (or token_file) on a server without meters'
        yield ["server", "token"], words


def _meter_faults(meters: object, *, elsewhere: bool) -> Iterator[tuple[Keys, str]]:
    """With MongoDB a server needs no meters: then it shows a home whose meters are elsewhere."""
    if not isinstance(meters, list):
        return
    if not meters and not elsewhere:
        yield ["meters"], "no meters; add a [[meters]] section for each: name, role, host"
    tables = [(n, meter) for n, meter in enumerate(meters) if isinstance(meter, dict)]
    for index, meter in tables:
        role = next((role for role in Role if role == meter.get("role")), None)
        if role and not role.gives and "production" in meter:
            words = f"what is measured {role.where} has none; leave it out"
            yield ["meters", str(index), "production"], words
    yield from _same_names(tables)
    yield from _same_hosts(tables)
    yield from _other_passwords(tables)


def _same_names(tables: Sequence[tuple[int, Table]]) -> Iterator[tuple[Keys, str]]:
    seen: set[str] = set()
    for index, meter in tables:
        name = _text(meter.get("name"))
        if "name" in meter and name in seen:
            yield ["meters", str(index), "name"], f"another meter has the name '{name}' already"
        seen.add(name)


def _same_hosts(tables: Sequence[tuple[int, Table]]) -> Iterator[tuple[Keys, str]]:
    """Several names may lie on one host when each takes phases of its own."""
    taken: dict[str, set[str]] = {}
    for index, meter in tables:
        if "host" not in meter:
            continue
        host, phases = _text(meter["host"]), _phases_of(meter)
        if not phases.isdisjoint(taken.get(host, ())):
            words = (
                f"another meter has the host '{host}' already; where one meter measures several "
                'things, give each its own phases, such as phases = ["b"]'
            )
            yield ["meters", str(index), "phases" if "phases" in meter else "host"], words
        taken.setdefault(host, set()).update(phases)


def _other_passwords(tables: Sequence[tuple[int, Table]]) -> Iterator[tuple[Keys, str]]:
    """A meter has one, which may stand with any of its names."""
    known: dict[str, object] = {}
    for index, meter in tables:
        password = meter.get("password")
        if not password or "host" not in meter:
            continue
        if known.setdefault(_text(meter["host"]), password) != password:
            words = "the meter at this host has another password above; leave this one out"
            yield ["meters", str(index), "password"], words


def _text(value: object) -> str:
    """As the settings take it, without blanks around."""
    return str(value).strip()


def _phases_of(meter: Table) -> set[str]:
    """All of them where none are named."""
    phases = meter.get("phases", PHASES)
    if isinstance(phases, str):
        phases = [part.strip() for part in phases.split(",")]
    return set(map(str, phases)) if isinstance(phases, (list, tuple)) else set()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _dotted(keys: Keys) -> str:
    """The keys as one text, the same for a secret and for its file."""
    return ".".join(keys).removesuffix("_file")


def _line_of(lines: list[str], keys: Keys) -> int | None:
    """The line of a key, else of its section; None when the file has neither."""
    wanted = ".".join(keys[:2]) if keys[:1] == ["meters"] else ".".join(keys[:1])
    inside = wanted if len(keys) > 1 else ""
    section, found, meters = "", None, -1
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            section = header[1]
            if section == "meters":
                meters += 1
                section = f"meters.{meters}"
            if section == wanted:
                found = number
        elif (key := _KEY.match(line)) and key[1] in keys[-1:] and section == inside:
            return number
    return found
