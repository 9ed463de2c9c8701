"""Paired devices: the file and its fake pass the same tests; an older store gets the table."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.devices import MemoryDevices
from tests.store.builders import T0, both, home_store, writer_of
from wattledger.energy.errors import StoreBusy
from wattledger.flow.pairing_ports import Device, DeviceBook
from wattledger.store import migrate
from wattledger.store.connection import connect_writer

KEY, OTHER_KEY = b"\x01" * 32, b"\x02" * 32
PHONE = Device("5f2c81d0", "Teemu's iPhone", T0, T0)
OTHER = Device("00aa11bb", "Pixel 8", T0 + 60, T0 + 60)


@pytest.fixture(params=["memory", "file"])
async def book(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DeviceBook]:
    if request.param == "memory":
        yield MemoryDevices()
        return
    async with home_store(tmp_path / "books") as store:
        yield store.devices


async def test_devices_are_kept_by_the_hash_of_their_token(book: DeviceBook) -> None:
    assert await book.devices() == {}
    await book.add(KEY, PHONE, None)
    await book.add(OTHER_KEY, OTHER, "nobody")
    assert await book.devices() == {KEY: PHONE, OTHER_KEY: OTHER}


async def test_one_that_pairs_anew_takes_its_own_place(book: DeviceBook) -> None:
    await book.add(KEY, PHONE, None)
    await book.add(OTHER_KEY, OTHER, PHONE.id)
    assert await book.devices() == {OTHER_KEY: OTHER}


async def test_removing_and_noting_a_use(book: DeviceBook) -> None:
    await book.add(KEY, PHONE, None)
    await book.add(OTHER_KEY, OTHER, None)
    await book.used(PHONE.id, T0 + 7_200)
    await book.used("nobody", T0)
    await book.remove(OTHER.id)
    await book.remove(OTHER.id)
    assert await book.devices() == {KEY: Device(PHONE.id, PHONE.name, T0, T0 + 7_200)}


async def test_who_owns_and_who_only_looks(book: DeviceBook) -> None:
    looker = replace(OTHER, owns=False)
    await book.add(KEY, PHONE, None)
    await book.add(OTHER_KEY, OTHER, None)
    await book.let_own(OTHER.id, owns=False)
    await book.let_own("nobody", owns=True)
    assert await book.devices() == {KEY: PHONE, OTHER_KEY: looker}
    await book.let_own(OTHER.id, owns=True)
    assert await book.devices() == {KEY: PHONE, OTHER_KEY: OTHER}
    await book.let_own(OTHER.id, owns=False)
    await book.remove(OTHER.id)
    await book.add(OTHER_KEY, OTHER, None)
    assert await book.devices() == {KEY: PHONE, OTHER_KEY: OTHER}


async def test_one_that_looks_is_kept_as_that(book: DeviceBook) -> None:
    await book.add(b"a" * 32, replace(PHONE, id="1", owns=False), None)
    assert [one.owns for one in (await book.devices()).values()] == [False]
    await book.add(b"b" * 32, replace(PHONE, id="2"), "1")
    await book.add(b"c" * 32, replace(PHONE, id="1"), None)
    assert {one.id: one.owns for one in (await book.devices()).values()} == {"1": True, "2": True}


async def test_they_survive_a_restart(tmp_path: Path) -> None:
    async with home_store(tmp_path / "books") as store:
        await store.devices.add(KEY, PHONE, None)
        await store.devices.let_own(PHONE.id, owns=False)
    async with home_store(tmp_path / "books") as store:
        assert await store.devices.devices() == {KEY: replace(PHONE, owns=False)}


async def test_a_store_from_before_devices_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "books"
    steps = migrate.steps()
    before = next(at for at, step in enumerate(steps) if "TABLE devices" in step)
    with closing(connect_writer(path)) as file:
        migrate.migrate(file, steps[:before])
        assert ("devices",) not in file.execute("SELECT name FROM sqlite_master").fetchall()
    async with home_store(path) as store:
        await store.journal.book(both(T0, 10), T0 + 86_400)
        await store.devices.add(KEY, PHONE, None)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (len(steps),)
        assert file.execute("SELECT count(*) FROM minutes").fetchone() == (20,)
        assert file.execute("SELECT id FROM devices").fetchall() == [(PHONE.id,)]


async def test_a_file_that_can_not_be_written_is_busy_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.devices.add(KEY, PHONE, None)
        writer_of(store)._connection.execute("PRAGMA busy_timeout = 20")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for change in (
                store.devices.add(OTHER_KEY, OTHER, PHONE.id),
                store.devices.remove(PHONE.id),
                store.devices.used(PHONE.id, T0 + 60),
            ):
                with pytest.raises(StoreBusy, match="locked"):
                    await change
            other.execute("ROLLBACK")
        assert await store.devices.devices() == {KEY: PHONE}
