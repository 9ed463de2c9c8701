"""Booking on a real file: first wins, whatever the order and the batches."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.books import booked_energy
from tests.store.builders import (
    EVER,
    MAINS,
    OTHER,
    PLANT,
    T0,
    Model,
    assert_agrees,
    both,
    entry,
    home_store,
    readers_of,
    record,
    stretch,
)
from wattledger.energy.booking_entry import Booked, Entry
from wattledger.energy.errors import BadRecord, StoreUnusable
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.energy.spans import Span

NOW = T0 + 40 * 86_400


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Records of several periods that often meet, overlap, repeat or contradict one another."""
    period_s = draw(st.sampled_from([60, 60, 60, 300, 900]))
    start = T0 + draw(st.integers(0, 59)) * 60
    meter = draw(st.sampled_from([MAINS, PLANT]))
    return entry(meter, start - start % period_s, draw(st.integers(0, 1)), period_s)


@pytest.mark.slow
@given(st.lists(st.lists(entries(), max_size=40), max_size=6))
@settings(max_examples=30, deadline=None)
async def test_any_order_and_any_batches_give_what_the_law_says(batches: list[list[Entry]]) -> None:
    model = Model()
    with TemporaryDirectory() as folder:
        async with home_store(Path(folder) / "books") as store:
            for batch in batches:
                assert await store.journal.book(batch, NOW) == model.book(batch)
            await assert_agrees(store, model, [MAINS, PLANT])
            for meter in (MAINS, PLANT):
                kept = await store.books.contradictions(meter, EVER)
                assert kept == sum(1 for other, _ in model.contradictions if other == meter)
        async with home_store(Path(folder) / "books") as store:
            await assert_agrees(store, model, [MAINS, PLANT])
            for batch in batches:
                again = await store.journal.book(batch, NOW)
                assert (again.booked, again.known + again.contradicted) == (0, len(batch))


