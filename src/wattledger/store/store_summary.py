"""What a store holds, in short: whoever puts one back sees whether it is the right one."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from wattledger.energy.clean_text import MOST_IN_A_NAME, clean_or_none
from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span
from wattledger.store.codec import RECORD_COLUMNS
from wattledger.store.connection import connect_reader, translated


@dataclass(frozen=True, slots=True)
class Contents:
    """The meters, each with the name it goes by or None; what is booked, None without a minute."""

    meters: Mapping[MeterId, str | None]
    booked: Span | None

    def is_of_other_meters_than(self, other: "Contents") -> bool:
        """Whether both know meters and share none, as the books of two homes do."""
        return bool(self.meters and other.meters) and self.meters.keys().isdisjoint(other.meters)


def contents_of(store: Path) -> Contents:
    """Raises StoreError."""
    with translated(store), closing(connect_reader(store)) as connection:
        rows = connection.execute(
            "SELECT meters.meter, bindings.name FROM meters "
            "LEFT JOIN bindings ON bindings.meter = meters.meter ORDER BY meters.number"
        )
        meters = {MeterId(meter): clean_or_none(name, MOST_IN_A_NAME) for meter, name in rows}
        return Contents(meters, _booked(connection))


def _booked(connection: sqlite3.Connection) -> Span | None:
    by_time = f"SELECT {RECORD_COLUMNS} FROM minutes ORDER BY key"  # noqa: S608
    first = connection.execute(f"{by_time} LIMIT 1").fetchone()
    last = connection.execute(f"{by_time} DESC LIMIT 1").fetchone()
    return Span(first[0], last[0] + last[1]) if first else None
