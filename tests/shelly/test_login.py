"""Passwords: shown when asked for, refused, forgotten, throttled."""

import logging

import pytest

from tests.shelly.kit import (
    NOON,
    PASSWORD,
    eventually,
    fetched,
    linked,
    ours,
    pretend,
    running,
)
from wattledger.energy.errors import MeterRefused
from wattledger.energy.fault import FaultKind
from wattledger.energy.spans import Span
from wattledger.shelly.digest import Challenge, Login, challenge_from
from wattledger.shelly.timeouts import Timing
from wattledger.simulator.clock import SimClock

LOCKED = {FaultKind.PASSWORD_REFUSED, FaultKind.PASSWORD_WANTED, FaultKind.TOO_MANY_TRIES}


@pytest.mark.parametrize("firmware", ["1.7.5", "2.0.0", "2.0.1"])
async def test_a_401_in_between_is_answered_with_the_new_challenge(firmware: str) -> None:
    async with pretend(password=PASSWORD, firmware=firmware) as device:
        meter = ours(device, PASSWORD)
        async with linked(meter) as heard:
            device.fail_calls(401, method="EM.GetStatus")
            assert (await meter.read_power(60.0)).active_power_w is not None
            assert heard.reasons == []
            assert meter.faults == ()


@pytest.mark.parametrize("firmware", ["1.7.5", "2.0.0"])
@pytest.mark.parametrize("password", ["wrong horse", None])
async def test_a_wrong_password_is_said_and_tried_again_much_later(
    firmware: str, password: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "wattledger")
    async with pretend(SimClock(rate=1.0), password=PASSWORD, firmware=firmware) as device:
        meter = ours(device, password)
        async with running(meter) as heard:
            await eventually(lambda: any(fault.kind in LOCKED for fault in meter.faults))
            await eventually(lambda: len(meter.faults) == 1)
            kind = FaultKind.PASSWORD_REFUSED if password else FaultKind.PASSWORD_WANTED
            assert meter.faults[0].kind is kind
            assert heard.identities == []
            assert "mains: the meter" in caplog.text
            assert "wrong horse" not in caplog.text


async def test_after_the_wait_the_right_password_is_let_in() -> None:
    world = SimClock(rate=1.0)
    async with pretend(world, password="other") as device:
        meter, port = ours(device, PASSWORD, wrong_password_s=0.05), device.port
        async with running(meter) as heard:
            await eventually(lambda: any(fault.kind in LOCKED for fault in meter.faults))
            await device.stop()
            later = pretend(world, password=PASSWORD)
            await later.start(port=port)
            await heard.until_connected()
            await eventually(lambda: meter.faults == ())
            await later.stop()


async def test_429_drops_the_nonce_and_waits() -> None:
    async with pretend(password=PASSWORD, firmware="2.0.0") as device:
        meter = ours(device, PASSWORD)
        async with linked(meter) as heard:
            await meter.read_power(60.0)
            device.fail_calls(429, method="EM.GetStatus")
            with pytest.raises(MeterRefused) as refusal:
                await meter.read_power(60.0)
            assert refusal.value.retry_after_s == 3.0
            device.clock.advance(2.9)
            with pytest.raises(MeterRefused):
                await meter.read_power(60.0)
            assert meter.faults
            device.clock.advance(0.2)
            assert (await meter.read_power(60.0)).active_power_w is not None
            assert meter.faults == ()
            assert heard.reasons == []


async def test_a_nonce_lost_by_a_reboot_of_firmware_2_0_0_is_not_replayed() -> None:
    """That firmware answers 429 for ever to a nonce it has dropped."""
    async with pretend(SimClock(rate=1.0), password=PASSWORD, firmware="2.0.0") as device:
        meter = ours(device, PASSWORD, throttled_first_s=0.05)
        async with linked(meter) as heard:
            await device.reboot()
            await heard.until_connected(2)
            assert (await meter.read_power(60.0)).active_power_w is not None


