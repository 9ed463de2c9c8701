"""`serve` before there are settings: it listens, lets nobody in, and begins once they are there."""

import re
import signal
import stat
from pathlib import Path

import httpx
import pytest

from tests.cli.kit import run, started, written

HERE = {"WATTLEDGER_SERVER__HOST": "127.0.0.1", "WATTLEDGER_SERVER__PORT": "0"}


async def test_it_answers_the_page_of_setup_and_nothing_else(tmp_path: Path) -> None:
    config = tmp_path / "wattledger.toml"
    async with started("serve", "--config", config, **HERE) as server:
        url = await server.url()
        async with httpx.AsyncClient(trust_env=False, timeout=300, base_url=url) as client:
            first = await client.get("/")
            assert (first.status_code, first.headers["location"]) == (307, "setup")
            assert (await client.get("/setup")).headers["content-type"].startswith("text/html")
            for path in ("/health", "/api/v1/health"):
                health = (await client.get(path)).json()
                assert not health["ok"]
                assert health["parts"][0]["name"] == "settings"
            for path in ("/power", "/setup", "/setup/settings", "/openapi.json", "/docs"):
                assert (await client.get(f"/api/v1{path}")).status_code == 401
            assert (await client.post("/api/v1/access/pair")).status_code == 401
            assert (await client.get("/history/today")).status_code == 404
            assert (await client.get("/../wattledger.toml.setup-code")).status_code == 404
            assert (await client.post("/setup")).status_code == 405
            assert (await client.head("/setup")).content == b""
        server.send(signal.SIGTERM)
        status, _ = await server.end()
    assert status == 0
    (code,) = tmp_path.iterdir()
    assert stat.S_IMODE(code.stat().st_mode) == 0o600


async def test_it_begins_once_they_are_there_on_the_same_port(tmp_path: Path) -> None:
    config = tmp_path / "wattledger.toml"
    async with started("serve", "--config", config, **HERE) as server:
        url = await server.url()
        config.write_text("[site]\nnetting = 'century'\n", encoding="utf-8")
        while "nothing is changed" not in await server.told():
            pass
        written(tmp_path, server='host = "127.0.0.1"')
        while "made anew" not in (line := await server.told()):
            pass
        url = line.split()[-1]
        async with httpx.AsyncClient(trust_env=False, timeout=300, base_url=url) as client:
            assert len((await client.get("/api/v1/meters")).json()["meters"]) == 2


async def test_a_folder_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    told = run("serve", "--config", tmp_path / "ect" / "wattledger.toml")
    assert told.exit_code == 2
    assert "there is no such file" in told.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("WATTLEDGER_SERVER__PORT", "soon"), ("WATTLEDGER_SITE__COLOUR", "red")]
)
async def test_an_environment_that_cannot_be_used(tmp_path: Path, name: str, value: str) -> None:
    config = tmp_path / "wattledger.toml"
    async with started("serve", "--config", config, **{**HERE, name: value}) as server:
        status, told = await server.end()
    assert status == 2
    assert name in told


def test_the_code_is_shown_and_stays_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in HERE.items():
        monkeypatch.setenv(name, value)
    config = tmp_path / "wattledger.toml"
    monkeypatch.setenv("WATTLEDGER_SERVER__PORT", "8123")
    before = run("setup", "--code", "--config", config)
    assert "Wattledger is at http://127.0.0.1:8123/setup\n" in before.stdout
    (code,) = re.findall(r"^  code  ([0-9A-Z]{4}-[0-9A-Z]{4})$", before.stdout, re.MULTILINE)
    assert f"http://127.0.0.1:8123/setup#{code}\n" in before.stdout
    assert "█" in before.stdout
    assert run("setup", "--code", "--config", config).stdout == before.stdout
    after = run("setup", "--code", "--config", written(tmp_path))
    assert "Wattledger is at http://127.0.0.1:8123/\n" in after.stdout
    assert code not in after.stdout


def test_a_place_that_cannot_be_written_has_no_code(tmp_path: Path) -> None:
    told = run("setup", "--code", "--config", tmp_path / "ect" / "wattledger.toml")
    assert told.exit_code == 2
    assert "can't be written" in told.stderr
