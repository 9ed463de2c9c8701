"""Damage at rest: whatever lies in the file, a number is true or it is not there, and it heals."""

import logging
import random
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.store.builders import (
    EVER,
    MAINS,
    PLANT,
    T0,
    Model,
    assert_agrees,
    both,
    home_store,
    settle,
    stretch,
    writer_of,
)
from tests.store.harm import (
    METERS,
    PAGE,
    assert_heals,
    assert_true_or_not_there,
    change,
    flip_a_bit,
    overwrite,
    pages_of,
)
from tests.store.whole import untold
from wattledger.energy.binding import Binding
from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.errors import StoreUnusable
from wattledger.energy.meter import MeterIdentity
from wattledger.energy.netting import Netting
from wattledger.energy.record import Counters
from wattledger.energy.site import Assignment
from wattledger.energy.spans import Span
from wattledger.store import checked_minutes, migrate
from wattledger.store.codec import minute_key, minute_row
from wattledger.store.connection import connect_reader, connect_writer
from wattledger.store.noticed_damage import NoticedDamage
from wattledger.store.store import Store
from wattledger.store.verify import verify

HELSINKI = "Europe/Helsinki"
NOW = T0 + 86_400 + 7_200
ENTRIES = [*both(T0, 150), *both(T0 + 210 * 60, 400)]
LATE = stretch(MAINS, T0 + 150 * 60, 60)
TABLES = ("minutes", "hours", "quarters", "days", "gaps")
TRIES = range(200)
A_WORKER = 20


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sound") / "books"


async def fresh(sound: Path, folder: Path) -> Path:
    if not sound.exists():
        async with home_store(sound) as store:
            await store.journal.book(ENTRIES, NOW)
            await settle(store, NOW)
    path = folder / "books"
    for old in folder.glob("books*"):
        old.unlink()
    return Path(shutil.copy(sound, path))


@pytest.mark.parametrize("first", TRIES[::A_WORKER])
async def test_a_bit_that_flipped_at_rest(sound: Path, tmp_path: Path, first: int) -> None:
    """Asked at once, after a changed zone, after late minutes, and while the server runs."""
    for seed in range(first, first + A_WORKER):
        path = await fresh(sound, tmp_path)
        pages = pages_of(path, *TABLES)
        chance = random.Random(seed)
        zone = "Asia/Tokyo" if seed % 4 == 1 else HELSINKI
        entries = [*ENTRIES, *LATE] if seed % 4 == 2 else ENTRIES
        model = Model()
        model.book(entries)
        if seed % 4 != 3:
            flip_a_bit(path, pages, chance)
        async with home_store(path, zone) as store:
            if seed % 4 == 3:
                flip_a_bit(path, pages, chance)
            if seed % 4 == 2:
                await store.journal.book(LATE, NOW)
            if seed % 4:
                await settle(store, NOW)
            await assert_true_or_not_there(store, model, zone, NOW)
            await assert_heals(store, model, entries, zone, NOW)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("content", [b"\xff", b"\0"])
async def test_a_page_that_was_overwritten(
    sound: Path, tmp_path: Path, table: str, content: bytes
) -> None:
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    overwrite(path, random.Random(table).choice(pages_of(path, table)), content * PAGE)
    async with home_store(path) as store:
        await assert_true_or_not_there(store, model, HELSINKI, NOW)
        await assert_heals(store, model, ENTRIES, HELSINKI, NOW)
    async with home_store(path) as store:  # what was built anew is one of ours
        await assert_agrees(store, model, METERS)


async def test_no_minute_waits_that_was_lost_from_the_outbox(sound: Path, tmp_path: Path) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        await store.outbox.aim("a copy")
        while await store.outbox.fill():
            pass
        await store.journal.book(LATE, NOW)
        await writer_of(store).checkpoint()
        for page in pages_of(path, "outbox"):
            overwrite(path, page, b"\0" * PAGE)
        await writer_of(store).rebuild()
        for meter, count in store.outbox.waiting().items():
            assert await store.outbox.count(meter, EVER) == count


