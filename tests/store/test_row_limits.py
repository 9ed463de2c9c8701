"""What one meter can make grow in a day is bounded; what was imported is the owner's own doing."""

from pathlib import Path

from tests.store.builders import EVER, MAINS, PLANT, T0, entry, home_store, settle, stretch
from wattledger.energy.booking_entry import Entry
from wattledger.energy.daily_limit import DAY_S, MOST_CONTRADICTED, MOST_PARKED
from wattledger.energy.meter import MeterId
from wattledger.energy.record import Origin

NOW = T0 // DAY_S * DAY_S + DAY_S + 7_200
"""Early in a day of UTC."""
AHEAD = NOW + DAY_S


def differing(meter: MeterId, count: int, first_seed: int = 1) -> list[Entry]:
    """The same minute again and again, with other values each time."""
    return [entry(meter, T0, seed) for seed in range(first_seed, first_seed + count)]


async def test_so_many_contradictions_are_kept_a_meter_and_day(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book([entry(MAINS, T0), entry(PLANT, T0)], NOW)
        outcome = await store.journal.book(differing(MAINS, MOST_CONTRADICTED - 10), NOW)
        assert (outcome.contradicted, outcome.records_let_go) == (MOST_CONTRADICTED - 10, ())
    async with home_store(path) as store:  # a start forgets nothing
        again = differing(MAINS, MOST_CONTRADICTED - 10)
        assert (await store.journal.book(again, NOW)).records_let_go == ()
        more = differing(MAINS, 30, 100_000) + differing(PLANT, 5)
        outcome = await store.journal.book(more, NOW + 60)
        assert outcome.contradicted == 15
        assert outcome.records_let_go == ((MAINS, 20),)
        assert await store.books.contradictions(MAINS, EVER) == MOST_CONTRADICTED
        tomorrow = await store.journal.book(differing(MAINS, 9, 200_000), NOW + DAY_S)
        assert tomorrow.contradicted == 9
        assert await store.books.minutes([MAINS], EVER) == [entry(MAINS, T0).record]


async def test_so_many_are_parked_a_meter_and_day(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        outcome = await store.journal.book(stretch(MAINS, AHEAD, MOST_PARKED + 50), NOW)
        assert outcome.parked == MOST_PARKED
        assert outcome.records_let_go == ((MAINS, 50),)
        assert (await store.journal.book([entry(PLANT, AHEAD)], NOW)).parked == 1
    async with home_store(path) as store:
        later = stretch(MAINS, AHEAD + 10 * DAY_S, 5)
        assert (await store.journal.book(later, NOW)).records_let_go == ((MAINS, 5),)
        assert (await store.journal.book(later, NOW + DAY_S)).parked == 5
        assert await store.books.parked() == {MAINS: MOST_PARKED + 5, PLANT: 1}
        await settle(store, AHEAD + DAY_S * 2)
        booked = (await store.books.booked())[MAINS]
        assert (booked.start, booked.end) == (AHEAD, AHEAD + 60 * MOST_PARKED)


async def test_what_is_put_aside_as_misdated_counts_too(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book([entry(MAINS, T0)], NOW)
        await store.journal.book(differing(MAINS, MOST_CONTRADICTED - 10), NOW)
        await store.journal.book(stretch(MAINS, AHEAD, 50), NOW)
        assert (await store.journal.book([entry(MAINS, NOW - 60)], NOW)).booked == 1
        assert await store.books.parked() == {}
        assert await store.books.contradictions(MAINS, EVER) == MOST_CONTRADICTED


async def test_what_was_imported_has_no_bound(tmp_path: Path) -> None:
    imported = [
        entry(MAINS, T0, seed, origin=Origin.IMPORTED) for seed in range(MOST_CONTRADICTED + 10)
    ]
    async with home_store(tmp_path / "books") as store:
        outcome = await store.journal.book(imported, NOW)
        assert outcome.contradicted == MOST_CONTRADICTED + 9
        assert outcome.records_let_go == ()
