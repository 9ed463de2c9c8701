"""Whether a file has the very schema that our own steps make, before anything in it is used.

A trigger, a view or a default may hold any SQL, which would run with the next minute that is
booked; so the schema is compared whole, and a file that has something else is left alone.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from wattledger.energy.clean_text import clean
from wattledger.energy.errors import StoreUnusable
from wattledger.store.connection import StoreDamaged

APPLICATION_ID = 0x57415454
"""'WATT' in the file's header: it is ours, also when it has no table yet."""

_TOLD = 3
_OF_SQLITE = {"sqlite_stat1", "sqlite_stat4"}
"""What ANALYZE, given by hand, leaves behind: they tell how to look, and never what is found."""

Schema = dict[tuple[str, str], str]
"""The SQL of each thing by its type and its name; that of an index of SQLite's own is empty."""


def check_shape(path: Path, connection: sqlite3.Connection, steps: Sequence[str]) -> int:
    """The file's format, 0 for one that is empty. Raises StoreUnusable for what is none of ours."""
    application = _number(connection, "application_id")
    version = _number(connection, "user_version")
    found = _schema(connection)
    if application != APPLICATION_ID and (application or found):
        raise StoreUnusable(f"{path} is a database of another program: name another file as store")
    if version > len(steps):
        raise StoreUnusable(
            f"the store {path} has format {version}, this version knows up to {len(steps)}: it was "
            "written by a newer Wattledger. Install that one again, or put back a backup from then"
        )
    if version < 0:
        raise StoreDamaged(path, f"it says that its format is {version}")
    with closing(sqlite3.connect(":memory:")) as pattern:
        for sql in steps[:version]:
            pattern.executescript(sql)
        differences = list(_differences(_schema(pattern), found))
    if differences:
        raise StoreDamaged(path, "; ".join(differences[:_TOLD]))
    if _text(connection, "encoding") != "UTF-8":
        raise StoreDamaged(path, "its texts are not UTF-8")
    return version


def _differences(ours: Schema, found: Schema) -> Iterator[str]:
    """In words; the names come from the file, and are shown as what they are."""
    lacking = sorted(name for kind, name in ours.keys() - found.keys() if ours[kind, name])
    if lacking:
        yield f"it lacks {', '.join(lacking)}"
    for kind, name in sorted(found.keys() - ours.keys()):
        yield f"it has the {kind} '{clean(name, 40)}', which is none of ours"
    for kind, name in sorted(ours.keys() & found.keys()):
        if ours[kind, name] != found[kind, name]:
            yield f"its {kind} '{name}' is not as ours is"


def _schema(connection: sqlite3.Connection) -> Schema:
    """SQLite writes the name of a table that was built anew between quotes."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    return {
        (str(kind), str(name)): " ".join(f"{table} {_unquoted(sql, name)}".split()) if sql else ""
        for kind, name, table, sql in rows
        if name not in _OF_SQLITE
    }


def _unquoted(sql: str, name: str) -> str:
    return sql.replace(f'CREATE TABLE "{name}"', f"CREATE TABLE {name}", 1)


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _text(connection: sqlite3.Connection, pragma: str) -> str:
    return str(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
