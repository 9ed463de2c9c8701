"""`serve`: when it gives up, and how it stops."""

import asyncio
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.cli.kit import pretend, run, started, written


async def _fails(config: Path) -> str:
    async with started("serve", "--config", config) as server:
        status, told = await server.end()
    assert status == 2, told
    assert "Traceback" not in told
    return told


async def test_wrong_settings_are_all_told(tmp_path: Path) -> None:
    config = written(tmp_path, server='host = "0.0.0.0"\nport = 99999')
    told = await _fails(config)
    assert "the settings can't be used" in told
    assert f"{config}:3: server.port" in told
    assert f"{config}:1: server.access" in told


async def test_a_port_in_use(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        told = await _fails(written(tmp_path, server=f"port = {port}"))
    assert f"port {port} on 127.0.0.1 is in use" in told


async def test_a_host_of_another_machine(tmp_path: Path) -> None:
    server = 'host = "192.0.2.1"\naccess = "token"\ntoken = "open sesame"'
    assert "192.0.2.1" in await _fails(written(tmp_path, server=server))


async def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_text("no certificate")
    server = 'port = 0\ntls_cert = "chain.pem"\ntls_key = "chain.pem"'
    assert "certificate" in await _fails(written(tmp_path, server=server))


async def test_a_store_of_a_newer_version(tmp_path: Path) -> None:
    config = written(tmp_path)
    async with started("serve", "--config", config) as server:
        await server.url()
        server.send(signal.SIGTERM)
        await server.end()
    with closing(sqlite3.connect(tmp_path / "wattledger.sqlite")) as file:
        file.execute("PRAGMA user_version = 999")
        file.commit()
    told = await _fails(config)
    assert "written by a newer Wattledger" in told


async def test_a_file_of_another_program(tmp_path: Path) -> None:
    (tmp_path / "wattledger.sqlite").write_bytes(b"holiday pictures" * 100)
    assert "wattledger.sqlite" in await _fails(written(tmp_path))


async def test_a_second_server_on_one_store(tmp_path: Path) -> None:
    config = written(tmp_path)
    async with started("serve", "--config", config) as first:
        await first.url()
        assert "in use by another process" in await _fails(config)
        exported = await asyncio.to_thread(run, "export", "--config", config)
        assert exported.exit_code == 2
        assert "in use by another process" in exported.stderr
        first.send(signal.SIGINT)
        status, told = await first.end()
    assert status == 0, told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_ends_streams_and_all(tmp_path: Path, number: int) -> None:
    async with (
        pretend() as meter,
        started("serve", "--config", written(tmp_path, meter.address)) as server,
        httpx.AsyncClient(
            timeout=300, trust_env=False, verify=False, base_url=await server.url()
        ) as client,
        client.stream("GET", "/api/v1/power/stream") as stream,
    ):
        lines = stream.aiter_lines()
        async for line in lines:
            if '"mains"' in line and '"live"' in line:
                break
        server.send(number)
        async for _ in lines:
            pass
        status, told = await server.end()
    assert status == 0, told
    assert "Traceback" not in told


async def test_a_meter_that_is_away_stops_nothing(tmp_path: Path) -> None:
    async with (
        started("serve", "--config", written(tmp_path)) as server,
        httpx.AsyncClient(
            timeout=300, trust_env=False, verify=False, base_url=await server.url()
        ) as client,
    ):
        power = (await client.get("/api/v1/power")).json()
        assert [meter["state"] for meter in power["meters"]] == ["offline", "offline"]
        assert power["home_w"] is None
        assert (await client.get("/api/v1/health")).status_code == 200


async def test_mongodb_that_is_away_stops_nothing_and_is_not_named(tmp_path: Path) -> None:
    config = written(tmp_path)
    uri = "mongodb://user:mongo-secret@127.0.0.1:1/?serverSelectionTimeoutMS=200"
    environment = {"WATTLEDGER_MONGODB__URI": uri}
    async with started("serve", "--config", config, **environment) as server:
        url = await server.url()
        async with asyncio.timeout(300), httpx.AsyncClient(trust_env=False, timeout=300) as client:
            health = ""
            while "can't be reached" not in health:
                health = (await client.get(f"{url}/api/v1/health")).text
                await asyncio.sleep(0.05)
        assert "mongo-secret" not in health
        server.send(signal.SIGTERM)
        _, told = await server.end()
    assert "mongodb: MongoDB can't be reached" in told
    assert "mongo-secret" not in told


async def test_a_token_that_can_be_guessed_is_warned_of_and_strangers_are_few_lines(
    tmp_path: Path,
) -> None:
    config = written(tmp_path, server='port = 0\naccess = "token"\ntoken = "guess"')
    async with started("serve", "--config", config) as server:
        async with httpx.AsyncClient(trust_env=False, base_url=await server.url()) as client:
            for number in range(100):
                wrong = {"Authorization": f"Bearer {number}"}
                assert (await client.get("/api/v1/power", headers=wrong)).status_code in {401, 429}
        server.send(signal.SIGTERM)
        _, log = await server.end()
    lines = [line for line in log.splitlines() if "token" in line]
    assert len([line for line in lines if "the token of [server] is weak" in line]) == 1
    assert len([line for line in lines if "a wrong token came from 127.0.0.1" in line]) <= 2
    assert "guess " not in log
