"""Settings that a backup brings along: without secrets, whole, and nothing strange is taken."""

import json
from pathlib import Path

import pytest

from wattledger.energy.errors import BadSettings
from wattledger.settings_file import read_settings
from wattledger.setup.portable_settings import Brought, for_this_machine, packed, unpacked

FILE = """\
[site]
name = "Koti"  # ours

[server]
access = "token"
token_file = "secret"
tls_cert = "tls/chain.pem"
tls_key = "tls/key.pem"

[mongodb]
uri = "mongodb://me:sesame@x"
site_id = "koti"

[tariff]
file = "mine.toml"
compare = ["other.toml"]

[prices]
entsoe_token = "sesame"

[[meters]]
name = "mains"
role = "grid"
host = "192.168.1.20"
password = "sesame"
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "old").mkdir()
    path = tmp_path / "old" / "config.toml"
    path.write_text(FILE)
    (path.parent / "mine.toml").write_text("a = 1\n")
    (path.parent / "other.toml").write_text("b = 2\n")
    return path


def test_no_secret_leaves_and_the_tariff_comes_along(old: Path, tmp_path: Path) -> None:
    text = packed(old)
    for secret in ("sesame", "token_file", "tls", "mongodb"):
        assert secret not in text.replace('access = \\"token\\"', "")
    brought = unpacked(text)
    assert brought.site.name == "Koti"
    assert brought.files == {"mine.toml": "a = 1\n", "other.toml": "b = 2\n"}
    new = tmp_path / "config.toml"
    new.write_text(for_this_machine(brought, new))
    assert "# ours" in new.read_text()
    settings = read_settings(new, {})
    assert (settings.server.host, settings.server.access) == ("0.0.0.0", "token")
    assert settings.tariff is not None


@pytest.mark.parametrize(
    ("said", "area", "order"),
    [
        ('entsoe_token = "sesame"', "FI", ["porssisahko", "spot-hinta", "elering"]),
        ('area = "SE3"\nsources = ["entsoe"]\nentsoe_token_file = "t"', "SE3", ["spot-hinta"]),
        ('sources = ["elering", "entsoe"]\nentsoe_token = "sesame"', "FI", ["elering"]),
        ('sources = "entsoe, elering"\nentsoe_token = "sesame"', "FI", ["elering"]),
        ('area = "EE"\nsources = ["elering"]', "EE", ["elering"]),
    ],
)
def test_prices_are_fetched_on_from_whom_nothing_secret_is_wanted(
    old: Path, tmp_path: Path, said: str, area: str, order: list[str]
) -> None:
    old.write_text(FILE.replace('entsoe_token = "sesame"', said))
    new = tmp_path / "config.toml"
    new.write_text(for_this_machine(unpacked(packed(old)), new))
    prices = read_settings(new, {}).prices
    assert prices is not None
    assert (prices.area, list(prices.order)) == (area, order)
    assert not prices.entsoe_token.get_secret_value()


def test_sources_that_are_none_are_refused_as_any_settings(tmp_path: Path) -> None:
    new = tmp_path / "config.toml"
    strange = FILE.replace('entsoe_token = "sesame"', "sources = 5")
    new.write_text(for_this_machine(Brought(strange, {}), new))
    with pytest.raises(BadSettings, match="list of sources"):
        read_settings(new, {})


def test_a_tariff_that_did_not_come_along_is_left_out(old: Path, tmp_path: Path) -> None:
    (old.parent / "other.toml").unlink()
    text = for_this_machine(unpacked(packed(old)), tmp_path / "config.toml")
    assert "tariff" not in text
    (tmp_path / "other.toml").touch()
    assert "tariff" in for_this_machine(unpacked(packed(old)), tmp_path / "config.toml")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 5_000,
        "{}",
        json.dumps({"settings": "[site", "files": {}}),
        json.dumps({"settings": 1, "files": {}}),
        json.dumps({"settings": "", "files": []}),
        json.dumps({"settings": "", "files": {"../x.toml": ""}}),
        json.dumps({"settings": "", "files": {".x.toml": ""}}),
        json.dumps({"settings": "", "files": {"x.sh": ""}}),
        json.dumps({"settings": "", "files": {"x.toml": 1}}),
        json.dumps({"settings": "", "files": {f"{n}.toml": "" for n in range(10)}}),
        json.dumps({"settings": "", "files": {"x.toml": "\ud800"}}),
        json.dumps({"settings": "# \ud800", "files": {}}),
        json.dumps({"settings": "#" * 70_000, "files": {}}),
        json.dumps({"settings": "server = 5", "files": {}}),
        json.dumps({"settings": "meters = 5", "files": {}}),
        json.dumps({"settings": "meters = [5]", "files": {}}),
        json.dumps({"settings": "[[meters]]\nname = [5]", "files": {}}),
        json.dumps({"settings": "[[store]]", "files": {}}),
        json.dumps({"settings": "[[tariff]]", "files": {}}),
        json.dumps({"settings": "[tariff]\ncompare = 3", "files": {}}),
        json.dumps({"settings": "a" + ".a" * 10_000 + " = 1", "files": {}}),
    ],
)
def test_what_is_strange_is_refused(text: str) -> None:
    with pytest.raises(BadSettings):
        unpacked(text)


def test_what_only_an_enemy_packs_is_taken_out(tmp_path: Path) -> None:
    enemy = FILE.replace('password = "sesame"', 'password_file = "/etc/shadow"')
    new = tmp_path / "config.toml"
    text = for_this_machine(Brought(enemy, {"mine.toml": "", "other.toml": ""}), new)
    for secret in ("sesame", "_file", "tls", "mongodb"):
        assert secret not in text
    with pytest.raises(BadSettings, match="in the place of the settings"):
        for_this_machine(Brought(FILE, {"config.toml": enemy}), new)


def test_a_home_that_can_not_be_used_is_told() -> None:
    with pytest.raises(BadSettings):
        _ = Brought('[site]\nname = ""\n', {}).site


def test_settings_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="can't be taken along"):
        packed(tmp_path / "none.toml")
