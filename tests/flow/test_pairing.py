"""Codes that are good once, tokens that are kept as hashes, guesses that are held up."""

import asyncio
import hashlib
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.clock import ManualClock
from tests.fakes.devices import MemoryDevices
from wattledger.energy.errors import LastOwner, StoreBusy, TooManyTries, WrongCode
from wattledger.flow.one_time_codes import (
    ALPHABET,
    HOLDS_S,
    MOST,
    WRONG_A_CODE,
    WRONG_AT_ONCE,
    WRONG_WINDOW_S,
    plain,
)
from wattledger.flow.pairing import USE_KEPT_EVERY_S, Paired, Pairing

WRONG = "00000000"
HERE = "192.168.1.5"
THERE = "192.168.1.6"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def book() -> MemoryDevices:
    return MemoryDevices()


@pytest.fixture
def pairing(book: MemoryDevices, clock: ManualClock) -> Pairing:
    return Pairing(book, clock)


def code_of(pairing: Pairing) -> str:
    code, _ = pairing.codes.make()
    return plain(code) or ""


async def paired(pairing: Pairing, name: str = "iPhone") -> Paired:
    return await pairing.pair(code_of(pairing), name, HERE)


async def guess(pairing: Pairing, times: int, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(WrongCode):
            await pairing.pair(WRONG, "nobody", address)


async def test_a_code_pairs_one_phone_once(pairing: Pairing, clock: ManualClock) -> None:
    code, ticket = pairing.codes.make()
    first = await pairing.pair(plain(code) or "", "iPhone", HERE)
    assert first.device.name == "iPhone"
    assert first.device.paired_at == first.device.last_used_at == int(clock.now_s())
    assert ticket.over.is_set()
    assert ticket.paired_with == first.device.id
    with pytest.raises(WrongCode):
        await pairing.pair(plain(code) or "", "another", HERE)
    assert pairing.devices() == [first.device]


async def test_two_phones_with_one_code_at_the_same_moment(pairing: Pairing) -> None:
    code = code_of(pairing)
    both = await asyncio.gather(
        pairing.pair(code, "a", HERE), pairing.pair(code, "b", HERE), return_exceptions=True
    )
    assert [type(one) for one in both] == [Paired, WrongCode]


async def test_a_code_holds_for_ten_minutes(pairing: Pairing, clock: ManualClock) -> None:
    late, ticket = pairing.codes.make()
    clock.advance(HOLDS_S - 1)
    in_time = code_of(pairing)
    clock.advance(1)
    with pytest.raises(WrongCode):
        await pairing.pair(plain(late) or "", "late", HERE)
    assert ticket.over.is_set()
    assert ticket.paired_with is None
    assert (await pairing.pair(in_time, "in time", HERE)).device.name == "in time"


async def test_codes_are_for_typing_and_never_the_same(pairing: Pairing) -> None:
    codes = {pairing.codes.make()[0] for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert len(code) == 9
        assert code[4] == "-"
        assert set(code.replace("-", "")) <= set(ALPHABET)


async def test_only_a_few_codes_are_out_at_once(pairing: Pairing) -> None:
    made = [pairing.codes.make() for _ in range(MOST + 1)]
    assert [ticket.over.is_set() for _, ticket in made] == [True] + [False] * MOST
    with pytest.raises(WrongCode):
        await pairing.pair(plain(made[0][0]) or "", "the oldest", HERE)
    for code, _ in made[1:]:
        await pairing.pair(plain(code) or "", "one of the others", HERE)


async def test_who_stops_waiting_takes_the_code_back(pairing: Pairing) -> None:
    code, ticket = pairing.codes.make()
    pairing.codes.withdraw(ticket)
    pairing.codes.withdraw(ticket)
    with pytest.raises(WrongCode):
        await pairing.pair(plain(code) or "", "late", HERE)


async def test_after_a_few_wrong_codes_their_address_waits(
    pairing: Pairing, clock: ManualClock
) -> None:
    code = code_of(pairing)
    await guess(pairing, WRONG_AT_ONCE)
    clock.advance(WRONG_WINDOW_S - 10.5)
    with pytest.raises(TooManyTries) as refused:
        await pairing.pair(code, "the right one", HERE)
    assert refused.value.retry_after_s == 11
    clock.advance(10.5)
    await pairing.pair(code, "the right one", HERE)
    assert len(pairing.devices()) == 1


async def test_who_guesses_all_the_time_keeps_no_other_address_out(
    pairing: Pairing, clock: ManualClock
) -> None:
    """Four wrong codes a second, for as long as a code holds."""
    code, ticket = pairing.codes.make()
    for _ in range(4 * (int(HOLDS_S) - 1)):
        with pytest.raises((WrongCode, TooManyTries)):
            await pairing.pair(WRONG, "nobody", THERE)
        clock.advance(0.25)
    assert not ticket.over.is_set()
    assert (await pairing.pair(plain(code) or "", "iPhone", HERE)).device.name == "iPhone"


async def test_a_code_dies_of_wrong_ones_wherever_they_come_from(
    pairing: Pairing, clock: ManualClock
) -> None:
    """Many addresses together have as many guesses as a code allows, and not one more."""
    code, ticket = pairing.codes.make()
    for number in range(WRONG_A_CODE):
        assert not ticket.over.is_set()
        await guess(pairing, 1, f"10.0.{number // 250}.{number % 250}")
    assert ticket.over.is_set()
    with pytest.raises(WrongCode):
        await pairing.pair(plain(code) or "", "late", HERE)


async def test_a_disk_that_is_full_costs_no_code(pairing: Pairing, book: MemoryDevices) -> None:
    code = code_of(pairing)
    book.busy = True
    with pytest.raises(StoreBusy):
        await pairing.pair(code, "iPhone", HERE)
    assert pairing.devices() == []
    book.busy = False
    await pairing.pair(code, "iPhone", HERE)
    assert len(pairing.devices()) == 1


async def test_a_token_opens_until_its_device_is_removed(pairing: Pairing) -> None:
    gone: list[str] = []
    pairing.subscribe(gone.append)
    mine, other = await paired(pairing), await paired(pairing, "other")
    assert pairing.device_of(mine.token) == mine.device
    assert pairing.device_of("") is None
    assert pairing.device_of(mine.token + "x") is None
    assert not await pairing.remove("nobody")
    assert await pairing.remove(mine.device.id)
    assert gone == [mine.device.id]
    assert pairing.device_of(mine.token) is None
    assert pairing.devices() == [other.device]
    assert not await pairing.remove(mine.device.id)


async def test_a_phone_that_pairs_anew_is_not_listed_twice(
    pairing: Pairing, book: MemoryDevices
) -> None:
    before = await paired(pairing)
    anew = await pairing.pair(code_of(pairing), "iPhone", HERE, before.device)
    assert pairing.devices() == [anew.device]
    assert pairing.device_of(before.token) is None
    assert list(book.kept.values()) == [anew.device]


async def test_tokens_are_random_and_kept_as_hashes(
    pairing: Pairing, book: MemoryDevices, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one, other = await paired(pairing), await paired(pairing)
    assert one.token != other.token
    assert len(one.token) == 43
    hashes = [hashlib.sha256(paired.token.encode()).digest() for paired in (one, other)]
    assert list(book.kept) == hashes
    assert one.token not in repr(one)
    assert one.token not in caplog.text
    assert "'iPhone' was paired" in caplog.text


async def test_devices_are_known_after_a_restart(
    pairing: Pairing, book: MemoryDevices, clock: ManualClock
) -> None:
    first = await paired(pairing)
    clock.advance(5)
    second = await paired(pairing)
    again = Pairing(book, clock)
    assert again.device_of(first.token) is None
    await again.open()
    assert again.devices() == [first.device, second.device]
    assert again.device_of(first.token) == first.device


async def test_a_use_is_written_down_once_an_hour_at_most(
    pairing: Pairing, book: MemoryDevices, clock: ManualClock
) -> None:
    mine = await paired(pairing)
    writing = asyncio.get_running_loop().create_task(pairing.run())
    try:
        clock.advance(USE_KEPT_EVERY_S - 1)
        assert not pairing.use(mine.token)
        assert pairing.devices()[0].last_used_at == int(clock.now_s())
        clock.advance(1)
        assert pairing.use(mine.token)
        assert not pairing.use(mine.token)
        await _written(book, 1)
        assert book.noted == [(mine.device.id, int(clock.now_s()))]
        clock.wall_s -= 86_400  # a Pi's clock may jump back, too
        assert pairing.use(mine.token)
        await _written(book, 2)
    finally:
        writing.cancel()


async def test_a_use_that_can_not_be_written_down_is_let_go(
    pairing: Pairing, book: MemoryDevices, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mine = await paired(pairing)
    writing = asyncio.get_running_loop().create_task(pairing.run())
    try:
        book.busy = True
        clock.advance(USE_KEPT_EVERY_S)
        assert pairing.use(mine.token)
        async with asyncio.timeout(300):
            while "being read by somebody else" not in caplog.text:
                await asyncio.sleep(0)
        book.busy = False
        clock.advance(USE_KEPT_EVERY_S)
        assert pairing.use(mine.token)
        await _written(book, 1)
    finally:
        writing.cancel()


async def _written(book: MemoryDevices, times: int) -> None:
    async with asyncio.timeout(300):
        while len(book.noted) < times:
            await asyncio.sleep(0)


async def test_removed_while_its_use_waits_to_be_written(
    pairing: Pairing, book: MemoryDevices, clock: ManualClock
) -> None:
    mine = await paired(pairing)
    clock.advance(USE_KEPT_EVERY_S)
    assert pairing.use(mine.token)
    await pairing.remove(mine.device.id)
    writing = asyncio.get_running_loop().create_task(pairing.run())
    try:
        await _written(book, 1)
    finally:
        writing.cancel()
    assert book.kept == {}


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8), st.integers(0, 8))
def test_a_code_is_read_as_people_type_it(code: str, at: int) -> None:
    typed = f" {code[:at].lower()}-{code[at:]}".replace("0", "o").replace("1", "l")
    assert plain(typed) == code


@pytest.mark.parametrize("typed", ["", "7K2M", "7K2M-9QXD-7", "7K2M-9QXU", "7K2M-9QXÄ"])
def test_what_is_no_code(typed: str) -> None:
    assert plain(typed) is None


async def test_the_phone_that_set_the_home_up_is_adopted_once(
    pairing: Pairing, book: MemoryDevices, clock: ManualClock
) -> None:
    sha256 = hashlib.sha256(b"its token").digest()
    await pairing.adopt(sha256, "Päivin puhelin")
    await pairing.adopt(sha256, "Päivin puhelin")
    (device,) = pairing.devices()
    assert (device.name, device.paired_at) == ("Päivin puhelin", int(clock.now_s()))
    assert pairing.device_of("its token") == device
    assert dict(await book.devices()) == {sha256: device}
    assert not pairing.use("its token")


async def test_one_device_owns_at_least(pairing: Pairing, book: MemoryDevices) -> None:
    first, second = await paired(pairing), await paired(pairing, "Pixel")
    assert [one.owns for one in pairing.devices()] == [True, True]
    assert await pairing.let_own(second.device.id, owns=False)
    device = pairing.device_of(second.token)
    assert device is not None
    assert not device.owns
    with pytest.raises(LastOwner):
        await pairing.let_own(first.device.id, owns=False)
    assert await pairing.let_own(first.device.id, owns=True)
    assert await pairing.let_own(second.device.id, owns=True)
    assert await pairing.let_own(first.device.id, owns=False)
    assert not await pairing.let_own("nobody", owns=True)
    owners = {one.name: one.owns for one in (await book.devices()).values()}
    assert owners == {"iPhone": False, "Pixel": True}


async def test_two_owners_who_ask_at_once_do_not_both_cease_to_own(
    pairing: Pairing, book: MemoryDevices
) -> None:
    """Each lets the other only look, while the disk is slow."""
    devices = [(await paired(pairing, name)).device for name in ("iPhone", "Pixel")]
    book.free.clear()
    asked = [asyncio.ensure_future(pairing.let_own(one.id, owns=False)) for one in devices]
    await asyncio.sleep(0)
    book.free.set()
    assert [type(one) for one in await asyncio.gather(*asked, return_exceptions=True)] == [
        bool,
        LastOwner,
    ]
    assert [one.owns for one in pairing.devices()].count(True) == 1
    assert [one.owns for one in book.kept.values()].count(True) == 1


async def test_a_device_that_is_removed_while_it_is_let_own_is_not_known(
    pairing: Pairing, book: MemoryDevices
) -> None:
    await paired(pairing)
    other = (await paired(pairing, "Pixel")).device
    book.free.clear()
    removed = asyncio.ensure_future(pairing.remove(other.id))
    let = asyncio.ensure_future(pairing.let_own(other.id, owns=False))
    again = asyncio.ensure_future(pairing.remove(other.id))
    await asyncio.sleep(0)
    book.free.set()
    assert [await removed, await let, await again] == [True, False, False]


async def test_a_code_that_is_taken_back_while_the_disk_is_slow_stays_void(
    pairing: Pairing, book: MemoryDevices
) -> None:
    code, ticket = pairing.codes.make()
    book.free.clear()
    pairs = asyncio.ensure_future(pairing.pair(plain(code) or "", "iPhone", HERE))
    await asyncio.sleep(0)
    pairing.codes.withdraw(ticket)
    book.busy = True
    book.free.set()
    with pytest.raises(StoreBusy):
        await pairs
    book.busy = False
    with pytest.raises(WrongCode):
        await pairing.pair(plain(code) or "", "iPhone", HERE)


async def test_who_owns_is_as_it_was_where_it_can_not_be_written(
    pairing: Pairing, book: MemoryDevices
) -> None:
    await paired(pairing)
    other = await paired(pairing, "Pixel")
    book.busy = True
    with pytest.raises(StoreBusy):
        await pairing.let_own(other.device.id, owns=False)
    assert all(one.owns for one in pairing.devices())


async def test_a_code_for_devices_that_look_pairs_one_that_looks(
    pairing: Pairing, book: MemoryDevices
) -> None:
    first = await pairing.pair(plain(pairing.codes.make(owns=False)[0]) or "", "first", HERE)
    assert first.device.owns  # somebody must
    code, _ = pairing.codes.make(owns=False)
    second = await pairing.pair(plain(code) or "", "tablet", HERE)
    assert [one.owns for one in pairing.devices() if one.id == second.device.id] == [False]
    assert {one.name: one.owns for one in book.kept.values()} == {"first": True, "tablet": False}
    anew = plain(pairing.codes.make(owns=False)[0]) or ""
    again = await pairing.pair(anew, "first", HERE, instead_of=first.device)
    assert again.device.owns
