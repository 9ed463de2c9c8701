"""Records that come again with other values are told, and not for ever."""

from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, SOLAR, MemoryHome
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.conflicting_records import TOLD_S, ConflictingRecords


async def test_new_ones_are_told_for_an_hour() -> None:
    clock = ManualClock()
    books = MemoryHome(clock).books
    watch = ConflictingRecords(books, clock)

    async def words(new: int) -> str | None:
        books.contradicted.setdefault(GRID, []).extend([1_750_000_000] * new)
        await watch.read(GRID)
        found = [*watch.standing()]
        assert all(isinstance(one, Fault) for one in found)
        assert all(one.kind is FaultKind.CONTRADICTED_RECORDS for one in found)
        return found[0].detail if found else None

    books.contradicted[GRID] = [1_750_000_000] * 7  # of earlier days
    await watch.read(None)
    assert await words(0) is None
    said = await words(60)
    assert said is not None
    assert said.startswith("60 records came again with other values")
    clock.advance(TOLD_S)
    said = await words(1)
    assert said is not None
    assert said.startswith("61 records")
    clock.advance(TOLD_S + 1)
    assert await words(0) is None
    said = await words(2)
    assert said is not None
    assert said.startswith("2 records")
    await watch.read(SOLAR)
    assert [*watch.standing()] == []
