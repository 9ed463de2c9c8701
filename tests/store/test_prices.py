"""Prices in the file: nothing is written over, and what is damaged is not there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.energy.pricing import HELSINKI
from wattledger.energy.errors import StoreUnusable
from wattledger.energy.quantity import Roles
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice
from wattledger.store.prices import read_prices
from wattledger.store.store import open_store
from wattledger.store.verify import fault

START = 1_768_428_000
DAY = Span(START, START + 86_400)
PRICES = [
    SpotPrice(START - 3_600, 3_600, 1, "file", 5),
    SpotPrice(START, 3_600, 400_000, "elering", 5),
    SpotPrice(START, 900, -5_000_000, "spot-hinta", 6),
]


async def kept(path: Path, *more: SpotPrice) -> list[SpotPrice]:
    async with open_store(path, HELSINKI, Roles()) as store:
        await store.prices.keep("FI", [*PRICES, *more])
        assert await store.prices.prices("EE", DAY) == []
        return await store.prices.prices("FI", DAY)


async def test_the_newest_revision_counts_and_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    newer = PRICES[1]._replace(price_e7=7, revision=2, source="entsoe")
    assert await kept(path, newer) == [PRICES[2], newer]
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM prices").fetchone() == (4,)
    async with open_store(path, HELSINKI, Roles()) as store:
        assert await store.prices.corrections() == [newer]
    assert read_prices(path, "FI", DAY) == [PRICES[2], newer]


@pytest.mark.parametrize(
    "damage",
    ["price = 1", "source = 'file'", "area = 'EE'", "start = start + 900", "fetched_at = 0"],
)
async def test_what_is_damaged_is_not_there(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "s.sqlite"
    await kept(path)
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"UPDATE prices SET {damage} WHERE period_s = 900")
        file.commit()
    assert read_prices(path, "FI", DAY) == [PRICES[1]]
    assert read_prices(path, "EE", DAY) == []
    assert fault(path) is None


async def test_where_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable):
        read_prices(tmp_path / "none.sqlite", "FI", DAY)