@pytest.mark.parametrize("bit", [28, 33, 40, 62])
async def test_a_minute_that_a_flipped_bit_has_dated_elsewhere_is_set_aside(
    sound: Path, tmp_path: Path, bit: int
) -> None:
    path = await fresh(sound, tmp_path)
    with closing(sqlite3.connect(path)) as file, file:
        (key,) = file.execute("SELECT max(key) FROM minutes").fetchone()
        file.execute("UPDATE minutes SET key = ? WHERE key = ?", (key ^ 1 << bit, key))
    async with home_store(path) as store:
        await store.outbox.aim("a copy")
        while await store.outbox.fill():
            pass
        await store.integrity.check(Span(T0, T0 + 3_600))
        assert "set aside" in (await store.integrity.mend(NOW)).words
        await store.books.minutes([MAINS, PLANT], EVER)  # and the hour that lacks it
        await store.integrity.mend(NOW)
        for meter, count in store.outbox.waiting().items():
            assert len(await store.outbox.records(meter, EVER, 100_000)) == count
        assert await store.outbox.newest_posted() == {}


async def test_a_damaged_hour_is_a_gap_with_its_reason(sound: Path, tmp_path: Path) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        at = T0 + 6 * 3_600
        await store.books.minutes([MAINS], EVER)
        key = minute_key(at, 0)
        change(path, f"UPDATE minutes SET imported_a_dmwh = 1 - imported_a_dmwh WHERE key = {key}")
        hour = Span(at, at + 3_600)
        assert await store.books.minutes([MAINS], Span(at + 900, at + 960)) == []
        mended = await store.integrity.mend(NOW)
        assert mended.fetchable
        assert mended.words == "1 hour of a meter was set aside"
        assert Gap(hour, GapReason.DAMAGED) in await store.books.gaps(MAINS)
        assert await store.integrity.damaged() == {MAINS: [hour]}
        assert (await store.integrity.mend(NOW)).words == ""


