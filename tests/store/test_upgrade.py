"""A store of an earlier format is brought up: sealed as it is, and whole at any time."""

import logging
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.builders import (
    EVER,
    MAINS,
    T0,
    home_store,
    stretch,
)
from tests.store.sound import NOW
from wattledger.energy.spans import Span
from wattledger.store import migrate
from wattledger.store.codec import minute_row
from wattledger.store.connection import connect_writer


async def test_a_store_of_before_is_sealed_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "books"
    with closing(connect_writer(path)) as file:
        migrate.migrate(file, migrate.steps()[:4])
        file.execute("INSERT INTO meters (number, meter) VALUES (0, ?)", (MAINS,))
        entries = stretch(MAINS, T0, 300)
        file.executemany(
            "INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [minute_row(entry.record, 0, entry.origin) for entry in entries],
        )
    async with home_store(path) as store:
        assert await store.books.minutes([MAINS], EVER) == [entry.record for entry in entries]
        assert await store.books.booked() == {MAINS: Span(T0, T0 + 300 * 60)}
        await store.integrity.check(Span(T0, NOW))
        assert (await store.integrity.mend(NOW)).words == ""


async def test_what_had_checksums_before_is_not_sealed_again(tmp_path: Path) -> None:
    """From format 5 on; what is damaged there stays damaged."""
    path = tmp_path / "books"
    with closing(connect_writer(path)) as file:
        migrate.migrate(file, migrate.steps()[:5])
        file.execute("INSERT INTO meters (number, meter) VALUES (0, ?)", (MAINS,))
        file.executemany(
            "INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [minute_row(entry.record, 0, entry.origin) for entry in stretch(MAINS, T0, 60)],
        )
    async with home_store(path) as store:
        assert await store.books.minutes([MAINS], EVER) == []


async def test_an_upgrade_says_how_far_it_is_and_a_power_cut_leaves_the_old_format(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, cut = tmp_path / "books", tmp_path / "cut"
    cut.mkdir()
    entries = [*stretch(MAINS, T0 - 500 * 86_400, 90), *stretch(MAINS, T0, 90)]
    with closing(connect_writer(path)) as file:
        migrate.migrate(file, migrate.steps()[:4])
        file.execute("INSERT INTO meters (number, meter) VALUES (0, ?)", (MAINS,))
        file.executemany(
            "INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [minute_row(entry.record, 0, entry.origin) for entry in entries],
        )

    def keep_what_the_disk_has(record: logging.LogRecord) -> bool:
        if "have their checksums" in record.getMessage():
            for name in tmp_path.glob("books*"):
                shutil.copy(name, cut / name.name)
        return True

    migrate.log.addFilter(keep_what_the_disk_has)
    try:
        with caplog.at_level(logging.INFO):
            async with home_store(path) as store:
                assert len(await store.books.minutes([MAINS], EVER)) == 180
    finally:
        migrate.log.removeFilter(keep_what_the_disk_has)
    newest = len(migrate.steps())
    told = (f"from format 4 to {newest}", "73 % of the minutes", f"it has format {newest} now")
    for words in told:
        assert words in caplog.text
    assert migrate.check_file(cut / "books") == 4
    async with home_store(cut / "books") as store:
        assert len(await store.books.minutes([MAINS], EVER)) == 180
