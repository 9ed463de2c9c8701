"""Before the small tables are used: what is damaged in them is restored, or what can't be goes.

A server does not refuse to start for what it finds out again: where a meter answers, what the
roll-ups are of, what the online copy lacks. A device pairs again. Only a meter that is none and was
written down nowhere else would take its minutes with it.
"""

import sqlite3
from collections.abc import Mapping

from wattledger.store import redundant_tables, row_validation

_GOES = (
    ("meters", "UPDATE meters SET first_start = NULL, last_end = NULL WHERE ({rule}) IS NOT TRUE"),
    ("devices", "UPDATE devices SET last_used_at = paired_at WHERE ({rule}) IS NOT TRUE"),
    ("devices", "DELETE FROM devices WHERE ({rule}) IS NOT TRUE"),
    ("bindings", "DELETE FROM bindings WHERE ({rule}) IS NOT TRUE"),
    ("outbox_days", "DELETE FROM outbox_days WHERE ({rule}) IS NOT TRUE"),
    ("meta", "UPDATE meta SET value = '0' WHERE ({rule}) IS NOT TRUE"),
)
"""Of `meta` these are numbers: from 0 on all is entered again, and any epoch is newer."""

WORDS: Mapping[str, str] = {
    "meters": "the list of meters was restored",
    "bindings": "the list of which meter has which name was restored",
    "devices": "the list of paired devices was restored",
    "meta": "the notes on the store itself were restored",
    "outbox_days": "the list of days to post was restored",
    "parked": "parked minutes were lost, and are fetched again",
    "prices": "prices were lost: they are fetched again, what a person imported is not",
}
"""What a householder is told, by table."""


def doubtful(connection: sqlite3.Connection) -> list[str]:
    """The tables that `heal` would find damaged."""
    return sorted(
        {*redundant_tables.differing(connection), *row_validation.small_faults(connection)}
    )


def heal(connection: sqlite3.Connection) -> list[str]:
    """Inside a transaction; the tables that were damaged."""
    healed = set(redundant_tables.restore(connection))
    for table, statement in _GOES:
        if connection.execute(statement.format(rule=row_validation.SMALL[table])).rowcount:
            healed.add(table)
    if row_validation.fault_of_meta(connection):
        connection.execute("DELETE FROM meta WHERE name = 'rollups_of'")
        healed.add("meta")
    for table in healed.intersection(redundant_tables.TABLES):
        redundant_tables.keep(connection, table)
    return sorted(healed)
