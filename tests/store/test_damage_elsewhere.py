"""Damage to imported records, to a restored store, and to the log beside one: no wrong number."""

import random
import shutil
from pathlib import Path

import pytest

from tests.store.builders import T0, Model, both, home_store, settle
from tests.store.harm import (
    assert_heals,
    assert_true_or_not_there,
    change,
    flip_a_bit,
    pages_of,
)
from tests.store.whole import untold
from tests.variant import apart_from
from wattledger.energy.booking_entry import Entry
from wattledger.energy.record import Origin
from wattledger.store.backup import back_up
from wattledger.store.restore import put_back

ZONE = "Europe/Helsinki"
NOW = T0 + 86_400 + 7_200
ENTRIES = [*both(T0, 150), *both(T0 + 210 * 60, 400)]
IMPORTED = [Entry(e.meter, e.record, Origin.IMPORTED) for e in ENTRIES]
TABLES = ("minutes", "hours", "quarters", "days", "gaps")
SEEDS = range(16)


async def assert_no_wrong_number(path: Path, entries: list[Entry]) -> None:
    model = Model()
    model.book(entries)
    async with home_store(path) as store:
        await assert_true_or_not_there(store, model, ZONE, NOW)
        await assert_heals(store, model, entries, ZONE, NOW)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sound") / "books"


async def imported(sound: Path, folder: Path) -> Path:
    """Records of a meter's own history, as an import brings them, put back from a backup."""
    if not sound.exists():
        async with home_store(sound) as store:
            await store.journal.book(IMPORTED, NOW)
            await settle(store, NOW)
        back_up(sound, sound.with_name("backup"), untold)
    path = folder / "books"
    put_back(sound.with_name("backup"), path, untold)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("seed", apart_from(SEEDS, SEEDS[::4]))
async def test_a_bit_of_imported_records_that_were_put_back(
    sound: Path, tmp_path: Path, seed: int
) -> None:
    path = await imported(sound, tmp_path)
    flip_a_bit(path, pages_of(path, *TABLES), random.Random(seed))
    await assert_no_wrong_number(path, IMPORTED)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE minutes SET kind = 0",
        f"UPDATE minutes SET kind = kind + 3 WHERE (key >> 8) / 60 = {T0 // 3_600 + 5}",
        "UPDATE minutes SET kind = -1",
        "UPDATE minutes SET exported_c_dmwh = exported_c_dmwh + 1 WHERE key % 7 = 0",
        "UPDATE minutes SET imported_a_dmwh = imported_b_dmwh, imported_b_dmwh = imported_a_dmwh",
        "UPDATE hours SET minutes = 59 WHERE minutes = 60",
        "DELETE FROM minutes WHERE key % 5 = 0",
    ],
)
async def test_changed_values_of_imported_records(sound: Path, tmp_path: Path, harm: str) -> None:
    path = await imported(sound, tmp_path)
    change(path, harm)
    await assert_no_wrong_number(path, IMPORTED)


@pytest.mark.slow
@pytest.mark.parametrize("first", apart_from(SEEDS[::4], SEEDS[:1]))
async def test_a_bit_of_the_log(tmp_path: Path, first: int) -> None:
    """SQLite believes of it what is whole: a state that was booked, and perhaps not the last."""
    path, killed = tmp_path / "books", tmp_path / "killed"
    async with home_store(path) as store:
        await store.journal.book(ENTRIES[:600], NOW)
    async with home_store(path) as store:
        for at in range(600, len(ENTRIES), 50):
            await store.journal.book(ENTRIES[at : at + 50], NOW)
        for name in ("", "-wal"):
            shutil.copyfile(f"{path}{name}", f"{killed}{name}")
    log = tmp_path / "killed-wal"
    content = log.read_bytes()
    assert content
    for seed in range(first, first + 4):
        for file in (tmp_path / "again", tmp_path / "again-wal", tmp_path / "again-shm"):
            file.unlink(missing_ok=True)
        again = Path(shutil.copyfile(killed, tmp_path / "again"))
        shutil.copyfile(log, tmp_path / "again-wal")
        chance = random.Random(seed)
        for _ in range(chance.choice([1, 1, 8])):
            flip_a_bit(tmp_path / "again-wal", range(0, len(content) - 4_096, 4_096), chance)
        await assert_no_wrong_number(again, ENTRIES)
