"""The settings of a home, told and changed through their file."""

from pathlib import Path

import pytest

from wattledger.energy.errors import BadQuestion, BadSettings, StaleSettings
from wattledger.energy.netting import Netting
from wattledger.flow.settings_ports import Effect, EffectKind, SettingsChange
from wattledger.setup.home_settings import FileSettings

FILE = """\
[site]
name = "Koti"  # ours
netting = "quarter"

[server]
token_file = "token"

[[meters]]
name = "mains"
role = "grid"
host = "192.168.1.20"
password = "secret"

[[meters]]
name = "roof"
role = "solar"
host = "192.168.1.21"
"""


class Home:
    def __init__(self, folder: Path, text: str = FILE, **environment: str) -> None:
        (folder / "token").write_text("correct horse battery staple 8")
        self.path = folder / "wattledger.toml"
        self.path.write_text(text)
        self.path.chmod(0o600)
        self.changes = 0
        self.settings = FileSettings(self.path, self._changed, environment)

    def _changed(self) -> None:
        self.changes += 1

    def change(self, change: SettingsChange) -> list[Effect]:
        """What it does, as the preview says it too."""
        effects = list(self.settings.preview(change))
        assert list(self.settings.change(change, self.settings.now().tag)) == effects
        return effects


def test_it_tells_what_stands_there_and_no_secret(tmp_path: Path) -> None:
    now = Home(tmp_path, WATTLEDGER_SITE__NETTING="hour").settings.now()
    assert (now.name, now.time_zone, now.main_fuse_a) == ("Koti", "Europe/Helsinki", 25.0)
    assert now.netting is Netting.HOUR
    assert [(one.name, one.host, one.has_password) for one in now.meters] == [
        ("mains", "192.168.1.20", True),
        ("roof", "192.168.1.21", False),
    ]
    assert now.mongodb_database is None
    assert now.fixed == ["site.netting", "server.token"]
    assert "secret" not in repr(now)


def test_a_change_is_written_with_all_else_as_it_was(tmp_path: Path) -> None:
    home = Home(tmp_path)
    effects = home.change(SettingsChange(sections={"site": {"name": "Mökki"}}))
    assert effects == [Effect(EffectKind.NONE)]
    assert home.path.read_text() == FILE.replace("Koti", "Mökki")
    assert home.path.stat().st_mode & 0o777 == 0o600
    assert home.changes == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["token", "wattledger.toml"]


def test_what_changes_nothing_is_not_written(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.change(SettingsChange())
    assert (home.path.read_text(), home.changes) == (FILE, 0)


@pytest.mark.parametrize(
    ("change", "effects"),
    [
        (SettingsChange({"site": {"netting": "hour"}}), [Effect(EffectKind.NETTED_ANEW)]),
        (SettingsChange({"site": {"time_zone": "Europe/Oslo"}}), [Effect(EffectKind.DAYS_MOVE)]),
        (SettingsChange(meters={"roof": {"name": "barn"}}), [Effect(EffectKind.NONE)]),
        (
            SettingsChange(meters={"roof": {"name": "barn", "role": "load"}}),
            [Effect(EffectKind.COUNTED_ANEW, "barn")],
        ),
        (
            SettingsChange(meters={"roof": {"host": "10.0.0.1", "production": "negative"}}),
            [Effect(EffectKind.COUNTED_ANEW, "roof"), Effect(EffectKind.REACHED_ELSEWHERE, "roof")],
        ),
        (SettingsChange(removed=["roof"]), [Effect(EffectKind.REMOVED, "roof")]),
        (
            SettingsChange(added=[{"name": "car", "role": "load", "host": "10.0.0.2"}]),
            [Effect(EffectKind.ADDED, "car")],
        ),
        (
            SettingsChange({"mongodb": {"uri": "mongodb://127.0.0.1"}}),
            [Effect(EffectKind.POSTED_ANEW)],
        ),
    ],
)
def test_what_a_change_does_is_said_before_it_is_taken(
    tmp_path: Path, change: SettingsChange, effects: list[Effect]
) -> None:
    home = Home(tmp_path)
    assert list(home.settings.preview(change)) == effects
    assert (home.path.read_text(), home.changes) == (FILE, 0)
    assert home.change(change) == effects
    assert home.changes == 1


def test_mongodb_is_taken_away(tmp_path: Path) -> None:
    home = Home(tmp_path, FILE + '\n[mongodb]\nuri = "mongodb://127.0.0.1"\n')
    assert home.settings.now().mongodb_database == "wattledger"
    effects = home.change(SettingsChange({"mongodb": {"uri": None}}))
    assert effects == [Effect(EffectKind.NOT_POSTED)]
    assert home.path.read_text() == FILE + "\n"


def test_a_file_that_was_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path)
    tag = home.settings.now().tag
    home.path.write_text(FILE + "# a word\n")
    with pytest.raises(StaleSettings):
        home.settings.change(SettingsChange({"site": {"name": "x"}}), tag)
    assert (home.path.read_text(), home.changes) == (FILE + "# a word\n", 0)


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        (SettingsChange({"site": {"netting": "minute"}}), "site.netting"),
        (SettingsChange({"server": {"token": "x"}}), "server.token"),
        (SettingsChange(meters={"roof": {"host": "x"}}), "meters.1.host"),
        (SettingsChange(meters={"attic": {"host": "x"}}), "meters"),
        (SettingsChange(removed=["attic"]), "removed"),
    ],
)
def test_what_is_fixed_or_unknown_is_refused(
    tmp_path: Path, change: SettingsChange, parameter: str
) -> None:
    home = Home(tmp_path, WATTLEDGER_SITE__NETTING="hour", WATTLEDGER_METERS__1__HOST="pretend")
    with pytest.raises(BadQuestion) as told:
        home.settings.preview(change)
    assert told.value.parameter == parameter
    with pytest.raises(BadQuestion):
        home.settings.change(change, home.settings.now().tag)
    assert (home.path.read_text(), home.changes) == (FILE, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (SettingsChange({"site": {"name": ""}}), "site.name"),
        (SettingsChange({"site": {"time_zone": "Mars"}}), "no time zone"),
        (SettingsChange(meters={"roof": {"name": "mains"}}), "mains"),
        (SettingsChange(meters={"roof": {"host": "192.168.1.20"}}), "192.168.1.20"),
        (SettingsChange({"mongodb": {"uri": "http://x"}}), "mongodb+srv://"),
    ],
)
def test_settings_that_can_not_be_used_are_not_written(
    tmp_path: Path, change: SettingsChange, words: str
) -> None:
    home = Home(tmp_path)
    for attempt in (home.settings.preview, lambda one: home.settings.change(one, _tag(home))):
        with pytest.raises(BadSettings) as told:
            attempt(change)
        assert words in str(told.value)
        assert str(home.path) in str(told.value)
        assert "/." not in str(told.value)
    assert (home.path.read_text(), home.changes) == (FILE, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["token", "wattledger.toml"]


def _tag(home: Home) -> str:
    return home.settings.now().tag


def test_a_file_that_is_written_by_hand_in_another_way_is_left_alone(tmp_path: Path) -> None:
    text = 'site = { name = "x" }\n' + FILE[FILE.index("[[meters]]") :]
    home = Home(tmp_path, text)
    with pytest.raises(BadSettings, match="by hand"):
        home.settings.preview(SettingsChange({"site": {"name": "y"}}))


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.path.unlink()
    with pytest.raises(BadSettings, match="can't be read"):
        home.settings.now()
