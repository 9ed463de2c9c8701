"""A machine has died: the backup of last night, brought by the phone to a new one, is the home."""

import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.cli.kit import MAC, OTHER_MAC, run
from tests.house.setting_up import Setup, two_meters
from tests.house.test_setup_on_the_phone import SETUP, Phone
from tests.store.builders import MAINS, T0, home_store, stretch
from wattledger.settings_file import read_settings

SETTINGS = """\
[site]
name = "Koivurinne"  # ours
time_zone = "Europe/Oslo"
main_fuse_a = 35

[server]
host = "192.168.1.10"
port = 8443
access = "token"
token = "correct horse battery staple 8"
tls_cert = "tls/chain.pem"
tls_key = "tls/key.pem"

[store]
path = "somewhere/books.sqlite"

[mongodb]
uri = "mongodb://me:sesame@127.0.0.1"

[[meters]]
name = "mains"
role = "grid"
host = "{mains}"
password = "open sesame"

[[meters]]
name = "roof"
role = "solar"
host = "{plant}"
production = "negative"
"""


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[Setup]:
    (tmp_path / "new").mkdir()
    server = Setup(tmp_path / "new")
    await server.start()
    yield server
    await server.close()


async def backup_in(folder: Path, mains: str = "127.0.0.1:9", plant: str = "127.0.0.1:8") -> Path:
    """Of a home with two hours booked."""
    (folder / "somewhere").mkdir(parents=True)
    (folder / "tls").mkdir()
    for name in ("chain.pem", "key.pem"):
        (folder / "tls" / name).touch()
    config = folder / "wattledger.toml"
    config.write_text(SETTINGS.format(mains=mains, plant=plant), encoding="utf-8")
    config.chmod(0o600)
    async with home_store(folder / "somewhere" / "books.sqlite") as store:
        await store.journal.book(stretch(MAINS, T0, 120), T0 + 86_400)
    done = run("backup", "-c", config, folder / "taken.sqlite")
    assert done.exit_code == 0, done.stderr
    return folder / "taken.sqlite"


async def bring(phone: Phone, content: bytes) -> httpx.Response:
    return await phone.send("PUT", f"{SETUP}/backup", content)


async def test_it_begins_with_its_books_and_settings(setup: Setup, tmp_path: Path) -> None:
    async with two_meters() as (mains, plant):
        taken = await backup_in(tmp_path / "old", mains.address, plant.address)
        for secret in (b"sesame", b"correct horse"):
            assert secret not in taken.read_bytes()
        phone = Phone(setup)
        await phone.enter(setup.code)
        there = (await bring(phone, taken.read_bytes())).json()["backup"]
        assert there == {
            "home": "Koivurinne",
            "meters": [str(MAINS)],
            "first_day": "2026-03-27",
            "last_day": "2026-03-28",
        }
        await setup.kill()
        assert (await phone.get())["backup"] == there
        answer = await phone.ask("POST", f"{SETUP}/restore")
        assert answer.status_code == 202, answer.text
        await phone.is_live()
        (device,) = (await phone.get("/api/v1/access/devices"))["devices"]
        assert device["is_this_one"]
    settings = read_settings(setup.config, {})
    assert (settings.site.name, settings.site.time_zone) == ("Koivurinne", "Europe/Oslo")
    assert "# ours" in setup.config.read_text()
    assert (settings.server.host, settings.server.port) == ("0.0.0.0", 8080)
    assert (settings.server.tls_cert, settings.mongodb) == ("", None)
    assert [one.name for one in settings.meters] == ["mains", "roof"]
    books = setup.config.parent / "books"
    assert [path.name for path in books.iterdir() if "restore" in path.name] == []
    with closing(sqlite3.connect(books / "own.sqlite")) as file:
        first = f"SELECT count(*) FROM minutes WHERE key < {(T0 + 7_200) // 60 * 256}"
        assert file.execute(first).fetchone() == (120,)
        named = "SELECT count(*) FROM meta WHERE name = 'settings_of_backup'"
        assert file.execute(named).fetchone() == (0,)


async def test_what_is_no_backup_is_told_and_nothing_is_kept(setup: Setup, tmp_path: Path) -> None:
    taken = (await backup_in(tmp_path / "old")).read_bytes()
    phone = Phone(setup)
    await phone.enter(setup.code)
    for content in (b"", b"start,end\n", os.urandom(100_000), taken[: len(taken) // 2]):
        answer = await bring(phone, content)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-parameter")
        assert "books" not in answer.json()["detail"]
        assert (await phone.get())["backup"] is None
    answer = await phone.ask("POST", f"{SETUP}/restore")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-settings")
    books = setup.config.parent / "books"
    assert [*books.iterdir()] == []
    assert (await bring(Phone(setup, "127.0.0.2"), taken)).status_code == 401
    assert (await bring(phone, taken)).status_code == 200
    assert [path.stat().st_mode & 0o777 for path in books.iterdir()] == [0o600]
    assert (await phone.ask("DELETE", f"{SETUP}/backup")).status_code == 204
    assert (await phone.get())["backup"] is None
    assert [*books.iterdir()] == []
    assert json.dumps(await phone.get()).count("sesame") == 0


async def test_one_without_settings_gives_its_books_to_what_is_answered(
    setup: Setup, tmp_path: Path
) -> None:
    async with home_store(tmp_path / "plain.sqlite") as store:
        await store.journal.book(stretch(MAINS, T0, 60), T0 + 86_400)
    phone = Phone(setup)
    await phone.enter(setup.code)
    there = (await bring(phone, (tmp_path / "plain.sqlite").read_bytes())).json()["backup"]
    assert (there["home"], there["last_day"][:7]) == (None, "2026-03")
    assert (await phone.ask("POST", f"{SETUP}/restore")).status_code == 422
    async with two_meters() as (mains, _):
        await phone.add(mains)
        await phone.sees_power()
        await phone.answer(meters=[{"mac": MAC, "role": "grid", "name": "Verkko"}])
        await phone.start()
        await phone.is_live(solar_w=None)
        hour = "from=2026-03-27T22:00:00Z&to=2026-03-27T23:00:00Z"
        assert (await phone.get(f"/api/v1/energy?{hour}"))["totals"]["imported_wh"] > 0
    assert OTHER_MAC not in setup.config.read_text()
