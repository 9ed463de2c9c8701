"""What is kept beside the minutes: parked records, details, counters, identities, gap reasons."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.builders import (
    EVER,
    MAINS,
    OTHER,
    PLANT,
    T0,
    both,
    entry,
    home_store,
    readers_of,
    record,
    settle,
    stretch,
    writer_of,
)
from wattledger.energy.booking_entry import Booked, Entry, Gap, GapReason
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.meter_binding import Binding
from wattledger.energy.record import Counters, Origin, RecordDetail
from wattledger.energy.spans import Span, within, without
from wattledger.store import booking
from wattledger.store.codec import REASONS, detail_from, scaled
from wattledger.store.store import Store

NOW = T0 + 40 * 86_400
DAY_S = 86_400
DETAIL = RecordDetail(
    (2_300.1, None, -5.0), (0.0, None, -7.3), (231.2, None, 229.9), (9.812, None, 0.03)
)


async def detail_keys(store: Store) -> list[int]:
    await writer_of(store).write(booking.write_details)
    return await readers_of(store).read(
        lambda file: [key for (key,) in file.execute("SELECT key FROM details ORDER BY key")]
    )


async def test_a_record_ahead_of_our_clock_waits_until_the_clock_has_come(tmp_path: Path) -> None:
    path = tmp_path / "books"
    ahead = [*both(T0, 10), entry(MAINS, T0 + 600, origin=Origin.FETCHED, detail=DETAIL)]
    async with home_store(path) as store:
        for _ in range(2):
            assert await store.journal.book(ahead, T0 - 10 * DAY_S) == Booked(parked=21)
        assert await store.books.booked() == {}
        assert not await store.journal.maintain(T0 - 10 * DAY_S)
    async with home_store(path) as store:
        await settle(store, T0 + 200)
        assert await store.books.booked() == {
            MAINS: Span(T0, T0 + 480),
            PLANT: Span(T0, T0 + 480),
        }
        await settle(store, NOW)
        assert await store.journal.book(ahead, NOW) == Booked(known=21)
        assert len(await detail_keys(store)) == 1


async def test_the_boundary_of_parking_is_300_seconds(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        one = [entry(MAINS, T0)]
        assert await store.journal.book(one, T0 + 60 - 301) == Booked(parked=1)
        assert await store.journal.book(one, T0 + 60 - 300) == Booked(booked=1)
        await settle(store, T0)
        assert await store.books.minutes([MAINS], EVER) == [one[0].record]
        assert await store.books.contradictions(MAINS, EVER) == 0


async def test_a_long_parked_history_is_booked_in_stretches(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(both(T0, 2_000), 0.0)
        for booked in (1_500, 3_000, 4_000):
            assert await store.journal.maintain(NOW)
            of_both = [await store.books.minutes([meter], EVER) for meter in (MAINS, PLANT)]
            assert sum(map(len, of_both)) == booked
        await settle(store, NOW)
        for meter in (MAINS, PLANT):
            assert len(await store.books.minutes([meter], EVER)) == 2_000


async def test_details_live_for_92_days_of_the_meters_own_time(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        old = [entry(MAINS, T0 + DAY_S * day, detail=DETAIL) for day in range(5)]
        await store.journal.book(old, NOW)
        await settle(store, NOW + 900 * DAY_S)
        assert len(await detail_keys(store)) == 5
        new = entry(MAINS, T0 + 95 * DAY_S, detail=DETAIL)
        await store.journal.book([new], NOW + 90 * DAY_S)
        await settle(store, NOW + 90 * DAY_S)
        assert len(await detail_keys(store)) == 3
        late = entry(PLANT, T0 + DAY_S, detail=DETAIL)
        await store.journal.book([late], NOW + 90 * DAY_S)
        assert len(await detail_keys(store)) == 3


async def test_details_that_expired_go_two_days_at_a_time(tmp_path: Path) -> None:
    midnight = T0 // DAY_S * DAY_S
    old = [entry(MAINS, midnight + DAY_S // 2 * half, detail=DETAIL) for half in range(10)]
    newest = midnight + 200 * DAY_S
    async with home_store(tmp_path / "books") as store:
        await store.journal.book(old, newest)
        assert len(await detail_keys(store)) == 10
        await store.journal.book([entry(MAINS, newest - 60)], newest)
        left = []
        while await store.journal.maintain(newest):
            left.append(len(await detail_keys(store)))
        assert [*dict.fromkeys([*left, len(await detail_keys(store))])] == [6, 2, 0]


async def test_details_are_kept_from_a_midnight_on(tmp_path: Path) -> None:
    """That of UTC, 92 days before the newest minute's end."""
    midnight = (T0 // DAY_S + 1) * DAY_S
    before, at = entry(MAINS, midnight - 60, detail=DETAIL), entry(MAINS, midnight, detail=DETAIL)
    newest = midnight + 92 * DAY_S - 60
    async with home_store(tmp_path / "books") as store:
        await store.journal.book([before, at, entry(MAINS, newest - 60)], newest)
        await settle(store, newest)
        assert len(await detail_keys(store)) == 2
        await store.journal.book([entry(MAINS, newest)], newest + 60)
        await settle(store, newest + 60)
        (key,) = await detail_keys(store)
        assert key == midnight // 60 * 256
        late = [entry(PLANT, midnight - 60, detail=DETAIL), entry(PLANT, midnight, detail=DETAIL)]
        await store.journal.book(late, newest + 60)
        assert await detail_keys(store) == [key, key + 1]


async def test_details_that_wait_are_written_with_others_or_when_the_store_is_closed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "books"
    entries = [entry(MAINS, T0 + 60 * at, detail=DETAIL) for at in range(13)]
    async with home_store(path) as store:
        for one in entries:
            await store.journal.book([one], NOW)
        found = await readers_of(store).read(
            lambda file: file.execute("SELECT count(*) FROM details").fetchone()
        )
        assert found == (10,)
    async with home_store(path) as store:
        assert len(await detail_keys(store)) == 13


def test_details_keep_what_a_meter_shows() -> None:
    assert detail_from(scaled(DETAIL)) == DETAIL


async def test_counters_are_kept_once_a_moment_and_read_with_both_ends(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        for at in (60, 120, 120, 180):
            await store.journal.keep_counters(MAINS, Counters(at, (at, 2, 3, 4, 5, 6)), NOW)
        await store.journal.keep_counters(PLANT, Counters(120, (9, 9, 9, 9, 9, 9)), NOW)
        found = await store.books.counters(MAINS, Span(60, 120))
        assert found == [Counters(at, (at, 2, 3, 4, 5, 6)) for at in (60, 120)]
        assert await store.books.counters(OTHER, EVER) == []


async def test_identities_and_bindings_survive(tmp_path: Path) -> None:
    path = tmp_path / "books"
    mains = MeterIdentity(MAINS, "SPEM-003CEBEU", "1.6.1", "triphase", None)
    plant = MeterIdentity(PLANT, "SPEM-003CEBEU", "1.4.4", "monophase", "roof")
    bindings = [Binding("mains", "192.0.2.20", MAINS), Binding("solar", "192.0.2.21", PLANT)]
    async with home_store(path) as store:
        await store.journal.keep_identity(mains, bindings[:1])
        await store.journal.keep_identity(plant, bindings)
        await store.journal.book([entry(OTHER, T0)], NOW)
    async with home_store(path) as store:
        assert await store.books.identities() == {MAINS: mains, PLANT: plant}
        assert await store.books.bindings() == tuple(bindings)


async def test_meters_that_never_gave_a_minute_take_no_number_from_those_that_do(
    tmp_path: Path,
) -> None:
    """Two addresses, and at each an endless row of them."""
    path = tmp_path / "books"
    hour = stretch(MAINS, T0, 60)
    async with home_store(path) as store:
        await store.journal.book(hour, NOW)
        for number in range(300):
            meter = MeterId(f"{number:012X}")
            identity = MeterIdentity(meter, "SPEM-003CEBEU", "1.6.1", "triphase", None)
            before = MeterId(f"{max(0, number - 1):012X}")
            bindings = [
                Binding(name, "192.0.2.20", one) for name, one in (("a", before), ("b", meter))
            ]
            await store.journal.keep_identity(identity, bindings)
            await store.journal.keep_counters(meter, Counters(60, (9, 9, 9, 9, 9, 9)), NOW)
        assert len(await store.books.identities()) == 2
        await store.integrity.check(Span(T0, NOW))
        assert (await store.integrity.mend(NOW)).words == ""
        await store.journal.book([entry(PLANT, T0)], NOW)
        assert await store.books.counters(PLANT, EVER) == []
    async with home_store(path) as store:
        assert await store.books.minutes([MAINS], EVER) == [one.record for one in hour]
        assert await store.books.minutes([PLANT], EVER) == [record(T0)]


async def test_a_reason_is_given_to_the_part_of_a_gap_that_it_explains(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.journal.book([entry(MAINS, T0), entry(MAINS, T0 + 3_600)], NOW)
        await store.journal.explain(MAINS, Span(0, T0 + 600), GapReason.NOT_IN_MEMORY)
        assert await store.books.gaps(MAINS) == [
            Gap(Span(T0 + 60, T0 + 600), GapReason.NOT_IN_MEMORY),
            Gap(Span(T0 + 600, T0 + 3_600), GapReason.OUTAGE),
        ]
        await store.journal.book([entry(MAINS, T0 + 300)], NOW)
        await store.journal.explain(MAINS, Span(T0 + 600, T0 + 660), GapReason.NOT_IN_MEMORY)
        assert await store.books.gaps(MAINS) == [
            Gap(Span(T0 + 60, T0 + 300), GapReason.NOT_IN_MEMORY),
            Gap(Span(T0 + 360, T0 + 660), GapReason.NOT_IN_MEMORY),
            Gap(Span(T0 + 660, T0 + 3_600), GapReason.OUTAGE),
        ]
        await store.journal.explain(OTHER, EVER, GapReason.NO_TIME)
        assert await store.books.gaps(OTHER) == []


SPANS = st.builds(
    lambda start, length: Span(T0 + start * 60, T0 + (start + length) * 60),
    st.integers(-5, 60),
    st.integers(1, 30),
)


@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=9),
    st.lists(st.tuples(SPANS, st.sampled_from(REASONS)), max_size=5),
)
@settings(max_examples=20, deadline=None)
async def test_explaining_never_changes_what_is_missing(
    minutes: list[int], reasons: list[tuple[Span, GapReason]]
) -> None:
    with TemporaryDirectory() as folder:
        async with home_store(Path(folder) / "books") as store:
            await store.journal.book([entry(MAINS, T0 + 60 * m) for m in {*minutes}], NOW)
            missing = [gap.span for gap in await store.books.gaps(MAINS)]
            for span, reason in reasons:
                await store.journal.explain(MAINS, span, reason)
                found = await store.books.gaps(MAINS)
                assert without(missing, [gap.span for gap in found]) == []
                assert without([gap.span for gap in found], missing) == []
                inside = [g for g in found if within([g.span], span)]
                assert all(gap.reason is reason for gap in inside)


async def test_origin_and_period_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "books"
    entries = [
        Entry(MAINS, record(T0 + 900 * at, 0, period_s), origin)
        for at, (origin, period_s) in enumerate(
            (origin, period_s) for origin in Origin for period_s in (60, 180, 300, 900)
        )
    ]
    async with home_store(path) as store:
        await store.journal.book(entries, NOW)
        assert await store.books.minutes([MAINS], EVER) == [one.record for one in entries]
        kinds = await readers_of(store).read(
            lambda file: [kind for (kind,) in file.execute("SELECT kind FROM minutes ORDER BY key")]
        )
        assert [kind % 3 for kind in kinds] == [0] * 4 + [1] * 4 + [2] * 4


async def test_empty_books_answer(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        assert not await store.journal.maintain(NOW)
        assert await store.journal.book([], NOW) == Booked()
        assert await store.books.booked() == {}
        assert await store.books.minutes([MAINS], EVER) == []
        assert await store.books.quarters(EVER) == []
        assert await store.books.energy(MAINS, [EVER]) == [(0, 0, 0)]
        assert await store.books.contradictions(MAINS, EVER) == 0
        assert await store.journal.book(stretch(MAINS, T0, 1), NOW) == Booked(booked=1)