async def test_a_batch_in_reverse_is_one_stretch_without_gaps(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        batch = stretch(MAINS, T0, 500)[::-1]
        assert await store.journal.book(batch, NOW) == Booked(booked=500)
        assert await store.books.gaps(MAINS) == []
        assert await store.books.booked() == {MAINS: Span(T0, T0 + 500 * 60)}


async def test_an_import_before_the_first_minute_leaves_the_gap_between(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(stretch(MAINS, T0, 10), NOW)
        await store.journal.book(stretch(MAINS, T0 - 86_400, 10), NOW)
        assert [gap.span for gap in await store.books.gaps(MAINS)] == [Span(T0 - 85_800, T0)]
        await store.journal.book([entry(MAINS, T0 - 43_200)], NOW)
        assert [gap.span for gap in await store.books.gaps(MAINS)] == [
            Span(T0 - 85_800, T0 - 43_200),
            Span(T0 - 43_140, T0),
        ]


async def test_there_is_room_for_256_meters(tmp_path: Path) -> None:
    meters = [MeterId(f"A0DD6C{number:06X}") for number in range(257)]
    async with home_store(tmp_path / "books") as store:
        for number in (0, 128):
            own = [entry(meter, T0, at) for at, meter in enumerate(meters[number : number + 128])]
            assert await store.journal.book(own, T0 + 60) == Booked(booked=128)
        with pytest.raises(StoreUnusable, match="256 meters"):
            await store.journal.book([entry(meters[256], T0)], T0 + 60)
        assert (await store.books.booked()).keys() == set(meters[:256])
        for number in (0, 1, 255):
            assert await store.books.minutes([meters[number]], EVER) == [record(T0, number % 128)]


async def test_a_contradiction_is_kept_once_and_changes_nothing(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(stretch(MAINS, T0, 3), NOW)
        for later in range(3):
            outcome = await store.journal.book([entry(MAINS, T0 + 60, seed=9)], NOW + later)
            assert outcome == Booked(contradicted=1)
        came_at = await readers_of(store).read(
            lambda file: file.execute("SELECT came_at FROM contradictions").fetchall()
        )
        assert came_at == [(NOW,)]
        assert await store.books.contradictions(MAINS, EVER) == 1
        assert await store.books.contradictions(MAINS, Span(T0, T0 + 60)) == 0
        assert await store.books.minutes([MAINS], EVER) == [
            one.record for one in stretch(MAINS, T0, 3)
        ]


@pytest.mark.parametrize("minutes", [1, 2, 3, 1_439, 1_440, 1_441])
async def test_a_restart_knows_the_newest_minute_of_each_meter(
    tmp_path: Path, minutes: int
) -> None:
    """Also of one that fell silent long before the other: its end is written once a day only."""
    start = T0 - T0 % 86_400
    async with home_store(tmp_path / "books") as store:
        await store.journal.book([entry(PLANT, start)], NOW)
        for batch in (
            stretch(MAINS, start, minutes - 1),
            [entry(MAINS, start + 60 * minutes - 60)],
        ):
            await store.journal.book(batch, NOW)
        await store.journal.book(stretch(OTHER, start, 5_000), NOW)
        expected = await store.books.booked()
        assert expected[MAINS] == Span(start, start + 60 * minutes)
    async with home_store(tmp_path / "books") as store:
        assert await store.books.booked() == expected


async def test_where_a_meter_ends_is_written_once_a_day(tmp_path: Path) -> None:
    """A page more each minute would be a fourth of all that is written."""
    start = T0 - T0 % 86_400
    ends = []
    async with home_store(tmp_path / "books") as store:
        for at in (start, start + 60, start + 120, start + 86_400, start + 86_460):
            await store.journal.book([entry(MAINS, at)], NOW)
            ends += await readers_of(store).read(
                lambda file: file.execute("SELECT last_end FROM meters").fetchone()
            )
    assert ends == [start + 60] * 3 + [start + 86_460] * 2


@pytest.mark.parametrize(
    "bad",
    [
        MinuteRecord(T0 + 1, 60, 0, 0, 0, 0, 0, 0),
        MinuteRecord(T0, 61, 0, 0, 0, 0, 0, 0),
        MinuteRecord(T0, 60, -1, 0, 0, 0, 0, 0),
        MinuteRecord(T0, 60, 10**9, 0, 0, 0, 0, 0),
        MinuteRecord(60, 60, 0, 0, 0, 0, 0, 0),
    ],
)
async def test_a_bad_record_refuses_its_whole_batch(tmp_path: Path, bad: MinuteRecord) -> None:
    async with home_store(tmp_path / "books") as store:
        with pytest.raises(BadRecord):
            await store.journal.book([entry(MAINS, T0), Entry(MAINS, bad, Origin.PUSHED)], NOW)
        assert await store.books.booked() == {}
        assert await store.journal.book([entry(MAINS, T0)], NOW) == Booked(booked=1)


async def test_records_of_several_meters_are_read_as_one_row_of_minutes(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(stretch(MAINS, T0, 5) + stretch(OTHER, T0 + 300, 5, 7), NOW)
        starts = [r.start for r in await store.books.minutes([OTHER, MAINS], EVER)]
        assert starts == list(range(T0, T0 + 600, 60))
        assert len(await store.books.minutes([MAINS, OTHER], Span(T0 + 60, T0 + 420))) == 6
        assert await store.books.minutes([], EVER) == []


async def test_energy_is_summed_by_the_start_of_records(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(both(T0, 60), NOW)
        own = [one.record for one in stretch(MAINS, T0, 60)]
        spans = [Span(T0, T0 + 600), Span(T0 + 30, T0 + 120), Span(T0 - 600, T0), EVER]
        assert await store.books.energy(MAINS, spans) == [
            booked_energy(r for r in own if span.start <= r.start < span.end) for span in spans
        ]
