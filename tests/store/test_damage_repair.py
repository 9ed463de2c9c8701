"""What becomes of damaged hours: tallies, minutes and gaps agree, or a gap tells."""

from pathlib import Path

import pytest

from tests.store.builders import (
    EVER,
    MAINS,
    PLANT,
    T0,
    Model,
    home_store,
    stretch,
)
from tests.store.harm import (
    PAGE,
    assert_heals,
    assert_true_or_not_there,
    change,
    overwrite,
    pages_of,
)
from tests.store.sound import ENTRIES, HELSINKI, NOW, fresh
from tests.store.whole import untold
from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span, merged, within
from wattledger.store.codec import minute_key
from wattledger.store.verify import verify


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


async def test_what_was_missing_in_an_hour_that_lost_its_tally_keeps_its_reason(
    sound: Path, tmp_path: Path
) -> None:
    """As after a page of tallies was lost, and only the gaps were asked for until then."""
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    hole = Span(T0 + 150 * 60, T0 + 210 * 60)
    async with home_store(path) as store:
        await store.journal.explain(MAINS, hole, GapReason.NOT_IN_MEMORY)
        change(path, f"DELETE FROM hours WHERE key = {(T0 // 3_600 + 2) << 8}")
        change(path, f"INSERT INTO gaps VALUES (0, {T0 + 14_400}, {T0 + 14_460}, 1, 1)")
        await store.books.gaps(MAINS)
        await store.integrity.mend(NOW)
        assert (await store.integrity.mend(NOW)).words == "1 hour of a meter was set aside"
        assert await store.books.gaps(MAINS) == [
            Gap(Span(T0 + 120 * 60, hole.start), GapReason.DAMAGED),
            Gap(hole, GapReason.NOT_IN_MEMORY),
        ]
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


@pytest.mark.parametrize("first_minute", [0, 50], ids=["hours", "in one hour"])
async def test_of_a_running_hour_that_lost_all_its_minutes_no_more_is_damaged_than_was_booked(
    tmp_path: Path, first_minute: int
) -> None:
    """The rest of that hour has not come yet."""
    path, begin, running = tmp_path / "books", T0 + 60 * first_minute, T0 + 3_600
    entries = stretch(MAINS, begin, 5)
    if first_minute == 0:
        entries = [*stretch(MAINS, T0, 65), *stretch(MAINS, T0 + 70 * 60, 4)]
    end = entries[-1].record.end
    async with home_store(path) as store:
        await store.journal.book(entries, end)
    hour = running if first_minute == 0 else T0
    first_key, end_key = (minute_key(at, 0) for at in (hour, hour + 3_600))
    change(path, f"DELETE FROM minutes WHERE key >= {first_key} AND key < {end_key}")
    async with home_store(path) as store:
        assert (await store.books.booked())[MAINS] == Span(begin, end)
        await store.books.minutes([MAINS], EVER)
        await store.integrity.mend(end)
        damaged = (await store.integrity.damaged())[MAINS]
        booked = merged(Span(e.record.start, e.record.end) for e in entries)
        assert damaged == within(booked, Span(hour, end))
        assert (await store.books.booked())[MAINS] == Span(begin, end)


@pytest.mark.parametrize(("number", "meter"), [(0, MAINS), (1, PLANT)])
async def test_a_meter_of_which_nothing_is_there_is_found_where_nobody_asks(
    sound: Path, tmp_path: Path, number: int, meter: MeterId
) -> None:
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    for table, which in (("minutes", "key & 255"), ("hours", "key & 255"), ("gaps", "meter")):
        change(path, f"DELETE FROM {table} WHERE {which} = {number}")
    assert not verify(path, untold).is_sound
    async with home_store(path) as store:
        await store.integrity.check(Span(T0, NOW))
        assert "set aside" in (await store.integrity.mend(NOW)).words
        assert {*await store.integrity.damaged()} == {meter}
        await assert_true_or_not_there(store, model, HELSINKI, NOW)
        await store.journal.book(ENTRIES, NOW)
        assert await store.books.minutes([meter], EVER) == model.minutes(meter)


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


