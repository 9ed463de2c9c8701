"""The text of the settings: what is entered comes back, and a person likes to read it."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.settings.writing import read
from wattledger.settings import Settings
from wattledger.setup.answers import of_meter, of_site
from wattledger.setup.settings_text import settings_text, without_secrets


def texts(signs: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.text(signs, min_size=1, max_size=40).filter(str.strip)


NAMES = texts(st.characters(exclude_categories=["C", "Z"]) | st.just(" "))
PASSWORDS = texts(st.characters(exclude_categories=["Cs", "Cc"]))
FUSES = (st.integers(1, 1000) | st.floats(1, 1000)).map(str)

HOME: dict[str, Any] = {
    "site": {"name": 'Päivin "koti"', "time_zone": "Europe/Helsinki", "main_fuse_a": 25},
    "server": {"host": "0.0.0.0", "access": "token"},
    "meters": [
        {"name": "mains", "role": "grid", "host": "192.168.1.20", "password": "back\\slash"},
        {"name": "solar", "role": "solar", "host": "192.168.1.21", "production": "negative"},
    ],
}
WRITTEN = r"""# The settings of Wattledger. docs/operation.md explains every key.

[site]
name = "Päivin \"koti\""
time_zone = "Europe/Helsinki"       # days, weeks and months are of this zone
main_fuse_a = 25                    # of each phase, in A

[server]
host = "0.0.0.0"                    # where it listens; 0.0.0.0 is everywhere
access = "token"                    # token: paired phones only

[[meters]]
name = "mains"
role = "grid"                       # at the mains
host = "192.168.1.20"               # keep it fixed, in your router
password = "back\\slash"            # of the meter's user admin

[[meters]]
name = "solar"
role = "solar"                      # of the plants
host = "192.168.1.21"               # keep it fixed, in your router
production = "negative"             # the sign of its power while it produces
"""


def test_it_reads_well() -> None:
    assert settings_text(HOME) == WRITTEN
    assert all(len(line) <= 80 for line in WRITTEN.splitlines())


@given(name=NAMES, fuse_a=FUSES, password=PASSWORDS, names=st.lists(NAMES, min_size=2, max_size=2))
def test_what_is_entered_comes_back(
    name: str, fuse_a: str, password: str, names: list[str]
) -> None:
    site = {"name": of_site("name")(name), "main_fuse_a": of_site("main_fuse_a")(fuse_a)}
    secret = of_meter("password")(password).get_secret_value()
    grid = {"name": names[0], "role": "grid", "host": "a:81", "password": secret}
    solar = {"name": names[1], "role": "solar", "host": "b", "production": "negative"}
    values = {"site": site, "meters": [grid, solar]}
    parsed = tomllib.loads(settings_text(values))
    assert parsed == values
    settings = Settings.model_validate(parsed)
    assert (settings.site.name, settings.site.main_fuse_a) == (site["name"], float(fuse_a))
    assert settings.meters[0].password.get_secret_value() == secret
    assert settings.meters == Settings.model_validate(values).meters


def test_every_section_is_written(tmp_path: Path) -> None:
    values = {
        "site": {"netting": "hour", "poll_interval_s": 2.5},
        "server": {"port": 8443, "access": "token", "token_file": "token"},
        "store": {"path": "books.sqlite"},
        "mongodb": {"uri": "mongodb://books.example.net", "site_id": "cottage"},
        "meters": HOME["meters"],
    }
    (tmp_path / "token").write_text("open sesame")
    text = settings_text(values)
    assert tomllib.loads(text) == values
    assert read(tmp_path, text).mongodb is not None


def test_secrets_are_not_shown() -> None:
    values = {**HOME, "mongodb": {"uri": "mongodb://secret"}}
    shown = settings_text(without_secrets(values))
    assert "back" not in shown
    assert "mongodb://" not in shown
    assert 'password = "********"' in shown


def test_a_day_is_written_as_one() -> None:
    battery = {"name": "battery", "role": "battery", "host": "c", "from": date(2027, 3, 1)}
    values = {"meters": [battery]}
    assert tomllib.loads(settings_text(values)) == values
