"""Prices in the file: nothing is written over, and what is damaged is not there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.energy.pricing import HELSINKI
from wattledger.energy.errors import StoreUnusable
from wattledger.energy.quantity import Roles
from wattledger.energy.spans import Span, merged
from wattledger.energy.spot_price import SpotPrice
from wattledger.flow.store_integrity_ports import Mended
from wattledger.store.prices import read_prices
from wattledger.store.store import open_store
from wattledger.store.verify import fault, verify

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


CHANGES = ["price = 1", "source = 'file'", "area = 'EE'", "start = start + 900", "fetched_at = 0"]


@pytest.mark.parametrize("damage", CHANGES)
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


def harm(path: Path, words: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute(words)
        file.commit()


@pytest.mark.parametrize(
    "damage",
    [
        *(f"UPDATE prices SET {one} WHERE revision = 2" for one in CHANGES),
        "UPDATE prices SET revision = 0 WHERE revision = 2",
        "UPDATE prices SET seal = -1 - seal WHERE revision = 2",
        "UPDATE prices SET price = 1 WHERE revision = 1 AND period_s = 3600",
        "DELETE FROM prices WHERE revision = 2",
    ],
)
async def test_an_older_price_does_not_take_the_place_of_a_damaged_one(
    tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "s.sqlite"
    newer = PRICES[1]._replace(price_e7=7, revision=2, source="entsoe")
    await kept(path, newer)
    harm(path, damage)
    assert read_prices(path, "FI", DAY) == [PRICES[2]]
    async with open_store(path, HELSINKI, Roles()) as store:
        assert await store.prices.prices("FI", DAY) == [PRICES[2]]
        await store.integrity.mend(0)
        assert await store.prices.prices("FI", DAY) == [PRICES[2]]
        again = newer._replace(revision=1)
        await store.prices.keep("FI", [again])
        assert await store.prices.prices("FI", DAY) == [PRICES[2], again]


async def test_damage_is_found_told_and_what_lacks_is_known(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    hours = [SpotPrice(START + at, 3_600, 5, "elering", 5) for at in range(0, 4 * 86_400, 3_600)]
    first = START // 86_400 * 86_400
    async with open_store(path, HELSINKI, Roles()) as store:
        await store.prices.keep("FI", hours)
        assert await store.prices.lacking("FI") == []
        assert await store.prices.lacking("EE") == []
        await store.integrity.check(Span(START, START + 4 * 86_400))
        assert await store.integrity.mend(0) == Mended()
        harm(path, f"UPDATE prices SET price = 6 WHERE start = {START + 30 * 3_600}")
        harm(path, f"UPDATE prices SET area = 'F' WHERE start = {START + 60 * 3_600}")
        assert "prices" in verify(path, lambda _: None).tables
        await store.integrity.check(Span(START, START + 4 * 86_400))
        words = "prices were lost, and are fetched again"
        assert await store.integrity.mend(0) == Mended(words)
        await store.integrity.check(Span(START, START + 4 * 86_400))
        assert await store.integrity.mend(0) == Mended()
        lacking = [
            Span(first + day * 86_400, first + (day + 1) * 86_400)
            for day in ((START + at * 3_600 - first) // 86_400 for at in (30, 60))
        ]
        assert await store.prices.lacking("FI") == merged(lacking)
        await store.prices.keep("FI", hours)
        assert await store.prices.lacking("FI") == []


async def test_a_price_of_another_revision_is_none(tmp_path: Path) -> None:
    """What was corrected before the seal said so."""
    path = tmp_path / "s.sqlite"
    newer = PRICES[1]._replace(price_e7=7, revision=2, source="entsoe")
    await kept(path, newer)
    harm(path, "UPDATE prices SET seal = -1 - seal WHERE revision = 1 AND seal < 0")
    assert read_prices(path, "FI", DAY) == [PRICES[2], newer]
    harm(path, "UPDATE prices SET price = 1 WHERE revision = 2")
    assert read_prices(path, "FI", DAY) == [PRICES[2]]
