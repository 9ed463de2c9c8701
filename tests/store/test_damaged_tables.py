"""What becomes of damage beside the minutes: made anew, restored, or gone and told."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.fakes.assigned import assigned
from tests.store.builders import (
    EVER,
    MAINS,
    PLANT,
    T0,
    Model,
    both,
    calendar,
    entry,
    home_store,
    settle,
    stretch,
    writer_of,
)
from tests.store.harm import (
    METERS,
    PAGE,
    assert_heals,
    change,
    overwrite,
    pages_of,
)
from tests.store.sound import ENTRIES, HELSINKI, LATE, NOW, fresh
from tests.store.whole import untold
from wattledger.energy.balance import UNKNOWN
from wattledger.energy.netting import Netting
from wattledger.energy.record import Counters
from wattledger.energy.site import Assignment
from wattledger.energy.spans import Span
from wattledger.store.codec import hour_key, minute_key
from wattledger.store.store import Store
from wattledger.store.verify import verify


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


@pytest.mark.parametrize("table", ["counters", "contradictions"])
async def test_a_small_table_that_cannot_be_read_is_no_error(
    sound: Path, tmp_path: Path, table: str
) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        await store.journal.keep_counters(MAINS, Counters(T0 + 600, (1, 2, 3, 4, 5, 6)), NOW)
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
        await store.journal.keep_counters(MAINS, Counters(T0 + 600, (1, 2, 3, 4, 5, 6)), NOW)
        await store.journal.book(stretch(MAINS, NOW + 86_400, 9), NOW)
    for page in pages_of(path, table):
        overwrite(path, page, b"\xff" * PAGE)
    async with home_store(path) as store:
        assert f"pages of {table} could not be read" in (await store.integrity.mend(NOW)).words
        assert (await store.integrity.mend(NOW)).words == ""


async def with_many_quarters(folder: Path) -> Path:
    """So many that their roll-ups take several pages."""
    path, now = folder / "books", NOW + 86_400
    async with home_store(path, assignment=assigned((MAINS,))) as store:
        await store.journal.book([entry(MAINS, T0 + 900 * at) for at in range(200)], now)
        await settle(store, now)
    return path


async def test_at_the_start_both_ends_of_a_table_are_read(tmp_path: Path) -> None:
    path = await with_many_quarters(tmp_path)
    whole = path.read_bytes()
    _, *leaves = pages_of(path, "quarters")
    for end in (leaves[0], leaves[-1]):
        path.write_bytes(whole)
        overwrite(path, end, b"\xff" * PAGE)
        async with home_store(path) as store:
            assert "pages of quarters could not be read" in (await store.integrity.mend(NOW)).words


async def test_a_table_that_was_built_anew_at_the_start_takes_no_minute_out_of_sight(
    sound: Path, tmp_path: Path
) -> None:
    """The list of meters says of the day's last minutes nothing yet."""
    path = await fresh(sound, tmp_path)
    end = ENTRIES[-1].record.end
    async with home_store(path) as store:
        await store.journal.keep_counters(MAINS, Counters(T0 + 600, (1, 2, 3, 4, 5, 6)), NOW)
        await store.journal.book(both(end, 5), NOW)
    for page in pages_of(path, "counters"):
        overwrite(path, page, b"\xff" * PAGE)
    async with home_store(path) as store:
        known = Span(T0, end + 300)
        assert await store.books.booked() == {MAINS: known, PLANT: known}


@pytest.mark.parametrize("edge", ["<", ">"], ids=["first", "last"])
async def test_minutes_of_an_edge_that_were_lost_with_their_tallies_are_missing(
    sound: Path, tmp_path: Path, edge: str
) -> None:
    """Pages of both are lost while the server is down: the list of meters alone knows of them."""
    path = await fresh(sound, tmp_path)
    known = Span(ENTRIES[0].record.start, ENTRIES[-1].record.end)
    middle = T0 + 5 * 3_600
    change(path, f"DELETE FROM hours WHERE key {edge} {hour_key(middle, 0)}")
    change(path, f"DELETE FROM minutes WHERE key {edge} {minute_key(middle, 0)}")
    for page in pages_of(path, "days"):
        overwrite(path, page, b"\xff" * PAGE)
    async with home_store(path) as store:
        assert await store.books.booked() == {MAINS: known, PLANT: known}


