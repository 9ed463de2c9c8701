"""Prices in the file: nothing is written over, and what is damaged is not there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.energy.pricing import HELSINKI
from wattledger.energy.errors import StoreUnusable
from wattledger.energy.home_quantities import Roles
from wattledger.energy.spans import Span
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


def every_row(path: Path) -> list[SpotPrice]:
    question = "SELECT start, period_s, price, source, fetched_at, revision FROM prices"
    with closing(sqlite3.connect(path)) as file:
        return [SpotPrice(*row) for row in file.execute(question)]


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
        quarter, hour = await store.prices.prices("FI", DAY)
    assert (quarter, hour._replace(revision=2)) == (PRICES[2], newer)
    assert PRICES[1] in every_row(path)


@pytest.mark.parametrize("source", ["entsoe", "file"])
async def test_of_two_who_write_the_same_revision_the_first_is_not_written_over(
    tmp_path: Path, source: str
) -> None:
    """A fetch, and a person's file, which counts whenever it comes."""
    path = tmp_path / "s.sqlite"
    first = PRICES[1]._replace(price_e7=7, revision=2)
    second = PRICES[1]._replace(price_e7=9, revision=2, source=source)
    async with open_store(path, HELSINKI, Roles()) as store:
        await store.prices.keep("FI", PRICES)
        await store.prices.keep("FI", [first])
        await store.prices.keep("FI", [second])
        expected = second._replace(revision=3) if source == "file" else first
        assert await store.prices.prices("FI", DAY) == [PRICES[2], expected]
    assert {PRICES[1], first} <= {*every_row(path)}


async def test_damage_is_found_told_and_what_lacks_is_known(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    first = START // 86_400 * 86_400
    hours = [SpotPrice(first + at, 3_600, 5, "elering", 5) for at in range(0, 4 * 86_400, 3_600)]
    async with open_store(path, HELSINKI, Roles()) as store:
        await store.prices.keep("FI", hours)
        assert await store.prices.lacking("FI") == []
        assert await store.prices.lacking("EE") == []
        await store.integrity.check(Span(first, first + 4 * 86_400))
        assert await store.integrity.mend(0) == Mended()
        harm(path, f"UPDATE prices SET price = 6 WHERE start = {first + 30 * 3_600}")
        harm(path, f"UPDATE prices SET area = 'F' WHERE start = {first + 60 * 3_600}")
        assert "prices" in verify(path, lambda _: None).tables
        await store.integrity.check(Span(first, first + 4 * 86_400))
        words = "prices were lost: they are fetched again, what a person imported is not"
        assert await store.integrity.mend(0) == Mended(words)
        await store.integrity.check(Span(first, first + 4 * 86_400))
        assert await store.integrity.mend(0) == Mended()
        damaged_days = [Span(first + 86_400, first + 3 * 86_400)]
        assert await store.prices.lacking("FI") == damaged_days
        await store.prices.keep("FI", hours)
        assert await store.prices.lacking("FI") == []


async def test_what_was_corrected_is_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    newer = PRICES[1]._replace(price_e7=7, revision=2, source="file")
    await kept(path, newer)
    harm(path, "UPDATE prices SET price = 1 WHERE revision = 1 AND period_s = 3600")
    async with open_store(path, HELSINKI, Roles()) as store:
        assert await store.prices.prices("FI", DAY) == [PRICES[2], newer]
        assert (await store.integrity.mend(0)).words
        assert await store.prices.prices("FI", DAY) == [PRICES[2], newer]


@pytest.mark.parametrize("area", ["x'46FF'", "x'FF49'", "x'C649'", "''", "'fi'"])
async def test_an_area_that_is_none_is_found_and_goes(tmp_path: Path, area: str) -> None:
    path = tmp_path / "s.sqlite"
    await kept(path)
    harm(path, f"UPDATE prices SET area = CAST({area} AS TEXT) WHERE period_s = 900")
    assert verify(path, lambda _: None).tables == ("prices",)
    async with open_store(path, HELSINKI, Roles()) as store:
        assert await store.prices.prices("FI", DAY) == [PRICES[1]]
        await store.integrity.check(DAY)
        assert (await store.integrity.mend(0)).words
        assert verify(path, lambda _: None).tables == ()


async def test_an_hour_beside_its_quarters_is_one_hour(tmp_path: Path) -> None:
    first = START // 86_400 * 86_400
    half = [
        SpotPrice(first + at, period_s, 5, "elering", 5)
        for period_s in (900, 3_600)
        for at in range(0, 43_200, period_s)
    ]
    rest = [SpotPrice(first + at, 3_600, 5, "elering", 5) for at in range(43_200, 90_000, 3_600)]
    async with open_store(tmp_path / "s.sqlite", HELSINKI, Roles()) as store:
        before = SpotPrice(first - 3_600, 3_600, 5, "elering", 5)
        await store.prices.keep("FI", [before, *half, *rest[-1:]])
        assert await store.prices.lacking("FI") == [Span(first, first + 86_400)]
        await store.prices.keep("FI", rest)
        assert await store.prices.lacking("FI") == []


async def test_what_was_corrected_before_its_seal_said_so_says_so_after_an_upgrade(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.sqlite"
    newer = PRICES[1]._replace(price_e7=7, revision=2, source="entsoe")
    await kept(path, newer)
    harm(path, "UPDATE prices SET seal = -1 - seal WHERE revision = 1 AND seal < 0")
    harm(path, "PRAGMA user_version = 7")
    assert read_prices(path, "FI", DAY) == [PRICES[2], newer]
    async with open_store(path, HELSINKI, Roles()) as store:
        assert await store.prices.prices("FI", DAY) == [PRICES[2], newer]
    harm(path, "DELETE FROM prices WHERE revision = 2")
    assert read_prices(path, "FI", DAY) == [PRICES[2]]
