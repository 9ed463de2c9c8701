"""Digest authentication over HTTP and in frames."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.asking import new_client
from tests.simulator.kit import Socket, get, meter, post, socket_to, standing_clock
from wattledger.simulator.meter import PretendMeter
from wattledger.simulator.quirks import Quirks

PASSWORD = "correct horse"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def auth_of(challenge: dict[str, Any], *, nc: int = 1, password: str = PASSWORD) -> dict[str, Any]:
    """The `auth` of a frame, as the vendor's documentation computes it."""
    realm, nonce, cnonce = challenge["realm"], challenge["nonce"], "abcdef"
    secret = sha256(f"admin:{realm}:{password}")
    proof = f"{secret}:{nonce}:{nc}:{cnonce}:auth:{sha256('dummy_method:dummy_uri')}"
    return {
        "realm": realm,
        "username": "admin",
        "nonce": nonce,
        "nc": nc,
        "cnonce": cnonce,
        "response": sha256(proof),
        "algorithm": "SHA-256",
    }


async def challenge_of(socket: Socket) -> dict[str, Any]:
    error = (await socket.ask("Sys.GetStatus"))["error"]
    assert error["code"] == 401
    challenge: dict[str, Any] = json.loads(error["message"])
    return challenge


async def ask_with(socket: Socket, auth: dict[str, Any]) -> Any:
    frame = {"method": "Sys.GetStatus", "src": "test", "auth": auth}
    return await socket.answer(await socket.send_frame(frame))


def digest(password: str = PASSWORD) -> httpx.DigestAuth:
    return httpx.DigestAuth("admin", password)


@pytest.fixture(params=["1.7.5", "2.0.0"])
async def device(request: pytest.FixtureRequest) -> AsyncIterator[PretendMeter]:
    async with meter(password=PASSWORD, firmware=request.param) as started:
        yield started


@pytest.fixture
async def old() -> AsyncIterator[PretendMeter]:
    async with meter(password=PASSWORD, firmware="1.7.5") as started:
        yield started


@pytest.fixture
async def new() -> AsyncIterator[PretendMeter]:
    async with meter(password=PASSWORD, firmware="2.0.0") as started:
        yield started


async def test_device_info_is_open(device: PretendMeter) -> None:
    info = (await get(device, "/shelly")).json()
    assert info["auth_en"] is True
    assert info["auth_domain"] == device.identity.id
    assert (await get(device, "/rpc/Shelly.GetDeviceInfo")).json() == info
    frame = {"id": 1, "src": "me", "method": "Shelly.GetDeviceInfo"}
    assert (await post(device, "/rpc", frame)).json()["result"] == info
    async with socket_to(device) as socket:
        assert await socket.call("Shelly.GetDeviceInfo") == info


async def test_http_asks_for_the_password(device: PretendMeter) -> None:
    response = await get(device, "/rpc/EM.GetStatus?id=0")
    assert response.status_code == 401
    header = response.headers["www-authenticate"]
    assert header.startswith(f'Digest qop="auth", realm="{device.identity.id}", nonce="')
    assert header.endswith('", algorithm=SHA-256')
    frame = {"id": 1, "method": "EM.GetStatus", "params": {"id": 0}}
    assert (await post(device, "/rpc", frame)).status_code == 401
    assert (await get(device, "/emdata/0/data.csv")).status_code == 401


async def test_http_takes_the_right_one(device: PretendMeter) -> None:
    auth = digest()
    for path in ("/rpc/EM.GetStatus?id=0", "/rpc/Sys.GetStatus", "/emdata/0/data.csv?ts=0"):
        assert (await get(device, path, auth=auth)).status_code == 200
    frame = {"id": 1, "method": "EM.GetStatus", "params": {"id": 0}}
    assert "result" in (await post(device, "/rpc", frame, auth=auth)).json()


async def test_http_refuses_a_wrong_one(device: PretendMeter) -> None:
    assert (await get(device, "/rpc/Sys.GetStatus", auth=digest("wrong"))).status_code == 401
    basic = httpx.BasicAuth("admin", PASSWORD)
    assert (await get(device, "/rpc/Sys.GetStatus", auth=basic)).status_code == 401


async def test_an_answer_for_another_path_is_refused(device: PretendMeter) -> None:
    async with new_client(auth=digest()) as client:
        url = f"http://{device.address}/rpc/Sys.GetStatus"
        good = await client.get(url)
    header = {"Authorization": good.request.headers["Authorization"]}
    async with new_client(headers=header) as client:
        assert (await client.get(f"http://{device.address}/rpc/Sys.GetConfig")).status_code == 401


