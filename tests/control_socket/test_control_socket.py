"""The command line and a running server: real sockets beside a store."""

import asyncio
import os
import socket
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.devices import MemoryDevices
from tests.fakes.prices import FakePriceBook
from wattledger.api.http_protocol import Patience
from wattledger.composition.control_listener import MOST, ControlListener
from wattledger.control_socket import client
from wattledger.control_socket.client import ControlClient, ControlError, Offer, connected
from wattledger.control_socket.price_rows import MOST_AT_ONCE, told_of
from wattledger.control_socket.server import Address, ControlApi
from wattledger.control_socket.unix_socket import listener_at, place_of, short_name
from wattledger.energy.spot_price import SpotPrice
from wattledger.flow.one_time_codes import MOST as MOST_CODES
from wattledger.flow.one_time_codes import plain
from wattledger.flow.pairing import Pairing

T = TypeVar("T")
NOBODY = 65_534
ADDRESS = Address("http", "0.0.0.0", 8080)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Deeper than the address of a socket may be long."""
    folder = tmp_path / ("a-folder-with-a-long-name-" * 4)
    folder.mkdir()
    return folder / "books.sqlite"


@pytest.fixture
def pairing() -> Pairing:
    return Pairing(MemoryDevices(), ManualClock())


@asynccontextmanager
async def running(
    store: Path,
    pairing: Pairing,
    refusal: str | None = None,
    patience_s: float = 5.0,
    prices: FakePriceBook | None = None,
) -> AsyncIterator[None]:
    api = ControlApi(pairing, prices or FakePriceBook(), ADDRESS, refusal)
    console = ControlListener(store, api, Patience(head_s=patience_s))
    task = asyncio.get_running_loop().create_task(console.run())
    try:
        async with asyncio.timeout(300):
            while not await asyncio.to_thread(_answers, store):
                await asyncio.sleep(0)
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _answers(store: Path) -> bool:
    try:
        ask(store, ControlClient.devices)
    except ControlError:
        return False
    return True


def ask(store: Path, question: Callable[[ControlClient], T]) -> T:
    with connected(store) as console:
        return question(console)


async def asked(store: Path, question: Callable[[ControlClient], T]) -> T:
    return await asyncio.to_thread(ask, store, question)


async def test_a_code_is_said_and_then_who_came_with_it(store: Path, pairing: Pairing) -> None:
    async with running(store, pairing):
        with connected(store) as console:
            offer = await asyncio.to_thread(console.pair)
            assert offer == Offer(offer.code, 600.0, "http", "0.0.0.0", 8080)
            new = await pairing.pair(plain(offer.code) or "", "Päivin puhelin", "192.168.1.5")
            told = await asyncio.to_thread(console.wait, offer)
            paired = {"id": new.device.id, "device": "Päivin puhelin", "owns": True}
            assert told == {"paired": paired}
        devices = await asked(store, ControlClient.devices)
        assert [(one["id"], one["name"]) for one in devices] == [(new.device.id, "Päivin puhelin")]
        assert new.token not in str(devices)
        assert not await asked(store, lambda console: console.remove("no/body?"))
        assert await asked(store, lambda console: console.remove(new.device.id))
        assert pairing.device_of(new.token) is None
    assert not place_of(store).exists()


async def test_a_code_that_is_pushed_out_is_told(store: Path, pairing: Pairing) -> None:
    async with running(store, pairing):
        with connected(store) as console:
            offer = await asyncio.to_thread(console.pair)
            for _ in range(MOST_CODES):
                pairing.codes.make()
            assert "void" in await asyncio.to_thread(console.wait, offer)


async def test_a_code_that_expires_is_told(store: Path) -> None:
    async with running(store, Pairing(MemoryDevices(), ManualClock(), holds_s=0.05)):
        with connected(store) as console:
            offer = await asyncio.to_thread(console.pair)
            told = await asyncio.to_thread(console.wait, offer)
    assert told == {"void": "the code has expired"}


async def test_who_hangs_up_takes_the_code_back(store: Path, pairing: Pairing) -> None:
    async with running(store, pairing):
        with connected(store) as console:
            offer = await asyncio.to_thread(console.pair)
            (ticket,) = pairing.codes._out
        async with asyncio.timeout(300):
            await ticket.over.wait()
        assert offer.code
        assert pairing.codes._out == []


async def test_a_server_that_stops_is_told(store: Path, pairing: Pairing) -> None:
    async with running(store, pairing):
        console = connected(store)
        line = console.__enter__()
        offer = await asyncio.to_thread(line.pair)
    with pytest.raises(ControlError, match="has stopped"):
        await asyncio.to_thread(line.wait, offer)
    console.__exit__(None, None, None)


async def test_a_server_that_pairs_nobody_says_why(store: Path, pairing: Pairing) -> None:
    async with running(store, pairing, refusal="because"):
        with pytest.raises(ControlError, match="because"):
            await asked(store, ControlClient.pair)
        assert await asked(store, ControlClient.devices) == []


async def test_a_store_that_is_busy_is_said(store: Path) -> None:
    devices = MemoryDevices()
    pairing = Pairing(devices, ManualClock())
    code, _ = pairing.codes.make()
    new = await pairing.pair(plain(code) or "", "iPhone", "192.168.1.5")
    devices.busy = True
    async with running(store, pairing):
        with pytest.raises(ControlError, match="somebody else"):
            await asked(store, lambda console: console.remove(new.device.id))
    assert pairing.device_of(new.token)


async def test_only_the_own_user_may_connect(store: Path, pairing: Pairing) -> None:
    async with running(store, pairing):
        assert stat.S_IMODE(place_of(store).stat().st_mode) == 0o600


async def test_what_a_killed_server_left_is_cleared_away(store: Path, pairing: Pairing) -> None:
    with socket.socket(socket.AF_UNIX) as left, short_name(place_of(store)) as name:
        left.bind(name)
    with pytest.raises(ControlError, match="no server is running"):
        await asked(store, ControlClient.devices)
    async with running(store, pairing):
        assert await asked(store, ControlClient.devices) == []


@pytest.mark.parametrize(
    "question",
    [b"\n\n", b'{"ask": "devices"}\n\n', b"GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n"],
)
async def test_no_question_breaks_it(store: Path, pairing: Pairing, question: bytes) -> None:
    async with running(store, pairing):
        answer = await asyncio.to_thread(_raw, store, question)
        assert answer.startswith(b"HTTP/1.1 4")
        assert await asked(store, ControlClient.devices) == []


async def test_a_question_without_end_breaks_nothing(store: Path, pairing: Pairing) -> None:
    async with running(store, pairing):
        with suppress(OSError):
            await asyncio.to_thread(_raw, store, b"x" * 1_000_000 + b"\n")
        assert await asked(store, ControlClient.devices) == []


async def test_many_who_say_nothing_keep_nobody_out_for_ever(store: Path, pairing: Pairing) -> None:
    async with running(store, pairing, patience_s=0.2):
        idle = [socket.socket(socket.AF_UNIX) for _ in range(MOST)]
        for line in idle:
            with short_name(place_of(store)) as name:
                line.connect(name)
        async with asyncio.timeout(300):
            while not await asyncio.to_thread(_answers, store):
                await asyncio.sleep(0)
        for line in idle:
            line.close()


@pytest.mark.parametrize("answer", [b'{"error": "what?"}\n', b"HTTP/1.1 200 OK\r\n\r\n[]\n"])
async def test_what_is_no_server_of_this_version_is_told(store: Path, answer: bytes) -> None:
    def other() -> None:
        line, _ = listener.accept()
        line.recv(4096)
        line.sendall(answer)
        line.close()

    with listener_at(place_of(store)) as listener:
        listener.setblocking(True)
        answering = asyncio.create_task(asyncio.to_thread(other))
        with pytest.raises(ControlError, match="no server of this version"):
            await asked(store, ControlClient.devices)
        await answering


def _raw(store: Path, question: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as line, short_name(place_of(store)) as name:
        line.settimeout(60)
        line.connect(name)
        line.sendall(question)
        return line.recv(4096)


PRICE = SpotPrice(1_768_428_000, 900, 400_000, "file", 5, 2)


async def test_prices_are_kept_some_at_a_time(store: Path, pairing: Pairing) -> None:
    book = FakePriceBook()
    many = [PRICE._replace(start=900 * at) for at in range(MOST_AT_ONCE + 1)]
    async with running(store, pairing, prices=book):
        await asked(store, lambda console: console.keep_prices("FI", many))
        assert book.rows == many
        book.is_busy = True
        with pytest.raises(ControlError, match="the disk is full"):
            await asked(store, lambda console: console.keep_prices("FI", many))


@pytest.mark.parametrize(
    "told",
    [
        [],
        {**told_of("XX", [PRICE])},
        {"area": "FI", "prices": 1},
        {"area": "FI", "prices": [[]] * (MOST_AT_ONCE + 1)},
        {"area": "FI", "prices": [1]},
        {"area": "FI", "prices": [[1, 2, 3]]},
        told_of("FI", [PRICE._replace(source="me")]),
        told_of("FI", [PRICE._replace(revision=0)]),
        told_of("FI", [PRICE._replace(start=True)]),
        told_of("FI", [PRICE._replace(price_e7=10**9)]),
        told_of("FI", [PRICE._replace(period_s=60)]),
    ],
)
async def test_what_is_no_price_is_not_kept(store: Path, pairing: Pairing, told: object) -> None:
    book = FakePriceBook()
    async with running(store, pairing, prices=book):
        with pytest.raises(ControlError, match="can't be kept"):
            await asked(store, lambda console: console._ask("PUT", "/prices", told))
    assert book.rows == []


async def test_a_folder_without_sockets_costs_pairing_only(
    store: Path, pairing: Pairing, caplog: pytest.LogCaptureFixture
) -> None:
    place_of(store).mkdir()
    await ControlListener(store, ControlApi(pairing, FakePriceBook(), ADDRESS)).run()
    assert "phones can't be paired" in caplog.text


def test_no_server_is_running(store: Path) -> None:
    (store.parent / "file").touch()
    for path in (store, store.parent / "none" / "books.sqlite", store.parent / "file" / "books"):
        with pytest.raises(ControlError, match="no server is running"), connected(path):
            pass


async def test_another_users_server_is_told_apart(store: Path, pairing: Pairing) -> None:
    async with running(store, pairing):
        with (
            _somebody_else(store),
            pytest.raises(ControlError, match="another user"),
            connected(store),
        ):
            pass
        assert await asked(store, ControlClient.devices) == []


@contextmanager
def _somebody_else(store: Path) -> Iterator[None]:
    """Without root's rights as nobody, else with a socket that its own user may not write."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    else:
        place_of(store).chmod(0)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        else:
            place_of(store).chmod(0o600)


def test_a_name_too_long_for_a_socket_is_said(store: Path) -> None:
    with pytest.raises(ControlError, match="too long"), connected(store.with_name("b" * 120)):
        pass


def test_whose_server_it_is(store: Path) -> None:
    assert "sudo -u USER" in client._another_users(store)
    place_of(store).touch()
    assert "sudo -u USER" not in client._another_users(store)
