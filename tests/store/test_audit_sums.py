"""What a meter counted over any span, from roll-ups or not: always the sum of its minutes."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.assigned import assigned
from tests.fakes.books import booked_energy
from tests.store.builders import (
    HOME,
    MAINS,
    OTHER,
    PLANT,
    T0,
    both,
    home_store,
    settle,
    stretch,
)
from wattledger.energy.booking_entry import Entry
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId, Production
from wattledger.energy.site import Assignment
from wattledger.energy.spans import Span, total_s, within
from wattledger.store.store import Store

DAY_S = 86_400
NOW = T0 + 4 * DAY_S
METERS = (MAINS, PLANT, OTHER)
ASSIGNMENTS = (
    HOME,
    assigned((MAINS, OTHER), (PLANT,), Production.NEGATIVE),
    assigned((OTHER, MAINS), (PLANT,)),
    assigned((MAINS,), (OTHER, PLANT), Production.NEGATIVE),
    assigned((PLANT,), (MAINS,)),
)


async def assert_sums_of_minutes(store: Store, spans: list[Span]) -> None:
    for meter in METERS:
        gaps = [gap.span for gap in await store.books.gaps(meter)]
        by_minutes = [
            booked_energy(await store.books.minutes([meter], span), total_s(within(gaps, span)))
            for span in spans
        ]
        assert await store.books.energy(meter, spans) == by_minutes, meter


minute = st.integers(-30, 3 * 1_440)
span = st.tuples(st.integers(-3_000, 4 * DAY_S), st.integers(0, 4 * DAY_S)).map(
    lambda pair: Span(T0 + pair[0], T0 + pair[0] + pair[1])
)
run = st.tuples(st.sampled_from(METERS), minute, st.integers(1, 900), st.booleans())


@given(
    st.lists(run, min_size=1, max_size=8),
    st.lists(span, min_size=1, max_size=6),
    st.sampled_from(ASSIGNMENTS),
    st.sampled_from([Roles(), Roles.of(solar=False), Roles.of(grid=False)]),
)
async def test_whatever_was_booked_and_settled(
    runs: list[tuple[MeterId, int, int, bool]],
    spans: list[Span],
    assignment: Assignment,
    roles: Roles,
) -> None:
    with TemporaryDirectory() as folder:
        async with home_store(Path(folder) / "books", assignment=assignment, roles=roles) as store:
            for at, (meter, first, count, settles) in enumerate(runs):
                entries = stretch(meter, T0 + 60 * first, count, at)
                await store.journal.book(entries, NOW)
                if settles:
                    await settle(store, NOW)
            await assert_sums_of_minutes(store, spans)


async def booked(store: Store, entries: Iterable[Entry]) -> None:
    await store.journal.book(list(entries), NOW)
    await settle(store, NOW)


@pytest.mark.parametrize("production", Production)
async def test_parts_of_hours_at_both_ends(tmp_path: Path, production: Production) -> None:
    async with home_store(
        tmp_path / "books", assignment=assigned((MAINS,), (PLANT,), production)
    ) as store:
        await booked(store, both(T0, 3 * 1_440))
        asked = Span(T0 + 660, T0 + 2 * DAY_S + 60)
        inside = Span(T0 + 660, T0 + 720)
        await assert_sums_of_minutes(store, [asked, inside, Span(T0, NOW), Span(T0 + 61, T0 + 62)])


async def test_a_meter_that_was_replaced_is_added_up_by_itself(tmp_path: Path) -> None:
    async with home_store(
        tmp_path / "books", assignment=assigned((OTHER, MAINS), (PLANT,))
    ) as store:
        await booked(store, [*stretch(OTHER, T0, 1_500), *stretch(MAINS, T0 + 1_400 * 60, 2_000)])
        await assert_sums_of_minutes(store, [Span(T0, T0 + 2 * DAY_S), Span(T0 + DAY_S, NOW)])
