"""What the roll-ups are of: zone, roles, meters, production. If it changes, they are dropped."""

import json
import sqlite3

from wattledger.energy.meter import MeterId, Production
from wattledger.energy.site import Assignment
from wattledger.store import mirrored_tables, rollups
from wattledger.store.ledger import Ledger

_NAME = "rollups_of"


def assign(connection: sqlite3.Connection, ledger: Ledger, assignment: Assignment) -> None:
    """From now on roll-ups are of these meters."""
    ledger.assign(assignment)
    keep(connection, ledger)


def keep(connection: sqlite3.Connection, ledger: Ledger) -> None:
    """Drops the roll-ups when they are of something else than the ledger says.

    A meter without a record does not count: a new meter's arrival costs no old roll-up.
    """
    text, stored = _text(ledger), _stored(connection)
    if stored == text:
        return
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAME, text))
    mirrored_tables.keep(connection, "meta")
    if stored is None or _of_booked(stored, ledger) != _of_booked(text, ledger):
        rollups.drop(connection, ledger)
    rollups.find_pending(connection, ledger)


def stored_assignment(connection: sqlite3.Connection) -> Assignment:
    """The meters of last time, so that the books can answer before any meter has."""
    text = _stored(connection)
    if text is None:
        return Assignment()
    stored = json.loads(text)
    grid, solar = (tuple(map(MeterId, stored[role])) for role in ("grid", "solar"))
    return Assignment(grid, solar, Production(stored["production"]))


def _text(ledger: Ledger) -> str:
    assignment = ledger.assignment
    return json.dumps(
        {
            "zone": ledger.calendar.zone_name,
            "roles": [ledger.roles.grid, ledger.roles.solar],
            "grid": assignment.grid,
            "solar": assignment.solar,
            "production": assignment.production.value,
        }
    )


def _of_booked(text: str, ledger: Ledger) -> dict[str, object]:
    """The signature with those meters that have a record, in their order: the first counts."""
    booked = {meter for meter, number in ledger.numbers.items() if number in ledger.bounds}
    signature = json.loads(text)
    for role in ("grid", "solar"):
        signature[role] = [meter for meter in signature[role] if meter in booked]
    return dict(signature)


def _stored(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (_NAME,)).fetchone()
    return None if row is None else str(row[0])
