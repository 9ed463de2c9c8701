"""What readers and the writer found damaged, until it is dealt with."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields

ANY = "any"
"""A table of which it is not known which one it is."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Keys of hours and roll-ups, and names of tables of which some page can't be read.

    `set_aside` are hours, and `rebuilt` tables, that were dealt with already, while the store was
    opened or something else was written.
    """

    hours: frozenset[int] = frozenset()
    set_aside: frozenset[int] = frozenset()
    quarters: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    gaps_of: frozenset[int] = frozenset()
    counters_of: frozenset[int] = frozenset()
    tables: frozenset[str] = frozenset()
    rebuilt: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, what.name) for what in fields(self))


@dataclass(slots=True)
class NoticedDamage:
    """Told from any thread; whoever mends takes all of it."""

    _wake: Callable[[], None] = lambda: None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _found: dict[str, set[int | str]] = field(default_factory=dict)

    def listen(self, wake: Callable[[], None]) -> None:
        """From now on `wake` is called with each new find, in whatever thread that is."""
        self._wake = wake

    def hours(self, keys: Iterable[int]) -> None:
        self._note("hours", keys)

    def roll_ups(self, table: str, keys: Iterable[int]) -> None:
        """Of `quarters` or `days`."""
        self._note(table, keys)

    def gaps_of(self, number: int) -> None:
        self._note("gaps_of", [number])

    def counters_of(self, number: int) -> None:
        self._note("counters_of", [number])

    def table(self, name: str) -> None:
        self._note("tables", [name])

    def rebuilt(self, names: Iterable[str]) -> None:
        """Tables that were built anew around pages that can't be read."""
        self._note("rebuilt", names)

    def set_aside(self, keys: Iterable[int]) -> None:
        """Hours that are gaps from now on: whoever fetches should hear of it."""
        self._note("set_aside", keys)

    def also(self, damage: "Damage") -> None:
        """What somebody else noticed."""
        for what in fields(damage):
            self._note(what.name, getattr(damage, what.name))

    def __bool__(self) -> bool:
        return bool(self._found)

    def take(self) -> Damage:
        """All that was found since the last time."""
        with self._lock:
            found, self._found = self._found, {}
        return Damage(**{name: frozenset(keys) for name, keys in found.items()})  # type: ignore[arg-type]

    def _note(self, what: str, keys: Iterable[int | str]) -> None:
        with self._lock:
            known = self._found.get(what, set())
            new = set(keys) - known
            if not new:
                return
            self._found[what] = known | new
        self._wake()
