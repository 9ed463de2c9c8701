"""What watches over the file of the books: the same tests for the store and for the fake with which
flow is tested.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.fakes.integrity import MemoryIntegrity
from tests.store.builders import MAINS, T0, both, home_store, settle
from tests.store.harm import change
from wattledger.energy.spans import Span
from wattledger.flow.store_integrity_ports import IntegrityStore, Mended
from wattledger.store.codec import minute_key
from wattledger.store.store import Store

NOW = T0 + 5 * 3_600
ENTRIES = both(T0, 4 * 60)
HOUR, LATER = Span(T0 + 3_600, T0 + 7_200), Span(T0 + 7_200, T0 + 10_800)


class Watched(Protocol):
    """A file, and what befalls it."""

    @property
    def integrity(self) -> IntegrityStore: ...

    async def harm(self, hour: Span) -> None: ...

    async def book_again(self) -> None: ...

    def take_away(self) -> None: ...

    def bring_back(self) -> None: ...


class OnDisk:
    def __init__(self, store: Store, path: Path) -> None:
        self.integrity = store.integrity
        self._store = store
        self._path = path

    async def harm(self, hour: Span) -> None:
        key = minute_key(hour.start + 600, 0)
        change(self._path, f"UPDATE minutes SET exported_c_dmwh = 7 WHERE key = {key}")

    async def book_again(self) -> None:
        await self._store.journal.book(ENTRIES, NOW)

    def take_away(self) -> None:
        self._path.rename(self._path.with_name("elsewhere"))

    def bring_back(self) -> None:
        self._path.with_name("elsewhere").rename(self._path)


class InMemory:
    def __init__(self) -> None:
        self.integrity = self._memory = MemoryIntegrity()

    async def harm(self, hour: Span) -> None:
        self._memory.harm(MAINS, hour)

    async def book_again(self) -> None:
        self._memory.booked_again(MAINS, Span(T0, NOW))

    def take_away(self) -> None:
        self._memory.words = "the store was removed"

    def bring_back(self) -> None:
        self._memory.words = None


@pytest.fixture(params=["sqlite", "memory"])
async def watched(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Watched]:
    if request.param == "memory":
        yield InMemory()
        return
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book(ENTRIES, NOW)
        await settle(store, NOW)
        yield OnDisk(store, path)


async def test_where_nothing_is_damaged_nothing_is_mended(watched: Watched) -> None:
    integrity = watched.integrity
    await integrity.check(Span(T0, NOW))
    assert await integrity.mend(NOW) == Mended()
    assert not await integrity.damaged()
    assert await integrity.found_at() is None


async def test_what_is_damaged_is_noticed_mended_once_and_lost_until_it_is_booked_again(
    watched: Watched,
) -> None:
    integrity, noticed = watched.integrity, asyncio.Event()
    integrity.listen(noticed.set)
    await watched.harm(HOUR)
    await integrity.check(Span(T0, NOW))
    await noticed.wait()
    mended = await integrity.mend(NOW)
    assert "hour of a meter was set aside" in mended.words
    assert mended.fetchable
    assert await integrity.damaged() == {MAINS: [HOUR]}
    assert await integrity.found_at() == int(NOW)
    assert await integrity.mend(NOW + 60) == Mended()
    assert await integrity.damaged() == {MAINS: [HOUR]}
    await watched.book_again()
    assert not await integrity.damaged()
    assert await integrity.found_at() == int(NOW)


async def test_damage_elsewhere_is_not_found_yet(watched: Watched) -> None:
    integrity = watched.integrity
    await watched.harm(LATER)
    await integrity.check(HOUR)
    assert await integrity.mend(NOW) == Mended()
    await integrity.check(LATER)
    assert (await integrity.mend(NOW)).fetchable
    assert await integrity.damaged() == {MAINS: [LATER]}


async def test_hours_that_follow_one_another_are_lost_as_one_span(watched: Watched) -> None:
    integrity = watched.integrity
    for hour in (LATER, HOUR):
        await watched.harm(hour)
        await integrity.check(hour)
        await integrity.mend(NOW)
    (spans,) = (await integrity.damaged()).values()
    assert (spans[0].start, spans[-1].end) == (HOUR.start, LATER.end)


async def test_a_file_that_is_taken_away_is_gone_until_it_is_back(watched: Watched) -> None:
    integrity = watched.integrity
    assert await integrity.gone() is None
    watched.take_away()
    assert "was removed" in (await integrity.gone() or "")
    watched.bring_back()
    assert await integrity.gone() is None