@pytest.mark.parametrize("harm", ["UPDATE minutes SET key = key - 5120", "DELETE FROM minutes"])
async def test_no_gap_is_left_before_the_first_minute_of_a_meter(tmp_path: Path, harm: str) -> None:
    """Where its first hour was damaged while the server was down, and was fetched again."""
    path = tmp_path / "books.sqlite"
    entries = stretch(MAINS, T0 + 21 * 60, 159)
    async with home_store(path) as store:
        await store.journal.book(entries, NOW)
    change(path, f"{harm} WHERE key = (SELECT min(key) FROM minutes)")
    async with home_store(path) as store:
        await store.integrity.check(Span(T0, NOW))
        assert (await store.integrity.mend(NOW)).words == "1 hour of a meter was set aside"
        await store.journal.book(entries, NOW)
        assert await store.books.gaps(MAINS) == []
        assert await store.books.booked() == {MAINS: Span(T0 + 21 * 60, T0 + 180 * 60)}


async def test_not_one_page_of_tallies_can_be_read(sound: Path, tmp_path: Path) -> None:
    path = await fresh(sound, tmp_path)
    async with home_store(path) as store:
        for page in pages_of(path, "hours"):
            overwrite(path, page, b"\0" * PAGE)
        assert (await store.books.series([MAINS], Span(T0, T0 + 3_600))).starts == []
        assert (await store.books.series([MAINS], Span(T0, T0 + 7_200))).starts == []


@pytest.mark.parametrize("column", ["minutes", "imported_dmwh", "moment", "digest", "seal"])
async def test_a_flipped_tally_costs_no_minute(sound: Path, tmp_path: Path, column: str) -> None:
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    change(path, f"UPDATE hours SET {column} = {column} | (1 << 20)")
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


async def test_a_single_checksum_is_counted_as_one(sound: Path, tmp_path: Path) -> None:
    path = await fresh(sound, tmp_path)
    heard: list[float] = []
    async with home_store(path) as store:
        key = minute_key(T0 + 6 * 3_600, 0)
        hour = f"SELECT min(key) FROM hours WHERE key >= {key // 60 // 256 * 256}"
        change(path, f"UPDATE hours SET minutes = 59 WHERE key = ({hour})")
        await store.integrity.check(Span(T0, NOW))
        assert (await store.integrity.mend(NOW)).words == "1 checksum was written anew"
    assert verify(path, heard.append).is_sound
    assert heard == sorted(heard)
    assert 0 < heard[0] < heard[-1] == 1


async def test_a_damaged_hour_is_set_aside_before_another_minute_of_it_is_booked(
    tmp_path: Path,
) -> None:
    path = tmp_path / "books"
    at = T0 + 6 * 3_600
    async with home_store(path) as store:
        await store.journal.book([*stretch(MAINS, at, 30), *stretch(MAINS, at + 3_600, 60)], NOW)
        change(path, f"UPDATE minutes SET imported_b_dmwh = 7 WHERE key = {minute_key(at, 0)}")
        await store.journal.book(stretch(MAINS, at + 2_400, 1), NOW)
        assert await store.integrity.damaged() == {MAINS: [Span(at, at + 1_800)]}


async def test_a_gap_that_is_damaged_is_not_taken_for_minutes_that_are(tmp_path: Path) -> None:
    """Hours in which nothing was ever booked, beyond a gap that has become shorter."""
    path = tmp_path / "books"
    hole = Span(T0 + 3_600, T0 + 4 * 3_600)
    async with home_store(path) as store:
        await store.journal.book([*stretch(MAINS, T0, 60), *stretch(MAINS, hole.end, 60)], NOW)
        change(path, "UPDATE gaps SET end = end - 7200")
        await store.integrity.check(Span(T0, NOW))
        assert (await store.integrity.mend(NOW)).words == "the list of gaps was made anew"
        assert await store.books.gaps(MAINS) == [Gap(hole, GapReason.OUTAGE)]


@pytest.mark.parametrize(
    "far", ["key & 255", "key | (1 << 62)", "key | (1 << 55)"], ids=["1970", "the end", "between"]
)
async def test_a_minute_that_is_dated_far_away_is_found(
    sound: Path, tmp_path: Path, far: str
) -> None:
    path = await fresh(sound, tmp_path)
    model = Model()
    model.book(ENTRIES)
    key = minute_key(T0 + 6 * 3_600, 1)
    async with home_store(path) as store:
        change(path, f"UPDATE minutes SET key = {far} WHERE key = {key}")
        await store.integrity.check(Span(NOW - 3_600, NOW))
        assert (await store.integrity.mend(NOW)).words == "1 hour of a meter was set aside"
        await assert_heals(store, model, ENTRIES, HELSINKI, NOW)
