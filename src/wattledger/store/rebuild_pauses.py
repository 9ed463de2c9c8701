"""How often a table is built anew: at once, and where that did not help only after growing pauses.

A rebuild writes as much as the table is long. On a full or failing disk one after another would
wear that out, and keep the books waiting.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

FIRST_S = 60.0
LONGEST_S = 6 * 3_600.0
FORGOTTEN_S = 86_400.0
"""A table that was not built anew for so long is built anew at once."""
NO_TABLE = "no table"
"""What is wrong with the file although all its tables can be read."""


class _Tried(NamedTuple):
    at_s: float
    pause_s: float


class RebuildPauses:
    """By the time since the computer began: a clock that is set shortens none."""

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._monotonic_s = monotonic_s
        self._tried: dict[str, _Tried] = {}
        self._look_at_s = -math.inf

    @property
    def may_look(self) -> bool:
        """Whether it is worth reading the file to find what is broken."""
        return self._monotonic_s() >= self._look_at_s

    def may_try(self, broken: Sequence[str]) -> bool:
        """Whether one of the tables is due: then all of them are built anew, and are noted as
        tried.
        """
        now_s, tables = self._monotonic_s(), broken or [NO_TABLE]
        due_s = min(map(self._due_s, tables))
        if now_s < due_s:
            self._look_at_s = min(due_s, now_s + FIRST_S)
            return False
        self._tried |= {table: _Tried(now_s, self._pause_s(table, now_s)) for table in tables}
        return True

    def _due_s(self, table: str) -> float:
        tried = self._tried.get(table)
        return -math.inf if tried is None else tried.at_s + tried.pause_s

    def _pause_s(self, table: str, now_s: float) -> float:
        tried = self._tried.get(table)
        if tried is None or now_s - tried.at_s >= FORGOTTEN_S:
            return FIRST_S
        return min(2 * tried.pause_s, LONGEST_S)
