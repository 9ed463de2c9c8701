"""`report` beside a server and a meter on real sockets: what helps, and nothing of the owner."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.kit import MAC, READY, pretend, run, started
from tests.store.builders import MAINS, PLANT, T0
from tests.store.whole import filled

PASSWORD = "Tr0ub4dor"
TOKEN = "k3y-of-the-house-1234567"
URI = "mongodb+srv://anna:s3%40cret@koivu.example.net/?retryWrites=true"


def settings_in(folder: Path, address: str) -> Path:
    path = folder / "wattledger.toml"
    path.write_text(
        f'[site]\nname = "Koivurinne"\n[server]\nport = 0\ntoken = "{TOKEN}"\n'
        f'[backup]\nfolder = "/home/anna/stick"\n'
        f'[[meters]]\nname = "grid"\nrole = "grid"\nhost = "{address}"\npassword = "{PASSWORD}"\n'
        '[[meters]]\nname = "annas-roof"\nrole = "solar"\nhost = "roof.koivu.example:9"\n',
        encoding="utf-8",
    )
    return path


async def reported(config: Path, *words: str) -> tuple[str, Any]:
    output = config.parent / "report.json"
    result = await asyncio.to_thread(
        run, "report", "-c", config, "-o", output, "--seconds", "2", *words
    )
    assert result.exit_code == 0, result.stderr
    assert "Read it before you send it" in result.stderr
    assert output.stat().st_mode & 0o777 == 0o600
    text = output.read_text(encoding="utf-8")
    return text, json.loads(text)


async def test_it_has_what_helps_and_nothing_of_whose_it_is(tmp_path: Path) -> None:
    async with pretend(PASSWORD) as meter:
        config = settings_in(tmp_path, meter.address)
        async with started("serve", "--config", config) as server:
            url = (await server.line()).removeprefix(READY)
            port = url.rpartition(":")[2]
            config.write_text(config.read_text().replace("port = 0", f"port = {port}"))
            text, report = await reported(config)
    for secret in (MAC, MAC.lower(), PASSWORD, TOKEN, "Koivurinne", "koivu", "annas", "/home/anna"):
        assert secret not in text, secret
    assert {"wattledger", "python", "sqlite", "system"} <= report["versions"].keys()
    assert report["settings"]["server"]["token"] == "password-1"
    assert [one["role"] for one in report["settings"]["meters"]] == ["grid", "solar"]
    assert report["settings"]["backup"]["folder"] == "/somebody/stick"
    assert {"meters", "store", "backup"} <= report["health"]["parts"].keys()
    assert "backup_failing" in [fault["kind"] for fault in report["health"]["faults"]]
    grid, roof = report["meters"]
    (methods,) = [one for one in grid["calls"] if one["method"] == "Shelly.ListMethods"]
    assert "EM.GetStatus" in methods["result"]["methods"]
    assert isinstance(grid["frames"], list)
    assert "error" in roof
    assert report["store"]["bytes"]["store"] > 0


async def test_without_a_server_or_a_meter_it_says_so(tmp_path: Path) -> None:
    await filled(tmp_path / "wattledger.sqlite", 90)
    config = settings_in(tmp_path, "127.0.0.1:9")
    text = config.read_text().replace("port = 0", "port = 9")
    config.write_text(f'{text}[mongodb]\nuri = "{URI}"\nsite_id = "koivula"\n')
    text, report = await reported(config)
    for secret in ("anna", "s3%40", "s3@", "koivu", MAINS, PLANT):
        assert secret not in text, secret
    assert "retryWrites" not in text
    assert report["health"]["error"].startswith("no server answers")
    assert list(report["store"]["meters"].values()) == [{"name": ""}] * 2
    assert report["store"]["booked_s"] == [T0, T0 + 90 * 60]
    assert all("error" in meter for meter in report["meters"])


@pytest.mark.parametrize("text", ["[server]\nport = 99999\n", None])
async def test_settings_that_can_not_be_used_are_what_it_tells(
    tmp_path: Path, text: str | None
) -> None:
    config = tmp_path / "wattledger.toml"
    if text is not None:
        config.write_text(text)
    _, report = await reported(config)
    assert report["settings"]["faults"]
    assert report.keys() == {"versions", "settings"}


async def test_settings_that_can_not_be_used_tell_no_names(tmp_path: Path) -> None:
    config = tmp_path / "wattledger.toml"
    config.write_text('[[meters]]\nname = "Pirjo\'s"\nrole = "grid"\nhost = "127.0.0.1:9"\n' * 2)
    text, report = await reported(config)
    assert len(report["settings"]["faults"]) == 2
    assert "Pirjo" not in text


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    output = tmp_path / "report.json"
    output.write_text("mine")
    result = run("report", "-c", tmp_path / "none.toml", "-o", output)
    assert (result.exit_code, output.read_text()) == (2, "mine")
