"""Small tables that can't be made anew: whatever became of one, it is as it was written, and that
is told.
"""

import shutil
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.builders import HOME, MAINS, PLANT, T0, both, home_store
from tests.store.harm import change
from tests.store.whole import untold
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.meter_binding import Binding
from wattledger.energy.spans import Span
from wattledger.flow.pairing_ports import Device
from wattledger.store import row_validation
from wattledger.store.connection import connect_reader
from wattledger.store.store import Store
from wattledger.store.verify import verify

NOW = T0 + 9_000
BINDINGS = (Binding("mains", "10.0.0.7", MAINS), Binding("roof", "10.0.0.8", PLANT))
IDENTITY = MeterIdentity(PLANT, "SPEM-003CEBEU", "1.4.4", "triphase", "Dach")
DEVICES: Mapping[bytes, Device] = {
    b"\x01" * 32: Device("5f2c81d0", "Küche", T0, T0),
    b"\x02" * 32: Device("00aa11bb", "Pixel 8", T0 + 60, T0 + 60),
}
RESTORED = {
    "UPDATE bindings SET meter = 'A0DD6CA0C27B' WHERE position = 0": "which meter has which name",
    "UPDATE bindings SET meter = 'A0DD6CA0C27c'": "which meter has which name",
    "UPDATE bindings SET name = CAST(x'ff' AS TEXT)": "which meter has which name",
    "UPDATE bindings SET host = ''": "which meter has which name",
    "UPDATE bindings SET position = position + 4": "which meter has which name",
    "DELETE FROM bindings WHERE position = 1": "which meter has which name",
    "DELETE FROM bindings": "which meter has which name",
    "UPDATE devices SET token_sha256 = randomblob(32)": "paired devices",
    "UPDATE devices SET token_sha256 = x'00' WHERE id = '00aa11bb'": "paired devices",
    "UPDATE devices SET id = CAST(x'ff' AS TEXT) WHERE id = '00aa11bb'": "paired devices",
    "UPDATE devices SET paired_at = 1 << 60": "paired devices",
    "UPDATE devices SET last_used_at = 1 << 60": "paired devices",
    "DELETE FROM devices WHERE id = '00aa11bb'": "paired devices",
    "UPDATE meters SET meter = 'x' WHERE number = 0": "list of meters",
    "UPDATE meters SET first_start = 5": "list of meters",
    "UPDATE meta SET value = 'x' WHERE name = 'rollups_of'": "notes on the store",
    f"UPDATE meta SET value = replace(value, '{MAINS}', '{PLANT}')": "notes on the store",
    "UPDATE meta SET name = 'x' WHERE name = 'rollups_of'": "notes on the store",
    "UPDATE meta SET value = 'other' WHERE name = 'outbox_of'": "notes on the store",
    "UPDATE meta SET value = 'x' WHERE name = 'outbox_epoch'": "notes on the store",
    "UPDATE meta SET value = '99' WHERE name = 'outbox_epoch'": "notes on the store",
    "DELETE FROM meta WHERE name LIKE 'outbox%'": "notes on the store",
    "UPDATE meta SET value = '[]' WHERE name = 'bindings_are'": "notes on the store",
    "UPDATE meta SET value = '0 [[1, \"' WHERE name = 'meta_are'": "notes on the store",
    "DELETE FROM meta WHERE name = 'devices_are'": "notes on the store",
    "UPDATE meta SET name = 'meters_arm' WHERE name = 'meters_are'": "notes on the store",
    "INSERT INTO outbox_days VALUES (-7)": "days to post",
}
WITHOUT_A_COPY = (
    "UPDATE bindings SET meter = 'A0DD6CA0C27c'",
    "UPDATE devices SET token_sha256 = x'00' WHERE id = '00aa11bb'",
    "UPDATE meta SET value = '[7]' WHERE name = 'rollups_of'",
    "UPDATE meta SET value = 'x' WHERE name = 'outbox_epoch'",
)


async def fill(path: Path) -> None:
    async with home_store(path) as store:
        await store.journal.book(both(T0, 60), NOW)
        await store.journal.keep_identity(IDENTITY, BINDINGS)
        for token, device in DEVICES.items():
            await store.devices.add(token, device, None)
        await store.outbox.aim("copy")
        await store.outbox.note(4)


async def assert_as_it_was(store: Store) -> None:
    assert await store.books.bindings() == BINDINGS
    assert await store.books.identities() == {PLANT: IDENTITY}
    found = await store.devices.devices()
    assert {token: device.name for token, device in found.items()} == {
        token: device.name for token, device in DEVICES.items()
    }
    known = Span(T0, T0 + 3_600)
    assert await store.books.booked() == {MAINS: known, PLANT: known}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sound") / "books"


async def fresh(sound: Path, folder: Path) -> Path:
    if not sound.exists():
        await fill(sound)
    return Path(shutil.copy(sound, folder / "books"))


@pytest.mark.parametrize("harm", RESTORED)
@pytest.mark.parametrize("running", [False, True])
async def test_damage_is_told_and_what_was_written_is_there(
    sound: Path, tmp_path: Path, harm: str, running: bool
) -> None:
    path = await fresh(sound, tmp_path)
    if not running:
        change(path, harm)
    async with home_store(path) as store:
        if running:
            change(path, harm)
            await store.integrity.check(Span(T0, NOW))
        assert RESTORED[harm] in (await store.integrity.mend(NOW)).words
        await assert_as_it_was(store)
        await store.integrity.check(Span(T0, NOW))
        assert (await store.integrity.mend(NOW)).words == ""
    assert verify(path, untold).is_sound
    with closing(connect_reader(path)) as file:
        assert row_validation.fault(file) is None


@pytest.mark.parametrize("harm", WITHOUT_A_COPY)
async def test_what_can_not_be_goes_where_nothing_else_is_written_down(
    sound: Path, tmp_path: Path, harm: str
) -> None:
    path = await fresh(sound, tmp_path)
    change(path, harm)
    change(path, "DELETE FROM meta WHERE name LIKE '%_are'")
    async with home_store(path, assignment=HOME) as store:
        assert "restored" in (await store.integrity.mend(NOW)).words
        assert len(await store.books.quarters(Span(T0, NOW))) >= 0
    with closing(connect_reader(path)) as file:
        assert row_validation.fault(file) is None


async def test_what_waits_to_be_posted_by_a_flipped_bit_waits_for_nothing(
    sound: Path, tmp_path: Path
) -> None:
    path = await fresh(sound, tmp_path)
    change(path, "INSERT INTO outbox VALUES (7)")
    async with home_store(path) as store:
        while await store.outbox.fill():
            pass
        assert store.outbox.waiting() == {MAINS: 60, PLANT: 60}


async def test_meters_that_were_forgotten_are_missed_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "books"
    await fill(path)
    async with home_store(path) as store:
        for meter in (MeterId("0123456789AB"), PLANT):
            identity = MeterIdentity(meter, "SPEM-003CEBEU", "1.4.4", "triphase", None)
            await store.journal.keep_identity(identity, [Binding("mains", "10.0.0.7", meter)])
        await store.integrity.check(Span(T0, NOW))
        assert not (await store.integrity.mend(NOW)).words
    assert verify(path, untold).is_sound