async def test_a_sum_over_damage_is_unknown_until_a_gap_tells_of_it(
    sound: Path, tmp_path: Path
) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        whole = Span(T0, T0 + 6 * 3_600)
        before = await store.books.energy(MAINS, [whole])
        assert before
        change(path, "UPDATE hours SET imported_dmwh = 1, seal = 1 WHERE key & 255 = 0")
        change(path, f"UPDATE minutes SET exported_a_dmwh = 9 WHERE key = {minute_key(T0, 0)}")
        assert await store.books.energy(MAINS, [whole]) is None
        await store.integrity.mend(NOW)
        after = await store.books.energy(MAINS, [whole])
        assert after
        assert after < before


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM hours WHERE key >> 8 = {hour}",
        "DELETE FROM hours WHERE key >> 8 BETWEEN {hour} AND {hour} + 1",
        "DELETE FROM gaps",
        "UPDATE gaps SET end = end - 1800",
    ],
)
async def test_the_audit_holds_tallies_and_gaps_against_what_is_booked(
    sound: Path, tmp_path: Path, harm: str
) -> None:
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    async with home_store(path) as store:
        right = await store.books.energy(MAINS, [EVER])
        change(path, harm.format(hour=T0 // 3_600 + 5))
        assert await store.books.energy(MAINS, [EVER]) in (None, right)
        assert await store.books.energy(MAINS, [Span(T0 + 3_600, T0 + 7 * 3_600)]) is None
        await assert_heals(store, model, ENTRIES, HELSINKI, NOW)


async def test_an_hour_that_lost_its_tally_is_damaged_also_where_gaps_are_made_anew(
    sound: Path, tmp_path: Path
) -> None:
    """As after pages of tallies were lost: its minutes don't stay beside a gap."""
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    async with home_store(path) as store:
        change(path, f"DELETE FROM hours WHERE key >> 8 >= {T0 // 3_600 + 5}")
        change(path, "UPDATE gaps SET seal = 1")
        await store.books.gaps(MAINS)
        await store.books.gaps(PLANT)
        assert "the list of gaps was made anew" in (await store.integrity.mend(NOW)).words
        assert "set aside" in (await store.integrity.mend(NOW)).words
        gaps = await store.books.gaps(MAINS)
        assert gaps[-1].reason is GapReason.DAMAGED
        await assert_heals(store, model, ENTRIES, HELSINKI, NOW)


async def test_an_hour_of_which_nothing_is_there_is_damaged(sound: Path, tmp_path: Path) -> None:
    """Neither its minutes, nor its tally, nor a gap: as where pages of both are lost."""
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    hour = T0 // 3_600 + 5
    span = Span(hour * 3_600, hour * 3_600 + 3_600)
    async with home_store(path) as store:
        for asked in (True, False):
            change(path, f"DELETE FROM hours WHERE key = {hour << 8}")
            change(path, f"DELETE FROM minutes WHERE (key >> 8) / 60 = {hour} AND key & 255 = 0")
            if asked:
                assert await store.books.energy(MAINS, [EVER]) is None
            else:
                await store.integrity.check(Span(T0, NOW))
            assert (await store.integrity.mend(NOW)).words == "1 hour of a meter was set aside"
            assert await store.integrity.damaged() == {MAINS: [span]}
            await assert_heals(store, model, ENTRIES, HELSINKI, NOW)


@pytest.mark.parametrize("harm", ["start = end + 5", "end = end - 60", "reason = 1"])
async def test_gaps_that_were_made_anew_are_looked_up_again(
    sound: Path, tmp_path: Path, harm: str
) -> None:
    path = await fresh(sound, tmp_path)
    change(path, f"UPDATE gaps SET {harm} WHERE meter = 1")
    async with home_store(path) as store:
        await store.books.gaps(PLANT)
        mended = await store.integrity.mend(NOW)
        assert (mended.words, mended.fetchable) == ("the list of gaps was made anew", True)


@pytest.mark.parametrize("table", ["counters", "contradictions"])
async def test_a_small_table_that_cannot_be_read_is_no_error(
    sound: Path, tmp_path: Path, table: str
) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        await store.journal.keep_counters(MAINS, Counters(T0 + 600, (1, 2, 3, 4, 5, 6)))
    async with home_store(path) as store:
        for page in pages_of(path, table):
            overwrite(path, page, b"\0" * PAGE)
        known = len(await store.books.counters(MAINS, EVER))
        assert len(await store.books.newest_counters()) == known == (table != "counters")
        assert await store.books.contradictions(MAINS, EVER) == 0
        assert await store.books.parked() == {}
        assert table in (await store.integrity.mend(NOW)).words
        assert (await store.integrity.mend(NOW)).words == ""


@pytest.mark.parametrize("table", ["counters", "contradictions", "parked", "meta", "days"])
async def test_a_table_that_was_built_anew_at_the_start_is_told(
    sound: Path, tmp_path: Path, table: str
) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        await store.journal.keep_counters(MAINS, Counters(T0 + 600, (1, 2, 3, 4, 5, 6)))
        await store.journal.book(stretch(MAINS, NOW + 86_400, 9), NOW)
    for page in pages_of(path, table):
        overwrite(path, page, b"\xff" * PAGE)
    async with home_store(path) as store:
        assert f"pages of {table} could not be read" in (await store.integrity.mend(NOW)).words
        assert (await store.integrity.mend(NOW)).words == ""


async def test_a_table_that_was_built_anew_to_write_in_it_is_told(
    sound: Path, tmp_path: Path
) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        for page in pages_of(path, "minutes")[2:-1]:
            overwrite(path, page, b"\xff" * PAGE)
        await store.journal.book(LATE, NOW)
        assert "pages of minutes could not be read" in (await store.integrity.mend(NOW)).words


@pytest.mark.parametrize("table", [*TABLES, *("meters", "bindings", "outbox", "outbox_days")])
async def test_no_table_keeps_the_others_from_answering(
    sound: Path, tmp_path: Path, table: str
) -> None:
    """While the server runs all of one table is destroyed, and everything is asked."""
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        identity = MeterIdentity(MAINS, "SPEM-003CEBEU", "1.4.4", "triphase", "")
        await store.journal.keep_identity(identity, [Binding("mains", "10.0.0.7", MAINS)])
        await store.outbox.aim("copy")
        while await store.outbox.fill():
            pass
    async with home_store(path) as store:
        for page in pages_of(path, table):
            overwrite(path, page, b"\0" * PAGE)
        known, books, box = Span(T0, NOW), store.books, store.outbox
        for ask in (
            *(books.booked, books.newest_counters, books.parked, books.bindings, books.identities),
            *(lambda: books.minutes([MAINS], known), lambda: books.series([PLANT], known)),
            *(lambda: books.quarters(known), lambda: books.days(0, 900_000, Netting.PHASE)),
            *(lambda: books.sum_days([0, 900_000], Netting.PHASE), lambda: books.gaps(MAINS)),
            *(lambda: books.counters(MAINS, known), lambda: books.energy(MAINS, [known])),
            *(lambda: books.contradictions(MAINS, known), lambda: box.tallies(known)),
            *(lambda: box.holds(known), store.devices.devices),
        ):
            await ask()
        for look_up in (
            *(box.newest_posted, lambda: box.records(MAINS, known, 500), lambda: box.days(9)),
            lambda: box.count(MAINS, known),
        ):
            with suppress(StoreUnusable):  # whoever posts waits, and tries again
                await look_up()
        assert table in (await store.integrity.mend(NOW)).words
        for _ in range(4):
            if not (await store.integrity.mend(NOW)).words:
                break


async def test_what_the_copy_is_held_against_is_checked(sound: Path, tmp_path: Path) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        await store.outbox.aim("copy")
        while await store.outbox.fill():
            pass
        for meter in METERS:
            while records := await store.outbox.records(meter, EVER, 500):
                await store.outbox.acknowledge(meter, records)
        day = Span(T0, T0 + 86_400)
        assert set(await store.outbox.tallies(day) or {}) == set(METERS)
        change(path, f"UPDATE minutes SET exported_a_dmwh = 9 WHERE key = {minute_key(T0, 0)}")
        assert await store.outbox.tallies(day) is None
        assert (await store.integrity.mend(NOW)).words == "1 hour of a meter was set aside"
        assert await store.outbox.tallies(day) is not None


@pytest.mark.parametrize(
    "look",
    [
        lambda store: store.integrity.check(Span(T0, NOW)),
        lambda store: store.books.counters(MAINS, EVER),
        lambda store: store.books.newest_counters(),
    ],
)
async def test_a_damaged_counter_reading_is_found_and_goes(
    sound: Path, tmp_path: Path, look: Callable[[Store], Awaitable[object]]
) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        for at in (T0 + 600, T0 + 1_200):
            await store.journal.keep_counters(MAINS, Counters(at, (at, 2, 3, 4, 5, 6)))
    change(path, f"UPDATE counters SET imported_b_dmwh = 7 WHERE at = {T0 + 1_200}")
    assert not verify(path, untold).is_sound
    async with home_store(path) as store:
        await look(store)
        assert "1 counter reading was lost" in (await store.integrity.mend(NOW)).words
        assert [one.at for one in await store.books.counters(MAINS, EVER)] == [T0 + 600]
    assert verify(path, untold).is_sound


@pytest.mark.parametrize("which", ["key >> 20 = 2", "key >> 20 = 0", "key & 1048575 >= 0"])
async def test_a_sum_of_a_day_that_was_lost_is_made_anew_and_told(
    sound: Path, tmp_path: Path, which: str
) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        before = [await store.books.days(0, 900_000, netting) for netting in Netting]
        change(path, f"DELETE FROM days WHERE {which}")
        await store.integrity.check(Span(T0, NOW))
        mended = await store.integrity.mend(NOW)
        assert "made anew" in mended.words
        await settle(store, NOW)
        assert [await store.books.days(0, 900_000, netting) for netting in Netting] == before


async def test_gaps_that_are_there_twice_are_found_and_told(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book(stretch(MAINS, T0, 1_200)[::2], NOW)
        gaps = await store.books.gaps(MAINS)
    _, first, second, *_ = pages_of(path, "gaps")
    overwrite(path, second, path.read_bytes()[first : first + PAGE])
    async with home_store(path) as store:
        await store.books.gaps(MAINS)
        assert "pages of gaps could not be read" in (await store.integrity.mend(NOW)).words
        assert await store.books.gaps(MAINS) == gaps


async def test_readings_that_are_there_twice_are_found_and_told(
    sound: Path, tmp_path: Path
) -> None:
    """One page of them is written over by another one: each row is as it was written."""
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        for n in range(200):
            await store.journal.keep_counters(MAINS, Counters(T0 + 60 * n, (n, 2, 3, 4, 5, 6)))
    _, first, second, *_ = pages_of(path, "counters")
    overwrite(path, second, path.read_bytes()[first : first + PAGE])
    async with home_store(path) as store:
        assert await store.books.counters(MAINS, EVER) == []
        assert "pages of counters could not be read" in (await store.integrity.mend(NOW)).words
        found = await store.books.counters(MAINS, EVER)
        assert found
        assert [(one.at - T0) // 60 for one in found] == [one.values_dmwh[0] for one in found]


@pytest.mark.parametrize("lost", ["first", "last", "all"])
async def test_tallies_lost_at_an_edge_take_nothing_out_of_sight(
    sound: Path, tmp_path: Path, lost: str
) -> None:
    """As where a page of theirs stands in the place of the one that leads to all."""
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    middle = (T0 // 3_600 + 5) << 8
    which = {"first": f"key < {middle}", "last": f"key > {middle}", "all": "1"}
    change(path, f"DELETE FROM hours WHERE {which[lost]}")
    assert not verify(path, untold).is_sound
    async with home_store(path) as store:
        known = Span(ENTRIES[0].record.start, ENTRIES[-1].record.end)
        assert await store.books.booked() == {MAINS: known, PLANT: known}
        await assert_true_or_not_there(store, model, HELSINKI, NOW)
        await assert_heals(store, model, ENTRIES, HELSINKI, NOW)


@pytest.mark.parametrize(
    "harm",
    [
        f"UPDATE meters SET meter = 'A0DD6CA0C27B' WHERE meter = '{MAINS}'",
        "UPDATE meters SET number = 7 WHERE number = 0",
        "DELETE FROM meters WHERE number = 1",
        "DELETE FROM meters",
    ],
)
async def test_a_damaged_list_of_meters_is_restored(sound: Path, tmp_path: Path, harm: str) -> None:
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    change(path, harm)
    assert verify(path, untold).tables == ("meters",)
    async with home_store(path) as store:
        assert "the list of meters was restored" in (await store.integrity.mend(NOW)).words
        for meter in (MAINS, PLANT):
            assert await store.books.minutes([meter], EVER) == model.minutes(meter)
        await assert_heals(store, model, ENTRIES, HELSINKI, NOW)
    assert verify(path, untold).is_sound


async def test_a_number_is_not_given_twice(sound: Path, tmp_path: Path) -> None:
    """Neither the list of meters nor what was written down of it is there any more."""
    path = await fresh(sound, tmp_path)
    change(path, "DELETE FROM meters")
    change(path, "DELETE FROM meta WHERE name = 'meters_are'")
    async with home_store(path) as store:
        assert (await store.journal.book(ENTRIES, NOW)).booked == len(ENTRIES)


async def test_not_one_page_of_tallies_can_be_read(sound: Path, tmp_path: Path) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        for page in pages_of(path, "hours"):
            overwrite(path, page, b"\0" * PAGE)
        assert (await store.books.series([MAINS], Span(T0, T0 + 3_600))).starts == []
        assert (await store.books.series([MAINS], Span(T0, T0 + 7_200))).starts == []


async def test_sums_are_damaged_while_no_meter_is_known(sound: Path, tmp_path: Path) -> None:
    path = await fresh(sound, tmp_path)
    change(path, "UPDATE quarters SET grid_s = 1")
    async with home_store(path, assignment=Assignment()) as store:
        change(
            path,
            "INSERT INTO quarters SELECT 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
            "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1",
        )
        await store.books.quarters(EVER)
        assert "1 sum is made anew" in (await store.integrity.mend(NOW)).words


@pytest.mark.parametrize("column", ["minutes", "imported_dmwh", "moment", "digest", "seal"])
async def test_a_flipped_tally_costs_no_minute(sound: Path, tmp_path: Path, column: str) -> None:
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    change(path, f"UPDATE hours SET {column} = {column} | 1 << 20")
    async with home_store(path) as store:
        for meter in (MAINS, PLANT):
            assert await store.books.minutes([meter], EVER) == model.minutes(meter)
            found = await store.books.series([meter], EVER)
            assert found.starts == [record.start for record in model.minutes(meter)]
        await store.integrity.check(Span(T0, NOW))
        mended = await store.integrity.mend(NOW)
        assert "checksums were written anew" in mended.words
        assert not mended.fetchable
        await store.integrity.check(Span(T0, NOW))
        assert (await store.integrity.mend(NOW)).words == ""


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
    for words in ("from format 4 to 5", "73 % of the minutes", "it has format 5 now"):
        assert words in caplog.text
    assert migrate.check_file(cut / "books") == 4
    async with home_store(cut / "books") as store:
        assert len(await store.books.minutes([MAINS], EVER)) == 180


@pytest.mark.parametrize("harm", ["", "WHERE (key >> 8) % 600 = 7"])
async def test_damage_all_over_is_seen_by_a_few_questions(
    sound: Path, tmp_path: Path, harm: str
) -> None:
    """Not hour by hour: a year of them would take seconds."""
    path = await fresh(sound, tmp_path)
    change(path, f"UPDATE minutes SET imported_a_dmwh = imported_a_dmwh + 1 {harm}")
    asked: list[str] = []
    with closing(connect_reader(path)) as file:
        file.set_trace_callback(asked.append)
        minutes = checked_minutes.minutes_of(file, [0], Span(T0, NOW), NoticedDamage())
        series = checked_minutes.series_of(file, [0], Span(T0, NOW), NoticedDamage())
    assert len(minutes) == len(series.starts) == (520 if harm else 0)
    assert len(asked) < 20
