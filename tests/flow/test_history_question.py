"""The period that a text names, before anything is answered."""

from datetime import date

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MemoryHome
from wattledger.energy.errors import BadPeriod
from wattledger.energy.period import Resolution
from wattledger.energy.record import MinuteRecord

NOON = 1_774_688_400
"""2026-03-28 11:00 in Helsinki."""


async def test_a_query_is_cut_as_by_default() -> None:
    home = MemoryHome(ManualClock(NOON))
    home.books.put(GRID, MinuteRecord(NOON - 365 * 86_400, 60, 9, 0, 0, 0, 0, 0))
    query = await home.history.query("2026-03")
    assert query.period is not None
    assert (query.period.text, query.resolution) == ("2026-03", Resolution.DAY)
    everything = await home.history.query("all")
    assert everything.period is not None
    assert everything.period.first == date(2025, 1, 1)
    with pytest.raises(BadPeriod):
        await home.history.query("yesteryear")
