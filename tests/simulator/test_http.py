import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.simulator.kit import captured, get, meter, post, result
from wattledger.simulator.meter import PretendMeter


@pytest.fixture
async def device() -> AsyncIterator[PretendMeter]:
    async with meter() as started:
        yield started


async def test_get_post_and_frame_give_the_same(device: PretendMeter) -> None:
    by_get = (await get(device, "/rpc/EM.GetStatus?id=0")).json()
    by_post = (await post(device, "/rpc/EM.GetStatus", {"id": 0})).json()
    frame = {"id": 7, "src": "me", "method": "EM.GetStatus", "params": {"id": 0}}
    by_frame = (await post(device, "/rpc", frame)).json()
    assert by_get == by_post == by_frame["result"]
    assert list(by_frame) == ["id", "src", "dst", "result"]
    assert (by_frame["id"], by_frame["src"], by_frame["dst"]) == (7, device.identity.id, "me")


async def test_the_connection_is_closed_after_an_answer(device: PretendMeter) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", device.port)
    writer.write(b"GET /shelly HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    assert b"Connection: close" in head
    assert f"Content-Length: {len(body)}".encode() in head
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    ("call", "status", "body"),
    [
        ("EM1.GetStatus?id=0", 404, {"code": 404, "message": "No handler for EM1.GetStatus"}),
        (
            "EM.GetStatus?id=7",
            500,
            {"code": -105, "message": "Argument 'id', value 7 not found!"},
        ),
        ("EM.GetStatus", 500, {"code": -103, "message": "Missing required argument 'id'!"}),
        ("EM.GetStatus?id=a", 500, {"code": -103, "message": "Argument 'id' should be a number!"}),
        (
            "EMData.GetData?id=0&ts=now",
            500,
            {"code": -103, "message": "Argument 'ts' should be a number!"},
        ),
        (
            "EMData.GetData?id=0&ts=0&add_keys=1",
            500,
            {"code": -103, "message": "Argument 'add_keys' should be a boolean!"},
        ),
        ("EMData.GetData?id=0", 500, {"code": -103, "message": "Missing required argument 'ts'!"}),
    ],
)
async def test_errors_as_the_device_words_them(
    device: PretendMeter, call: str, status: int, body: object
) -> None:
    response = await get(device, f"/rpc/{call}")
    assert (response.status_code, response.json()) == (status, body)


async def test_an_unknown_method_is_refused_as_captured(device: PretendMeter) -> None:
    real = captured("evcc/em1_getstatus_and_em1data.json")["no_handler_error_http_body"]
    response = await get(device, "/rpc/ProOutputAddon.GetPeripherals")
    assert (response.status_code, response.json()) == (404, real)


async def test_an_error_of_a_frame_is_in_the_frame(device: PretendMeter) -> None:
    response = await post(device, "/rpc", {"id": 1, "method": "Nothing.Here"})
    assert response.json() == {
        "id": 1,
        "src": device.identity.id,
        "error": {"code": 404, "message": "No handler for Nothing.Here"},
    }


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff"])
async def test_what_is_no_request_is_a_bad_one(device: PretendMeter, body: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", device.port)
    writer.write(b"POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()
    await writer.wait_closed()


async def test_a_body_may_come_in_pieces(device: PretendMeter) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", device.port)
    body = b'{"id":1,"method":"Sys.GetStatus"}'
    writer.write(b"POST /rpc HTTP/1.1\r\nHost: x\r\n")
    await writer.drain()
    writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body[:7])
    await asyncio.sleep(0.01)
    writer.write(body[7:])
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    writer.close()
    await writer.wait_closed()


async def test_a_body_that_breaks_off_is_a_bad_request(device: PretendMeter) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", device.port)
    writer.write(b"POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
    writer.write_eof()
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()
    await writer.wait_closed()


async def test_other_paths_are_not_found(device: PretendMeter) -> None:
    assert (await get(device, "/settings")).status_code == 404
    assert (await get(device, "/emdata/x/data.csv")).status_code == 404
    assert (await post(device, "/pretend/hang", {})).status_code == 404


async def test_no_http_no_answer(device: PretendMeter) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", device.port)
    writer.write(b"\x16\x03\x01 hello\r\n\r\n")
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_the_seventh_call_at_once_is_refused(device: PretendMeter) -> None:
    device.answer_slowly(0.3, "EM.GetStatus")
    calls = [asyncio.create_task(get(device, "/rpc/EM.GetStatus?id=0")) for _ in range(7)]
    statuses = sorted([(await call).status_code for call in calls])
    assert statuses == [200] * 6 + [503]
    assert (await get(device, "/shelly")).status_code == 200


async def test_components_come_in_pages(device: PretendMeter) -> None:
    page = await result(device, "Shelly.GetComponents", include=["status", "config"])
    keys = [component["key"] for component in page["components"]]
    assert {"key", "status", "config"} == set(page["components"][0])
    while len(keys) < page["total"]:
        page = await result(device, "Shelly.GetComponents", offset=len(keys))
        keys += [component["key"] for component in page["components"]]
    assert keys == list(await result(device, "Shelly.GetStatus"))
    assert await result(device, "Shelly.GetComponents", dynamic_only=True) == {
        "components": [],
        "cfg_rev": 31,
        "offset": 0,
        "total": 0,
    }


async def test_every_listed_method_has_an_answer(device: PretendMeter) -> None:
    methods = (await result(device, "Shelly.ListMethods"))["methods"]
    assert methods == sorted(methods)
    restarting = {"Shelly.Reboot", "Shelly.SetProfile"}
    for method in set(methods) - restarting:
        params = {"id": 0, "ts": 0, "period": 300}
        assert (await post(device, f"/rpc/{method}", params)).status_code == 200, method


async def test_the_profiles_are_named(device: PretendMeter) -> None:
    profiles = await result(device, "Shelly.ListProfiles")
    assert set(profiles["profiles"]) == {"triphase", "monophase"}