async def test_a_table_that_was_built_anew_to_write_in_it_is_told(
    sound: Path, tmp_path: Path
) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        for page in pages_of(path, "minutes")[2:-1]:
            overwrite(path, page, b"\xff" * PAGE)
        await store.journal.book(LATE, NOW)
        assert "pages of minutes could not be read" in (await store.integrity.mend(NOW)).words


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
            await store.journal.keep_counters(MAINS, Counters(at, (at, 2, 3, 4, 5, 6)), NOW)
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


async def test_a_sum_of_days_of_which_no_page_can_be_read_is_of_no_day(
    sound: Path, tmp_path: Path
) -> None:
    path, day = await fresh(sound, tmp_path), calendar().ordinal_at(T0)
    async with home_store(path) as store:
        for page in pages_of(path, "days"):
            overwrite(path, page, b"\xff" * PAGE)
        assert await store.books.sum_days([day, day + 1], Netting.PHASE) == [(0, UNKNOWN)]


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


async def test_sums_that_are_there_twice_are_found_and_told(tmp_path: Path) -> None:
    path = await with_many_quarters(tmp_path)
    _, first, second, *_ = pages_of(path, "quarters")
    overwrite(path, second, path.read_bytes()[first : first + PAGE])
    async with home_store(path) as store:
        assert await store.books.quarters(EVER) == []
        assert "pages of quarters could not be read" in (await store.integrity.mend(NOW)).words


async def test_readings_that_are_there_twice_are_found_and_told(
    sound: Path, tmp_path: Path
) -> None:
    """One page of them is written over by another one: each row is as it was written."""
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        for n in range(200):
            await store.journal.keep_counters(MAINS, Counters(T0 + 60 * n, (n, 2, 3, 4, 5, 6)), NOW)
    _, first, second, *_ = pages_of(path, "counters")
    overwrite(path, second, path.read_bytes()[first : first + PAGE])
    async with home_store(path) as store:
        assert await store.books.counters(MAINS, EVER) == []
        assert "pages of counters could not be read" in (await store.integrity.mend(NOW)).words
        found = await store.books.counters(MAINS, EVER)
        assert found
        assert [(one.at - T0) // 60 for one in found] == [one.values_dmwh[0] for one in found]


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


@pytest.mark.parametrize("edge", ["first_start", "last_end"])
@pytest.mark.parametrize("bit", [1 << 40, 1 << 62, -1 << 63])
async def test_where_a_meter_begins_and_ends_is_no_moment_that_can_be(
    sound: Path, tmp_path: Path, edge: str, bit: int
) -> None:
    path = await fresh(sound, tmp_path)
    known = Span(ENTRIES[0].record.start, ENTRIES[-1].record.end)
    change(path, f"UPDATE meters SET {edge} = {edge} | ({bit})")
    assert verify(path, untold).tables == ("meters",)
    async with home_store(path) as store:
        assert await store.books.booked() == {MAINS: known, PLANT: known}
        assert (await store.integrity.mend(NOW)).words == "the list of meters was restored"
    assert verify(path, untold).is_sound


async def test_a_number_is_not_given_twice(sound: Path, tmp_path: Path) -> None:
    """Neither the list of meters nor what was written down of it is there any more."""
    path = await fresh(sound, tmp_path)
    change(path, "DELETE FROM meters")
    change(path, "DELETE FROM meta WHERE name = 'meters_are'")
    async with home_store(path) as store:
        assert (await store.journal.book(ENTRIES, NOW)).booked == len(ENTRIES)


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
