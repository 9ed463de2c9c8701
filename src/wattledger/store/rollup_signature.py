"""What the roll-ups are of: the zone, and each source with its meters. If it changes, they are
dropped.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId, Production, Role, Source
from wattledger.energy.site import Assignment, MeasuredSource
from wattledger.store import redundant_tables, rollups
from wattledger.store.writer_memory import WriterMemory

_NAME = "rollups_of"


def assign(connection: sqlite3.Connection, memory: WriterMemory, assignment: Assignment) -> None:
    """From now on roll-ups are of these meters."""
    memory.assign(assignment)
    keep(connection, memory)


def keep(connection: sqlite3.Connection, memory: WriterMemory) -> None:
    """Drops the roll-ups when they are of something else than the memory says.

    A meter without a record does not count: a new meter's arrival costs no old roll-up. Nor does
    what a source is called.
    """
    text, stored = _text(memory), _stored(connection)
    if stored == text:
        return
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAME, text))
    redundant_tables.keep(connection, "meta")
    if stored is None or _of_booked(stored, memory) != _of_booked(text, memory):
        rollups.drop(connection, memory)
    rollups.find_pending(connection, memory)


def stored_assignment(connection: sqlite3.Connection, roles: Roles) -> Assignment:
    """The meters of last time, so that the books can answer before any meter has. Parts of the home
    are those of its roles, in their order, whatever they were called.
    """
    text = _stored(connection)
    if text is None:
        return Assignment()
    names = [one.name for one in roles.quantities if not one.role.is_balanced]
    return _assignment_from(_sources(json.loads(text)), names)


def _text(memory: WriterMemory) -> str:
    sources = [_document(one) for one in memory.sources]
    absent = [one.role for one in memory.roles.quantities if not memory.assignment.of(one)]
    unheard = [{"role": role, "meters": []} for role in absent if memory.roles.has(role)]
    return json.dumps({"zone": memory.calendar.zone_name, "sources": [*sources, *unheard]})


def _document(one: MeasuredSource) -> dict[str, Any]:
    source = one.source
    return {
        "role": source.role.value,
        "name": source.name,
        "meters": list(one.meters),
        "phases": list(source.phases),
        "production": source.production.value,
        "since": source.since,
    }


def _sources(signature: dict[str, Any]) -> list[dict[str, Any]]:
    """Also of a store that was written when a home had one meter at the mains and one plant, all
    phases, from the first day.
    """
    if "sources" in signature:
        return list(signature["sources"])
    meters = [signature[role] for role in ("grid", "solar")]
    grid, solar = (Source("", role) for role in (Role.GRID, Role.SOLAR))
    turned = Source("", Role.SOLAR, Production(signature["production"]))
    sources = (grid, turned if signature["solar"] else solar)
    return [
        _document(MeasuredSource(source, tuple(own)))
        for source, own, is_there in zip(sources, meters, signature["roles"], strict=True)
        if is_there
    ]


def _assignment_from(sources: list[dict[str, Any]], names: Sequence[str]) -> Assignment:
    called = iter(names)
    found: list[MeasuredSource] = []
    for one in sources:
        if "name" not in one:
            continue
        role, name = Role(one["role"]), str(one["name"])
        source = Source(
            name if role.is_balanced else next(called, name),
            role,
            Production(one["production"]),
            tuple(one["phases"]),
            int(one["since"]),
        )
        found.append(MeasuredSource(source, tuple(map(MeterId, one["meters"]))))
    return Assignment(tuple(found))


def _of_booked(text: str, memory: WriterMemory) -> tuple[object, ...]:
    """The signature with those meters that have a record, in their order: the first counts."""
    booked = {meter for meter, number in memory.numbers.items() if number in memory.bounds}
    signature = json.loads(text)
    sources = [
        {**one, "name": None, "meters": [meter for meter in one["meters"] if meter in booked]}
        for one in _sources(signature)
    ]
    return signature["zone"], sources


def _stored(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (_NAME,)).fetchone()
    return None if row is None else str(row[0])
