"""Settings that can be used."""

from pathlib import Path

import pytest

from tests.settings.writing import METER, read, written
from wattledger.energy.errors import BadSettings
from wattledger.energy.meter import MeterLabel, Production, Role
from wattledger.energy.netting import Netting
from wattledger.settings import BackupSettings
from wattledger.settings_file import PLACES, find_settings

WHOLE = """\
[site]
name = "Cottage"
time_zone = "Asia/Kathmandu"
netting = "hour"
poll_interval_s = 2.5
main_fuse_a = 35

[server]
host = "0.0.0.0"
port = 8443
access = "token"
token = "open sesame"
tls_cert = "tls/chain.pem"
tls_key = "/etc/tls/key.pem"

[store]
path = "books/home.sqlite"

[backup]
folder = "/media/stick"
keep = 30

[mongodb]
uri = "mongodb://books.example.net"
database = "energy"
site_id = "cottage"

[[meters]]
name = "mains"
role = "grid"
host = "192.168.1.20"
password = "m41ns"

[[meters]]
name = "roof"
role = "solar"
host = "meter.example.net:8080"
production = "negative"
"""


def test_one_meter_is_enough_and_the_rest_has_defaults(tmp_path: Path) -> None:
    settings = read(tmp_path, METER)
    home = settings.home
    assert (home.name, home.calendar.zone_name, home.netting) == (
        "Home",
        "Europe/Helsinki",
        Netting.QUARTER,
    )
    assert home.meters == (MeterLabel.of("mains", Role.GRID),)
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    assert settings.server.access == "open"
    assert settings.mongodb is None


def test_every_key_is_taken(tmp_path: Path) -> None:
    settings = read(tmp_path, WHOLE)
    home = settings.home
    assert (home.name, home.calendar.zone_name) == ("Cottage", "Asia/Kathmandu")
    assert (home.netting, home.poll_interval_s, home.main_fuse_a) == (Netting.HOUR, 2.5, 35.0)
    assert home.meters == (
        MeterLabel.of("mains", Role.GRID),
        MeterLabel.of("roof", Role.SOLAR, Production.NEGATIVE),
    )
    assert settings.meters[0].password.get_secret_value() == "m41ns"
    assert settings.server.token.get_secret_value() == "open sesame"
    assert settings.backup == BackupSettings(folder="/media/stick", keep=30)
    assert settings.mongodb is not None
    assert settings.mongodb.uri.get_secret_value() == "mongodb://books.example.net"
    assert (settings.mongodb.database, settings.mongodb.site_id) == ("energy", "cottage")


def test_relative_paths_start_at_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    settings = read(tmp_path, WHOLE)
    assert settings.store.path == str(tmp_path / "books/home.sqlite")
    assert settings.server.tls_cert == str(tmp_path / "tls/chain.pem")
    assert settings.server.tls_key == "/etc/tls/key.pem"
    assert read(tmp_path, METER).store.path == str(tmp_path / "wattledger.sqlite")
    nightly = read(tmp_path, f'[backup]\nfolder = "stick"\n{METER}').backup
    assert nightly == BackupSettings(folder=str(tmp_path / "stick"), keep=14)


def test_home_stands_for_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert (
        read(tmp_path, f'[store]\npath = "~/w.sqlite"\n{METER}').store.path == "/home/anna/w.sqlite"
    )


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff" + METER)
    assert find_settings(path) == path
    assert read(tmp_path, "\ufeff" + METER).meters[0].name == "mains"


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        WHOLE,
        {
            "WATTLEDGER_SITE__NAME": "Elsewhere",
            "WATTLEDGER_SERVER__PORT": "9000",
            "WATTLEDGER_METERS__1__HOST": "192.168.1.99",
            "WATTLEDGER_MONGODB__URI": "mongodb://other.example.net",
            "WATTLEDGER_PASSWORD": "of the probe, none of the settings",
            "HOME": "/home/anna",
        },
    )
    assert settings.site.name == "Elsewhere"
    assert settings.server.port == 9000
    assert [meter.host for meter in settings.meters] == ["192.168.1.20", "192.168.1.99"]
    assert settings.mongodb is not None
    assert settings.mongodb.uri.get_secret_value() == "mongodb://other.example.net"


def test_the_environment_brings_a_section_that_the_file_lacks(tmp_path: Path) -> None:
    settings = read(tmp_path, METER, {"WATTLEDGER_MONGODB__URI": "mongodb://books.example.net"})
    assert settings.mongodb is not None
    assert settings.mongodb.database == "wattledger"


@pytest.mark.parametrize(
    "content", ["open sesame", "open sesame\n", "  open sesame \nsecond line\n"]
)
def test_a_secret_may_stand_in_a_file_beside_the_settings(tmp_path: Path, content: str) -> None:
    (tmp_path / "token").write_text(content)
    text = f'[server]\naccess = "token"\ntoken_file = "token"\n{METER}password_file = "token"\n'
    settings = read(tmp_path, text)
    assert settings.server.token.get_secret_value() == "open sesame"
    assert settings.meters[0].password.get_secret_value() == "open sesame"


def test_a_secret_of_the_environment_counts_before_a_file_of_the_settings(tmp_path: Path) -> None:
    text = f'[server]\naccess = "token"\ntoken_file = "gone"\n{METER}'
    settings = read(tmp_path, text, {"WATTLEDGER_SERVER__TOKEN": "open sesame"})
    assert settings.server.token.get_secret_value() == "open sesame"


def test_a_secret_file_of_the_environment_counts_before_a_secret_of_the_settings(
    tmp_path: Path,
) -> None:
    (tmp_path / "token").write_text("open sesame\n")
    environment = {"WATTLEDGER_SERVER__TOKEN_FILE": str(tmp_path / "token")}
    settings = read(tmp_path, f'[server]\naccess = "token"\ntoken = "old"\n{METER}', environment)
    assert settings.server.token.get_secret_value() == "open sesame"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_open_access_on_loopback(tmp_path: Path, host: str) -> None:
    assert read(tmp_path, f'[server]\nhost = "{host}"\n{METER}').server.access == "open"


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    text = repr(read(tmp_path, WHOLE))
    assert "m41ns" not in text
    assert "open sesame" not in text
    assert "books.example.net" not in text


def test_the_first_place_that_has_a_file_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    of_user = tmp_path / ".config/wattledger/config.toml"
    of_user.parent.mkdir(parents=True)
    of_user.write_text(METER)
    assert find_settings(None) == of_user
    written(tmp_path / "here", METER)
    assert find_settings(None) == PLACES[0]


def test_no_file_anywhere_says_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSettings, match=r"wattledger\.toml.*config\.toml"):
        find_settings(None, PLACES[:2])


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="no such file"):
        find_settings(tmp_path / "nothing.toml")


def test_proxies_are_addresses_and_networks_also_from_the_environment(tmp_path: Path) -> None:
    assert read(tmp_path, METER).server.trusted_proxies == ()
    text = f'[server]\ntrusted_proxies = ["127.0.0.1", "172.16.0.0/12", "fd00::/8", "::1"]\n{METER}'
    proxies = ("127.0.0.1", "172.16.0.0/12", "fd00::/8", "::1")
    assert read(tmp_path, text).server.trusted_proxies == proxies
    environment = {"WATTLEDGER_SERVER__TRUSTED_PROXIES": "10.0.0.1, fd00::1"}
    assert read(tmp_path, text, environment).server.trusted_proxies == ("10.0.0.1", "fd00::1")
    environment = {"WATTLEDGER_SERVER__TRUSTED_PROXIES": ""}
    assert read(tmp_path, text, environment).server.trusted_proxies == ()