async def test_a_frame_gets_the_challenge_as_a_text_of_json(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        challenge = await challenge_of(socket)
    assert challenge["auth_type"] == "digest"
    assert challenge["realm"] == device.identity.id
    assert challenge["algorithm"] == "SHA-256"
    assert challenge["nc"] == 1


async def test_a_frame_with_the_right_answer_passes(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        challenge = await challenge_of(socket)
        for nc in (1, 2, 3, 15, 16, 160):
            reply = await ask_with(socket, auth_of(challenge, nc=nc))
            assert reply["result"]["mac"] == device.identity.mac


@pytest.mark.parametrize("change", [{"username": "root"}, {"realm": "x"}, {"response": "é"}])
async def test_a_frame_with_a_wrong_answer_does_not(
    device: PretendMeter, change: dict[str, str]
) -> None:
    async with socket_to(device) as socket:
        auth = auth_of(await challenge_of(socket)) | change
        assert (await ask_with(socket, auth))["error"]["code"] == 401


async def test_an_auth_that_is_no_object_is_a_wrong_argument(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        frame = {"method": "Sys.GetStatus", "src": "test", "auth": "please"}
        reply = await socket.answer(await socket.send_frame(frame))
        assert reply["error"]["code"] == -103


async def test_a_nonce_of_somebody_else_is_not_taken(old: PretendMeter) -> None:
    header = 'Digest username="admin", realm="x", nonce="zz", uri="/rpc/Sys.GetStatus"'
    async with new_client(headers={"Authorization": header}) as client:
        response = await client.get(f"http://{old.address}/rpc/Sys.GetStatus")
    assert response.status_code == 401


async def test_firmware_2_tires_of_a_nonce(new: PretendMeter) -> None:
    async with socket_to(new) as socket:
        challenge = await challenge_of(socket)
        assert "result" in await ask_with(socket, auth_of(challenge))
        new._nonces._slots[challenge["nonce"]].uses = 30_000
        error = (await ask_with(socket, auth_of(challenge, nc=2)))["error"]
        assert json.loads(error["message"])["stale"] is True


async def test_a_wrong_password_gets_a_new_challenge(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        challenge = await challenge_of(socket)
        error = (await ask_with(socket, auth_of(challenge, password="wrong")))["error"]
        again = json.loads(error["message"])
        assert again["nonce"] != challenge["nonce"]
        assert "result" in await ask_with(socket, auth_of(again))


async def test_no_pushes_before_the_password_was_shown(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        challenge = await challenge_of(socket)
        device.clock.advance(3.0)
        await ask_with(socket, auth_of(challenge))
        assert socket.notifications == []
        device.clock.advance(3.0)
        assert "em:0" in (await socket.receive())["params"]


async def test_old_firmware_takes_a_nonce_with_the_same_count_again(old: PretendMeter) -> None:
    async with socket_to(old) as socket:
        challenge = await challenge_of(socket)
        for _ in range(2):
            assert "result" in await ask_with(socket, auth_of(challenge))
        old.clock.advance(7200.0)
        assert "result" in await ask_with(socket, auth_of(challenge))


async def test_firmware_2_wants_a_rising_count(new: PretendMeter) -> None:
    async with socket_to(new) as socket:
        challenge = await challenge_of(socket)
        assert "result" in await ask_with(socket, auth_of(challenge, nc=2))
        for nc in (2, 1):
            error = (await ask_with(socket, auth_of(challenge, nc=nc)))["error"]
            assert error["code"] == 401
            assert json.loads(error["message"])["stale"] is True


async def test_firmware_2_says_when_a_nonce_is_too_old(new: PretendMeter) -> None:
    async with socket_to(new) as socket:
        challenge = await challenge_of(socket)
        new.clock.advance(3599.0)
        assert "result" in await ask_with(socket, auth_of(challenge))
        new.clock.advance(2.0)
        error = (await ask_with(socket, auth_of(challenge, nc=2)))["error"]
        fresh = json.loads(error["message"])
        assert fresh["stale"] is True
        assert "result" in await ask_with(socket, auth_of(fresh))


async def test_firmware_2_throttles_when_all_32_nonces_are_out(new: PretendMeter) -> None:
    async with socket_to(new) as socket:
        first = await challenge_of(socket)
        for _ in range(31):
            await challenge_of(socket)
        assert (await socket.ask("Sys.GetStatus"))["error"]["code"] == 429
        new.clock.advance(2.0)
        await challenge_of(socket)
        # The first one has lost its slot: 429 for ever, until a call comes without a password.
        for _ in range(3):
            assert (await ask_with(socket, auth_of(first)))["error"]["code"] == 429
            new.clock.advance(60.0)
        assert "result" in await ask_with(socket, auth_of(await challenge_of(socket)))


async def test_firmware_2_0_1_answers_an_unknown_nonce_by_a_new_one() -> None:
    async with meter(password=PASSWORD, firmware="2.0.1") as device:
        async with socket_to(device) as socket:
            challenge = await challenge_of(socket)
        await device.reboot()
        async with socket_to(device) as socket:
            error = (await ask_with(socket, auth_of(challenge)))["error"]
            assert error["code"] == 401
            assert json.loads(error["message"])["stale"] is True


async def test_firmware_2_slows_down_who_guesses(new: PretendMeter) -> None:
    async with socket_to(new) as socket:
        for _ in range(3):
            wrong = auth_of(await challenge_of(socket), password="guess")
            assert (await ask_with(socket, wrong))["error"]["code"] == 401
        right = auth_of(await challenge_of(socket))
        assert (await ask_with(socket, right))["error"]["code"] == 429
        new.clock.advance(10.0)
        assert "result" in await ask_with(socket, right)


async def test_over_http_429_is_a_status(new: PretendMeter) -> None:
    for _ in range(3):
        assert (await get(new, "/rpc/Sys.GetStatus", auth=digest("guess"))).status_code == 401
    assert (await get(new, "/rpc/Sys.GetStatus", auth=digest())).status_code == 429


async def test_a_boot_forgets_the_nonces(old: PretendMeter) -> None:
    auth = digest()
    assert (await get(old, "/rpc/Sys.GetStatus", auth=auth)).status_code == 200
    await old.reboot()
    async with new_client(auth=auth) as client:
        response = await client.get(f"http://{old.address}/rpc/Sys.GetStatus")
    assert response.status_code == 200
    assert len(response.history) == 1


async def test_pushes_may_come_to_the_unknown_as_well() -> None:
    clock = standing_clock()
    quirks = Quirks(pushes_unauthenticated=True)
    async with (
        meter(clock, password=PASSWORD, quirks=quirks) as device,
        socket_to(device) as socket,
    ):
        await challenge_of(socket)
        clock.advance(3.0)
        assert "em:0" in (await socket.receive())["params"]