@pytest.mark.parametrize("profile", ["triphase", "monophase"])
@pytest.mark.parametrize("firmware", ["2.0.0", "2.0.1"])
async def test_an_expired_nonce_is_replaced(firmware: str, profile: str) -> None:
    async with pretend(password=PASSWORD, firmware=firmware, profile=profile) as device:
        meter = ours(device, PASSWORD)
        async with linked(meter):
            await meter.read_power(60.0)
            device.clock.advance(3700)
            assert (await meter.read_power(60.0)).active_power_w is not None


async def test_connections_for_history_share_one_nonce() -> None:
    async with pretend(password=PASSWORD, firmware="2.0.0") as device:
        meter = ours(device, PASSWORD)
        async with linked(meter):
            for _ in range(40):
                assert len(await fetched(meter, Span(NOON - 120, NOON))) == 2
            assert len(device._nonces._slots) <= 3


async def test_three_channels_throttled_at_once_are_one_refusal() -> None:
    async with pretend(password=PASSWORD, firmware="2.0.0", profile="monophase") as device:
        meter = ours(device, PASSWORD)
        async with linked(meter):
            await meter.read_power(60.0)
            device.fail_calls(429, times=3, method="EM1.GetStatus")
            with pytest.raises(MeterRefused) as refusal:
                await meter.read_power(60.0)
            assert refusal.value.retry_after_s == 3.0
            device.clock.advance(3.1)
            assert (await meter.read_power(60.0)).active_power_w is not None


def test_throttling_backs_off_from_10_s_to_5_min() -> None:
    login = Login("secret", Timing())
    waits, now_s = [], 0.0
    for _ in range(8):
        waits.append(login.throttled(now_s).retry_after_s)
        assert login.throttled(now_s + 1).retry_after_s == waits[-1] - 1
        now_s += waits[-1]
    assert waits == [3.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0]
    login.accepted()
    assert login.throttled(now_s).retry_after_s == 3.0


def test_a_wrong_password_waits_five_minutes_and_is_not_in_the_text() -> None:
    login = Login("hunter2", Timing())
    refusal = login.wrong_password(100.0)
    assert refusal.retry_after_s == 300.0
    assert "hunter2" not in str(refusal)
    with pytest.raises(MeterRefused) as again:
        login.check_open(399.0)
    assert again.value.retry_after_s == 1.0
    login.check_open(400.0)


def test_the_count_of_a_nonce_rises_by_one_from_one() -> None:
    challenge = Challenge("realm", "nonce", 1)
    counts = [challenge.answer("secret")["nc"] for _ in range(3)]
    assert counts == [1, 2, 3]


def test_the_digest_is_that_of_the_documentation() -> None:
    """Worked out by hand with sha256sum from the formula of the vendor's documentation."""
    offered = challenge_from(
        '{"auth_type":"digest","nonce":1625038762,"nc":1,"realm":"shellypro4pm-f008d1d8b8b8",'
        '"algorithm":"SHA-256"}'
    )
    assert offered is not None
    answer = offered[0].answer("secret")
    assert (answer["nonce"], answer["username"], answer["algorithm"]) == (
        1625038762,
        "admin",
        "SHA-256",
    )
    assert len(str(answer["response"])) == 64


@pytest.mark.parametrize(
    "message",
    [
        None,
        "",
        "no JSON",
        "[]",
        "{}",
        '{"realm":"r","nonce":null}',
        '{"realm":1,"nonce":"n"}',
        '{"realm":"r","nonce":"n","algorithm":"MD5"}',
    ],
)
def test_what_is_no_challenge_is_none(message: object) -> None:
    assert challenge_from(message) is None


def test_a_stale_challenge_says_so() -> None:
    offered = challenge_from('{"realm":"r","nonce":"n","stale":true}')
    assert offered is not None
    assert offered[1]
