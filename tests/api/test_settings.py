"""The settings of a home over HTTP: for owners, by ETag, and no secret in the clear."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.flow.settings_ports import EffectKind
from wattledger.setup.home_settings import FileSettings

FILE = """\
[site]
name = "Koti"  # ours

[[meters]]
name = "mains"
role = "grid"
host = "192.168.1.20"
password = "a secret of the meter"
"""
TOKEN = "correct horse battery staple"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "wattledger.toml"
    path.write_text(FILE)
    return path


def asking(
    home: MemoryHome, path: Path, scheme: str = "https", access: Access | None = None
) -> httpx.AsyncClient:
    async def look(host: str, _: str) -> EffectKind | None:
        return EffectKind.NOT_ANSWERING if host == "192.168.1.99" else None

    state = replace(home.app_state, settings=FileSettings(path, lambda: None, {}, look))
    transport = httpx.ASGITransport(create_api(state, access or Access.with_token(TOKEN)))
    return httpx.AsyncClient(transport=transport, base_url=f"{scheme}://127.0.0.1/api/v1")


async def paired(home: MemoryHome, client: httpx.AsyncClient) -> str:
    code, _ = home.pairing.codes.make()
    answer = await client.post("/access/pair", json={"code": code, "device": "iPhone"})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    client.cookies.clear()
    return str(answer.json()["id"])


@pytest.fixture
async def owner(home: MemoryHome, path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(home, path) as client:
        await paired(home, client)
        yield client


async def change(client: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response:
    tag = (await client.get("/settings")).headers["ETag"]
    return await client.patch("/settings", json=body, headers={"If-Match": tag})


async def test_what_stands_there_is_told_without_secrets(owner: httpx.AsyncClient) -> None:
    answer = await owner.get("/settings")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "secret" not in answer.text.replace("takes_secrets", "")
    document = answer.json()
    assert document["path"].endswith("wattledger.toml")
    assert {**document, "path": ""} == {
        "path": "",
        "site": {
            "name": "Koti",
            "time_zone": "Europe/Helsinki",
            "main_fuse_a": 25.0,
            "netting": "quarter",
        },
        "mongodb_database": None,
        "meters": [
            {
                "name": "mains",
                "role": "grid",
                "host": "192.168.1.20",
                "production": "positive",
                "phases": ["a", "b", "c"],
                "from": None,
                "has_password": True,
            }
        ],
        "fixed": [],
        "takes_secrets": True,
    }


async def test_a_change_is_shown_first_and_then_taken(owner: httpx.AsyncClient, path: Path) -> None:
    body = {
        "site": {"main_fuse_a": 35.0},
        "meters": [{"meter": "mains", "name": "cellar", "from": "2027-03-01"}],
        "added": [{"name": "roof", "role": "solar", "host": "192.168.1.21", "phases": ["b"]}],
    }
    shown = await owner.post("/settings/preview", json=body)
    assert shown.json() == {
        "effects": [
            {"kind": "counted_anew", "meter": "cellar"},
            {"kind": "added", "meter": "roof"},
        ]
    }
    assert path.read_text() == FILE
    taken = await change(owner, body)
    assert (taken.status_code, taken.json()) == (200, shown.json())
    assert path.read_text() == (
        FILE.replace("# ours\n", "# ours\nmain_fuse_a = 35\n").replace('"mains"', '"cellar"')
        + 'from = 2027-03-01\n\n[[meters]]\nname = "roof"\n'
        'role = "solar"                      # of the plants\n'
        'host = "192.168.1.21"               # keep it fixed, in your router\nphases = ["b"]\n'
    )
    taken = await change(owner, {"meters": [{"meter": "cellar", "from": None, "password": ""}]})
    assert taken.status_code == 200
    assert "password" not in path.read_text()
    assert "from" not in path.read_text()


async def test_a_meter_that_does_not_answer_is_told_and_may_be_added(
    owner: httpx.AsyncClient, path: Path
) -> None:
    """Also under an address as a browser has it."""
    body = {"added": [{"name": "car", "role": "load", "host": "http://192.168.1.99/#/home"}]}
    shown = await owner.post("/settings/preview", json=body)
    kinds = [one["kind"] for one in shown.json()["effects"]]
    assert kinds == ["added", "not_answering"]
    assert (await change(owner, body)).status_code == 200
    assert 'host = "192.168.1.99" ' in path.read_text()


async def test_of_which_settings_a_change_is_must_be_said(
    owner: httpx.AsyncClient, path: Path
) -> None:
    body = {"site": {"name": "x"}}
    answer = await owner.patch("/settings", json=body)
    assert (answer.status_code, answer.json()["type"]) == (428, "/problems/not-tagged")
    answer = await owner.patch("/settings", json=body, headers={"If-Match": '"another"'})
    assert (answer.status_code, answer.json()["type"]) == (412, "/problems/changed-meanwhile")
    assert path.read_text() == FILE


@pytest.mark.parametrize("told", ["W/{}", "{}"])
@pytest.mark.parametrize("behind", ["", "-gzip"])
async def test_a_proxy_that_compresses_answers_makes_no_other_settings_of_them(
    owner: httpx.AsyncClient, told: str, behind: str
) -> None:
    tag = (await owner.get("/settings")).headers["ETag"].strip('"')
    headers = {"If-Match": told.format(f'"{tag}{behind}"')}
    assert (await owner.patch("/settings", json={}, headers=headers)).status_code == 200
    headers = {"If-Match": told.format(f'"{tag[1:]}{behind}"')}
    assert (await owner.patch("/settings", json={}, headers=headers)).status_code == 412


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"site": {"name": ""}}, 422, "bad-settings"),
        ({"site": {"netting": "year"}}, 422, "bad-parameter"),
        ({"meters": [{"meter": "roof", "host": "x"}]}, 422, "bad-parameter"),
        ({"store": {"path": "/tmp/x"}}, 422, "bad-parameter"),
        ({"removed": ["mains", "mains", "roof"]}, 422, "bad-parameter"),
        ({"meters": [{"meter": "mains", "name": "a"}, {"meter": "mains"}]}, 422, "bad-parameter"),
        ({"meters": [{"meter": "mains", "name": "a"}], "removed": ["mains"]}, 422, "bad-parameter"),
        ({"server": {"host": "0.0.0.0"}}, 422, "bad-parameter"),
        ({"mongodb_uri_file": "/etc/shadow"}, 422, "bad-parameter"),
        ({"meters": [{"meter": "mains", "password_file": "/etc/shadow"}]}, 422, "bad-parameter"),
        ({"meters": [{"meter": "mains", "phases": ["a", "d"]}]}, 422, "bad-parameter"),
        ({"meters": [{"meter": "mains", "phases": []}]}, 422, "bad-settings"),
        ({"site": {"main_fuse_a": 1e9}}, 422, "bad-settings"),
        ({"site": {"name": "a\nb = 1"}}, 422, "bad-settings"),
        ({"site": []}, 422, "bad-parameter"),
    ],
)
async def test_what_can_not_be_is_a_problem_and_changes_nothing(
    owner: httpx.AsyncClient, path: Path, body: dict[str, Any], status: int, kind: str
) -> None:
    for answer in (await owner.post("/settings/preview", json=body), await change(owner, body)):
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
    assert path.read_text() == FILE


@pytest.mark.parametrize(
    "body",
    [
        {"mongodb_uri": "mongodb://user:secret@127.0.0.1/"},
        {"meters": [{"meter": "mains", "password": "another"}]},
        {"added": [{"name": "x", "role": "load", "host": "y", "password": "another"}]},
    ],
)
async def test_secrets_go_over_https_alone(
    home: MemoryHome, path: Path, body: dict[str, Any]
) -> None:
    async with asking(home, path, "http") as client:
        await paired(home, client)
        assert (await client.get("/settings")).json()["takes_secrets"] is False
        for answer in (
            await client.post("/settings/preview", json=body),
            await change(client, body),
        ):
            assert (answer.status_code, answer.json()["type"]) == (403, "/problems/https-only")
    assert path.read_text() == FILE


async def test_who_only_looks_changes_nothing(home: MemoryHome, path: Path) -> None:
    async with asking(home, path) as owner, asking(home, path) as looker:
        own, other = await paired(home, owner), await paired(home, looker)
        answer = await owner.patch(f"/access/devices/{other}", json={"owns": False})
        assert answer.status_code == 204
        devices = (await looker.get("/access/devices")).json()["devices"]
        assert {one["id"]: one["owns"] for one in devices} == {own: True, other: False}
        refused = [
            await looker.get("/settings"),
            await looker.post("/settings/preview", json={}),
            await looker.patch("/settings", json={}, headers={"If-Match": "x"}),
            await looker.patch(f"/access/devices/{other}", json={"owns": True}),
            await looker.delete(f"/access/devices/{own}"),
        ]
        kinds = {(one.status_code, one.json()["type"]) for one in refused}
        assert kinds == {(403, "/problems/not-an-owner")}
        assert (await looker.get("/power")).status_code == 200
        answer = await owner.patch(f"/access/devices/{own}", json={"owns": False})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/last-owner")
        assert (await looker.delete(f"/access/devices/{other}")).status_code == 204
        assert (await owner.patch("/access/devices/gone", json={"owns": True})).status_code == 404
        assert (await owner.patch(f"/access/devices/{own}", json={"owns": 1})).status_code == 422


async def test_the_token_of_the_settings_is_for_scripts_which_read(
    home: MemoryHome, path: Path
) -> None:
    async with asking(home, path) as script:
        script.headers["Authorization"] = f"Bearer {TOKEN}"
        assert (await script.get("/power")).status_code == 200
        assert (await script.get("/settings")).status_code == 403


async def test_on_the_machine_of_an_open_server_everybody_owns(
    home: MemoryHome, path: Path
) -> None:
    async with asking(home, path, "http", Access.open()) as client:
        assert (await change(client, {"site": {"name": "x"}})).status_code == 200


async def test_without_a_file_there_is_nothing_to_change(client: httpx.AsyncClient) -> None:
    answer = await client.get("/settings")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-settings")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 2_000,
        b'{"site": {"name": "\\ud800"}}',
        b'{"site": {"main_fuse_a": 1e400}}',
        b'{"site": {"main_fuse_a": NaN}}',
        b'{"site": {"main_fuse_a": true}}',
        b'{"site": {"main_fuse_a": "25"}}',
        b'{"meters": [{"meter": "mains", "from": 0}]}',
        b'{"meters": [{"meter": "mains", "from": true}]}',
        b'{"added": [' + b'{"name": "x", "role": "load", "host": "y"},' * 64 + b"{}]}",
    ],
)
async def test_what_is_no_change_is_refused(
    owner: httpx.AsyncClient, path: Path, body: bytes
) -> None:
    tag = (await owner.get("/settings")).headers["ETag"]
    headers = {"Content-Type": "application/json", "If-Match": tag}
    for method, where in (("POST", "/settings/preview"), ("PATCH", "/settings")):
        answer = await owner.request(method, where, content=body, headers=headers)
        assert (answer.status_code, "problems" in answer.json()["type"]) == (422, True)
    assert path.read_text() == FILE
