"""On which line of a TOML file a key stands, which no reader of TOML tells."""

import re
from collections.abc import Iterator, Mapping

_HEADER = re.compile(r"\s*\[(\[?)\s*([\w.\-\s]+?)\s*\]")
_KEY = re.compile(r"""\s*(["']?)([\w-]+)\1\s*=""")
_STRING = re.compile(r'"""|\'\'\'')

Place = tuple[str | int, ...]
"""From the top to a table or a key: `("component", 1, "zone", 0, "price")`."""


def lines_of(text: str) -> Mapping[Place, int]:
    """The line of each table, and of each key that begins a line."""
    found: dict[Place, int] = {(): 1}
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in _outside_strings(text):
        if header := _HEADER.match(line):
            table = _opened(header[2].split("."), counts, is_listed=bool(header[1]))
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, key[2]), number)
    return found


def _opened(names: list[str], counts: dict[Place, int], *, is_listed: bool) -> Place:
    """The place of the table that a header opens; a list of tables is at its newest one."""
    place: Place = ()
    for depth, name in enumerate(names, 1):
        place = (*place, name.strip())
        if depth == len(names) and is_listed:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _outside_strings(text: str) -> Iterator[tuple[int, str]]:
    """The lines that do not begin inside a text of several lines."""
    is_inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if not is_inside:
            yield number, line
        if len(_STRING.findall(line)) % 2:
            is_inside = not is_inside
