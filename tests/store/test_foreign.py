"""Files that are not what a store is: refused whole, as a backup and as the store itself, and
nothing in them is run.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.builders import T0, both, home_store
from tests.store.whole import booked, filled, untold
from wattledger.energy.errors import StoreUnusable
from wattledger.store import migrate, row_validation
from wattledger.store.backup import back_up
from wattledger.store.connection import connect_reader, connect_writer
from wattledger.store.restore import put_back

pytestmark = pytest.mark.slow

Spoil = Callable[[Path], None]


def sql(*statements: str) -> Spoil:
    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path)) as file:
            for statement in statements:
                file.execute(statement)
            file.commit()

    return spoil


def schema(old: str, new: str) -> Spoil:
    """The text of the schema itself, which nothing else looks at."""
    return sql(
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}')",
        "PRAGMA writable_schema = OFF",
    )


def header(at: int, content: bytes) -> Spoil:
    def spoil(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(content)

    return spoil


STEAL = "BEGIN DELETE FROM minutes; END"
FOREIGN = {
    "trigger": (sql(f"CREATE TRIGGER spy AFTER INSERT ON minutes {STEAL}"), "the trigger 'spy'"),
    "trigger on meta": (
        sql("CREATE TRIGGER t AFTER UPDATE ON meta BEGIN SELECT randomblob(9); END"),
        "trigger 't'",
    ),
    "view": (sql("CREATE VIEW more AS SELECT * FROM minutes"), "the view 'more'"),
    "view in place of a table": (
        sql("DROP TABLE days", "CREATE VIEW days AS SELECT * FROM quarters"),
        "it lacks days",
    ),
    "table": (sql("CREATE TABLE songs (title TEXT)"), "the table 'songs'"),
    "index": (sql("CREATE INDEX fast ON minutes (kind)"), "the index 'fast'"),
    "expression index": (
        sql("CREATE INDEX fast ON minutes (abs(kind))"),
        "the index 'fast'",
    ),
    "virtual table": (
        sql("CREATE VIRTUAL TABLE words USING fts5(word)"),
        "the table 'words",
    ),
    "generated column": (
        sql("ALTER TABLE minutes ADD COLUMN twice INTEGER AS (kind * 2)"),
        "its table 'minutes' is not as ours",
    ),
    "column": (sql("ALTER TABLE devices ADD COLUMN more TEXT"), "its table 'devices'"),
    "not strict": (schema(") STRICT", ")"), "is not as ours"),
    "check": (schema("BETWEEN 0 AND 255", "BETWEEN 0 AND 999"), "its table 'meters'"),
    "default": (
        schema("kind INTEGER NOT NULL", "kind INTEGER NOT NULL DEFAULT (random())"),
        "its table 'minutes'",
    ),
    "another schema": (
        sql("DROP TABLE minutes", "CREATE TABLE minutes (key INTEGER PRIMARY KEY) STRICT"),
        "its table 'minutes'",
    ),
    "index dropped": (sql("DROP INDEX parked_by_end"), "it lacks parked_by_end"),
    "format -1": (sql("PRAGMA user_version = -1"), "its format is -1"),
    "format -2147483648": (sql("PRAGMA user_version = -2147483648"), "its format is -2147483648"),
    "format 0": (sql("PRAGMA user_version = 0"), "damaged"),
    "format 99": (sql("PRAGMA user_version = 99"), "newer Wattledger"),
    "older format": (sql("PRAGMA user_version = 1"), "none of ours"),
    "application": (sql("PRAGMA application_id = 7"), "another program"),
    "application 0": (sql("PRAGMA application_id = 0"), "another program"),
    "name that writes on the terminal": (
        sql('CREATE TABLE "\x1b[2J\r\nall is well" (a)'),
        r"'\\x1b\[2J\\r\\nall is well'",
    ),
    "page count": (header(28, b"\x7f\xff\xff\xff"), "damaged"),
    "page size": (header(16, b"\x00\x03"), "damaged"),
    "text encoding": (header(56, b"\x00\x00\x00\x02"), "damaged"),
    "schema that is none": (schema("CREATE TABLE", "CREATE TABEL"), "damaged"),
    "meter that is none": (
        sql("UPDATE meters SET meter = 'x' WHERE number = 0", "DELETE FROM meta"),
        "meters holds what can't be",
    ),
}
MENDED = {
    "bounds of a meter": (sql("UPDATE meters SET last_end = 1 << 62"), "meters holds"),
    "a bound alone": (sql("UPDATE meters SET last_end = NULL"), "meters holds"),
    "signature": (sql("UPDATE meta SET value = '[7]' WHERE name = 'rollups_of'"), "meta holds"),
    "signature of nothing": (
        sql("UPDATE meta SET value = '' WHERE name = 'rollups_of'"),
        "meta holds",
    ),
    "epoch": (sql("INSERT OR REPLACE INTO meta VALUES ('outbox_epoch', 'x')"), "meta holds"),
    "token": (
        sql("INSERT INTO devices VALUES ('a', 'b', x'00', 1, 1)"),
        "devices holds",
    ),
    "device of a far day": (
        sql("INSERT INTO devices VALUES ('a', 'b', randomblob(32), 1, 1 << 60)"),
        "devices holds",
    ),
    "binding of no meter": (
        sql("INSERT INTO bindings VALUES (0, 'mains', '10.0.0.7', 'A0DD6CA0C27c')"),
        "bindings holds",
    ),
}

ROW = "INSERT OR REPLACE INTO minutes VALUES"
WRONG = {
    "energy below zero": sql("UPDATE minutes SET imported_a_dmwh = -1"),
    "energy beyond a meter": sql("UPDATE minutes SET exported_c_dmwh = 20000001"),
    "energy beyond all": sql("UPDATE minutes SET exported_c_dmwh = 9223372036854775807"),
    "kind": sql("UPDATE minutes SET kind = -1"),
    "period": sql("UPDATE minutes SET kind = 3"),
    "key": sql(f"{ROW} (-7, 0, 0, 0, 0, 0, 0, 0)"),
    "key of no meter": sql(f"{ROW} ({T0 // 60 << 8 | 9}, 0, 0, 0, 0, 0, 0, 0)"),
    "overlap": sql(f"{ROW} ({T0 // 60 << 8}, 0, 0, 0, 0, 0, 0, 14 * 3)"),
    "counters": sql(f"INSERT INTO counters VALUES (0, {T0}, -1, 0, 0, 0, 0, 0, 0, 0)"),
    "no utf-8": sql("UPDATE meters SET name = CAST(x'ff' AS TEXT)"),
    "gap backwards": sql("INSERT INTO gaps VALUES (0, 1774648860, 1774648800, 0, 0)"),
    "reason of a gap": sql("INSERT INTO gaps VALUES (0, 1774648800, 1774648860, 77, 0)"),
    "contradiction": sql(f"INSERT INTO contradictions VALUES (0, {T0}, 7, 1, 1, 1, 1, 1, 1, 0, 0)"),
    "origin": sql(f"INSERT INTO contradictions VALUES (0, {T0}, 60, 1, 1, 1, 1, 1, 1, 3, 0)"),
    "gaps that cross": sql(
        f"INSERT INTO gaps VALUES (0, {T0}, {T0 + 600}, 0, 0), (0, {T0 + 60}, {T0 + 120}, 0, 0)"
    ),
    "netting of a day": sql(
        "INSERT INTO days (key, grid_s, solar_s, common_s) VALUES (1 << 40, 0, 0, 0)"
    ),
    "quarter of another age": sql("UPDATE quarters SET key = key - 2000000"),
    "outbox": sql("INSERT INTO outbox VALUES (7)"),
    "day of the outbox": sql("INSERT INTO outbox_days VALUES (-7)"),
}


def refused(path: Path, wrong: Path, words: str) -> None:
    with pytest.raises(StoreUnusable, match=words) as raised:
        put_back(wrong, path, untold)
    assert len(str(raised.value)) < 600
    assert "the store is as it was" in str(raised.value).lower()


@pytest.mark.parametrize("case", FOREIGN)
async def test_neither_put_back_nor_opened(tmp_path: Path, case: str) -> None:
    spoil, words = FOREIGN[case]
    path, wrong = tmp_path / "books", tmp_path / "wrong"
    old = await filled(path, 30)
    shutil.copyfile(path, wrong)
    spoil(wrong)
    content = wrong.read_bytes()
    refused(path, wrong, words)
    with pytest.raises(StoreUnusable, match=words):
        async with home_store(wrong) as store:
            await store.journal.book(both(T0 + 9_000, 1), T0 + 10_000)
    assert wrong.read_bytes() == content
    assert await booked(path) == old


@pytest.mark.parametrize("case", MENDED)
async def test_what_heals_is_no_backup_and_keeps_no_server_from_starting(
    tmp_path: Path, case: str
) -> None:
    spoil, words = MENDED[case]
    path, wrong = tmp_path / "books", tmp_path / "wrong"
    old = await filled(path, 30)
    shutil.copyfile(path, wrong)
    spoil(wrong)
    refused(path, wrong, words)
    async with home_store(wrong) as store:
        assert "restored" in (await store.integrity.mend(T0)).words
    assert await booked(wrong) == old
    with closing(connect_reader(wrong)) as file:
        assert row_validation.fault(file) is None


@pytest.mark.parametrize("case", WRONG)
async def test_numbers_out_of_their_range_are_no_backup(tmp_path: Path, case: str) -> None:
    path, wrong = tmp_path / "books", tmp_path / "wrong"
    old = await filled(path, 30)
    shutil.copyfile(path, wrong)
    WRONG[case](wrong)
    refused(path, wrong, "damaged")
    assert await booked(path) == old
    with pytest.raises(StoreUnusable, match="damaged"):
        back_up(wrong, tmp_path / "backup", untold)
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize(
    "case",
    [
        sql("UPDATE minutes SET exported_c_dmwh = 20000000"),
        sql("UPDATE meters SET last_end = 2147386500"),
        sql(f"UPDATE counters SET imported_a_dmwh = {1 << 53}"),
        sql("UPDATE devices SET last_used_at = 8589934592"),
        sql(f"INSERT INTO contradictions VALUES (0, {T0}, 60, 1, 1, 1, 1, 1, 1, 2, 0)"),
    ],
    ids=["120 kW for a minute", "the last quarter-hour of all", "a counter", "a moment", "import"],
)
async def test_the_greatest_number_of_a_range_is_in_it(tmp_path: Path, case: Spoil) -> None:
    path = tmp_path / "books"
    await filled(path, 30)
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"INSERT INTO counters VALUES (0, {T0}, 1, 0, 0, 0, 0, 0, 0, 0)")
        file.execute("INSERT INTO devices VALUES ('a', 'b', randomblob(32), 1, 1)")
        file.commit()
    case(path)
    with closing(connect_reader(path)) as file:
        assert row_validation.fault(file) is None


async def test_the_ranges_are_of_every_table_that_the_steps_make(tmp_path: Path) -> None:
    """A table whose numbers nobody looks at is named here, with why."""
    unlooked = {"details"}  # shown as they are, summed by nobody
    path = tmp_path / "books"
    async with home_store(path):
        pass
    with closing(connect_reader(path)) as file:
        rows = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = {name for (name,) in rows}
        assert row_validation.fault(file) is None
    assert {*row_validation.SMALL, *row_validation.LARGE} | unlooked >= tables & _FIRST_TABLES
    assert {*row_validation.SMALL, *row_validation.LARGE} <= tables


_FIRST_TABLES = {
    *("meta", "meters", "bindings", "minutes", "details", "counters", "gaps", "contradictions"),
    *("parked", "quarters", "days", "outbox", "outbox_days", "devices"),
}


@pytest.mark.parametrize("format_", range(1, len(migrate.steps()) + 1))
async def test_a_backup_of_each_format_is_put_back_and_brought_up(
    tmp_path: Path, format_: int
) -> None:
    with closing(connect_writer(tmp_path / "old")) as file:
        migrate.migrate(file, migrate.steps()[:format_])
    path = tmp_path / "books"
    put_back(tmp_path / "old", path, untold)
    assert await booked(path) == [[], []]


async def test_a_store_with_the_largest_pages_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "books"
    old = await filled(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        for statement in ("PRAGMA journal_mode = DELETE", "PRAGMA page_size = 65536", "VACUUM"):
            file.execute(statement)
    assert await booked(path) == old
    with path.open("r+b") as cut:
        cut.truncate(path.stat().st_size - 1)
    with pytest.raises(StoreUnusable, match="shorter"):
        await booked(path)


async def test_what_analyze_leaves_behind_is_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "books"
    old = await filled(path)
    sql("ANALYZE")(path)
    assert await booked(path) == old


async def test_a_log_that_lies_beside_a_backup_is_looked_at_too(tmp_path: Path) -> None:
    """As a trigger may be in the log alone."""
    path, wrong = tmp_path / "books", tmp_path / "wrong"
    old = await filled(path, 30)
    shutil.copyfile(path, wrong)
    with closing(sqlite3.connect(wrong)) as file:
        file.execute("PRAGMA wal_autocheckpoint = 0")
        file.execute(f"CREATE TRIGGER spy AFTER INSERT ON minutes {STEAL}")
        file.commit()
        shutil.copyfile(wrong, tmp_path / "copied")
        shutil.copyfile(f"{wrong}-wal", tmp_path / "copied-wal")
    refused(path, tmp_path / "copied", "the trigger 'spy'")
    assert await booked(path) == old


async def test_a_file_far_larger_than_the_disk_fills_nothing(tmp_path: Path) -> None:
    path, wrong = tmp_path / "books", tmp_path / "wrong"
    await filled(path, 30)
    shutil.copyfile(path, wrong)
    pages = 1 << 31
    header(28, pages.to_bytes(4, "big"))(wrong)
    try:
        os.truncate(wrong, pages * 4_096)
    except OSError:
        pytest.skip("this file system has no files of that size")
    refused(path, wrong, "there is room for|damaged")


@pytest.mark.parametrize("place", ["backup", "store"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "loop", "device"])
async def test_what_is_no_file_blocks_nobody(tmp_path: Path, place: str, kind: str) -> None:
    good, odd = tmp_path / "books", tmp_path / "odd"
    await filled(good, 5)
    if kind == "pipe":
        os.mkfifo(odd)
    elif kind == "folder":
        odd.mkdir()
    elif kind == "loop":
        odd.symlink_to(odd)
    else:
        odd = Path("/dev/null")
    began = time.monotonic()
    backup, store = (odd, good) if place == "backup" else (good, odd)
    with pytest.raises(StoreUnusable, match=r"is a|can't be|leads nowhere"):
        put_back(backup, store, untold)
    with pytest.raises(StoreUnusable, match=r"is a|can't be|leads nowhere"):
        back_up(odd, tmp_path / "copy", untold)
    with pytest.raises(StoreUnusable, match=r"is a|can't be|leads nowhere"):
        async with home_store(odd):
            pass
    assert time.monotonic() - began < 10
    assert len((await booked(good))[0]) == 5


@pytest.mark.parametrize(
    "name", ["n" * 250, "ä" * 120, "/".join(["folder"] * 90)], ids=["name", "letters", "path"]
)
async def test_a_name_too_long_for_what_lies_beside_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreUnusable, match="too long"):
        async with home_store(tmp_path / name):
            pass


@pytest.mark.parametrize("name", [True, False], ids=["name", "path"])
async def test_the_longest_name_and_the_longest_path_have_room_beside_them(
    tmp_path: Path, name: bool
) -> None:
    """220 and 480 bytes."""
    if name:
        longest = tmp_path / ("n" * 220)
    else:
        folder = tmp_path / ("f" * 200)
        folder = folder / ("f" * (480 - len(str(folder)) - 102))
        longest = folder / ("n" * 100)
        longest.parent.mkdir(parents=True)
        assert len(str(longest)) == 480
    await filled(longest, 5)
    back_up(longest, tmp_path / "backup", untold)
    put_back(tmp_path / "backup", longest, untold)
    assert len((await booked(longest))[0]) == 5
    with pytest.raises(StoreUnusable, match="too long"):
        async with home_store(longest.with_name(f"{longest.name}n")):
            pass


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"start,period_s,meter,imported_a_wh\n1,60,mains,1\n", "CSV file.*wattledger import"),
        (b"\xef\xbb\xbfstart;imported_wh\r\n", "CSV file.*wattledger import"),
        (b"\x1f\x8b\x08\0\0", "packed: unpack it first"),
        (b"PK\x03\x04\0\0", "packed: unpack it first"),
        (b"\0" * 9_000, "no backup, or its beginning is damaged"),
        (b'[site]\nname = "Home"\n', "no backup, or its beginning is damaged"),
        (b"SQLite format 3\0", "damaged"),
        (b"", "no store"),
    ],
)
async def test_what_was_taken_for_a_backup_is_said_to_be_what_it_is(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "books"
    old = await filled(path, 5)
    (tmp_path / "wrong").write_bytes(content)
    refused(path, tmp_path / "wrong", words)
    assert await booked(path) == old
