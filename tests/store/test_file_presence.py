"""A file that is taken away under the server is noticed, and nothing of it is lost silently."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.store.builders import EVER, MAINS, T0, both, home_store, settle
from wattledger.store.sidecar_files import log_of

Harm = Callable[[Path], object]
NOW = T0 + 7_200
FIRST, LATER = both(T0, 60), both(T0 + 3_600, 30)


def remove(path: Path) -> None:
    path.unlink()


def move_away(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replace(path: Path) -> None:
    copy = Path(shutil.copy(path, path.with_name("copy")))
    copy.replace(path)


@pytest.mark.parametrize(
    ("harm", "words"),
    [(remove, "was removed"), (move_away, "was removed"), (replace, "was replaced")],
)
@pytest.mark.parametrize("of_log", [False, True])
async def test_what_is_taken_away_is_told(
    tmp_path: Path, harm: Harm, words: str, of_log: bool
) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book(FIRST, NOW)
        assert await store.integrity.gone() is None
        harm(log_of(path) if of_log else path)
        await store.journal.book(LATER, NOW)
        told = await store.integrity.gone()
        assert told is not None
        assert words in told
        assert str(log_of(path) if of_log else path) in told
        assert "fetched from the meters" in told
        assert await store.integrity.gone() == told


async def test_a_log_that_comes_and_grows_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        for first in range(0, 600, 60):
            await store.journal.book(both(T0 + 60 * first, 60), T0 + 86_400)
            assert await store.integrity.gone() is None


async def test_put_back_it_is_well_again(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        path.rename(tmp_path / "elsewhere")
        assert await store.integrity.gone() is not None
        (tmp_path / "elsewhere").rename(path)
        assert await store.integrity.gone() is None


async def test_what_was_booked_after_the_log_was_removed_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book(FIRST, NOW)
        log_of(path).unlink()
        await store.journal.book(LATER, NOW)
        assert await store.integrity.gone() is not None
    async with home_store(path) as store:
        minutes = await store.books.minutes([MAINS], EVER)
        assert len(minutes) == 90


async def test_what_was_booked_into_a_removed_file_is_missing_and_can_be_booked_again(
    tmp_path: Path,
) -> None:
    """The books of the next start lack it, so that it is fetched from the meters."""
    path, backup = tmp_path / "books", tmp_path / "backup"
    async with home_store(path) as store:
        await store.journal.book(FIRST, NOW)
    shutil.copy(path, backup)
    async with home_store(path) as store:
        path.unlink()
        await store.journal.book(LATER, NOW)
    shutil.copy(backup, path)
    for rest in tmp_path.glob("books-*"):
        rest.unlink()
    async with home_store(path) as store:
        assert (await store.books.booked())[MAINS].end == T0 + 3_600
        assert (await store.journal.book(LATER, NOW)).booked == 60
        await settle(store, NOW)
        assert len(await store.books.minutes([MAINS], EVER)) == 90
