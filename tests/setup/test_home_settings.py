"""The settings of a home, told and changed through their file."""

import resource
import threading
from collections import UserDict
from collections.abc import ItemsView, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from typing_extensions import override

from tests.cli.kit import MAC
from wattledger.energy.errors import BadQuestion, BadSettings, StaleSettings
from wattledger.energy.netting import Netting
from wattledger.flow.settings_ports import Effect, EffectKind, SettingsChange
from wattledger.setup.home_settings import FileSettings, looked_at
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.meter import PretendMeter

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


HALF = [".wattledger.toml.0a1b2c3d", ".wattledger.toml.setup.0a1b2c3d"]
HALF_OF_A_CODE = ".wattledger.toml.setup-code.551465b4"
OF_OTHERS = [".wattledger.toml.swp", ".wattledger.tomlx.0a1b2c3d", ".other.toml.0a1b2c3d"]


def test_what_was_half_written_beside_it_goes(tmp_path: Path) -> None:
    for name in [*HALF, HALF_OF_A_CODE, *OF_OTHERS]:
        (tmp_path / name).touch()
    Home(tmp_path)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == sorted([*OF_OTHERS, "token", "wattledger.toml"])


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


def test_mongodb_is_taken_away_with_all_that_is_said_of_it(tmp_path: Path) -> None:
    more = 'uri = "mongodb://127.0.0.1"\ndatabase = "koti"  # ours\nsite_id = "koti"\n'
    home = Home(tmp_path, f"{FILE}\n[mongodb]\n{more}")
    effects = home.change(SettingsChange({"mongodb": {"uri": None}}))
    assert effects == [Effect(EffectKind.NOT_POSTED)]
    assert home.path.read_text() == FILE + "\n"


@pytest.mark.parametrize("more", [{}, {"production": "positive"}])
def test_what_no_longer_gives_needs_no_sign_of_production(
    tmp_path: Path, more: dict[str, object]
) -> None:
    """Setup writes one for each plant, also for what only looked like one."""
    home = Home(tmp_path, FILE + 'production = "negative"\n')
    change = SettingsChange(meters={"roof": {"role": "load", **more}})
    assert home.change(change) == [Effect(EffectKind.COUNTED_ANEW, "roof")]
    assert home.path.read_text() == FILE.replace('"solar"', '"load"')
    added = {"name": "car", "role": "load", "host": "10.0.0.2", **more}
    assert home.change(SettingsChange(added=[added])) == [Effect(EffectKind.ADDED, "car")]
    assert "production" not in home.path.read_text()


def test_blanks_around_a_new_name_take_no_meter_away(tmp_path: Path) -> None:
    """As the keyboards of phones add them."""
    home = Home(tmp_path)
    assert home.change(SettingsChange(meters={"roof": {"name": " barn "}})) == [
        Effect(EffectKind.NONE)
    ]
    assert [one.name for one in home.settings.now().meters] == ["mains", "barn"]


def test_a_file_that_was_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path)
    tag = home.settings.now().tag
    home.path.write_text(FILE + "# a word\n")
    with pytest.raises(StaleSettings):
        home.settings.change(SettingsChange({"site": {"name": "x"}}), tag)
    assert (home.path.read_text(), home.changes) == (FILE + "# a word\n", 0)


class EditorBeside(UserDict[str, str]):
    """An environment by which somebody saves the file while a change of it is tried out."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    @override
    def items(self) -> ItemsView[str, str]:
        self._path.write_text(FILE + "# a word\n")
        return super().items()


def test_a_file_that_is_changed_while_a_change_is_tried_out_is_left_as_it_is(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    settings = FileSettings(home.path, lambda: None, EditorBeside(home.path))
    tag = home.settings.now().tag
    with pytest.raises(StaleSettings):
        settings.change(SettingsChange({"site": {"name": "x"}}), tag)
    assert home.path.read_text() == FILE + "# a word\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["token", "wattledger.toml"]


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


def test_of_owners_who_save_at_once_one_is_taken_and_the_others_are_told(tmp_path: Path) -> None:
    home, owners = Home(tmp_path), 8
    tag, together = _tag(home), threading.Barrier(owners)

    def save(number: int) -> str | None:
        name = f"Koti {number}"
        together.wait()
        try:
            home.settings.change(SettingsChange({"site": {"name": name}}), tag)
        except StaleSettings:
            return None
        return name

    with ThreadPoolExecutor(owners) as pool:
        taken = [name for name in pool.map(save, range(owners)) if name is not None]
    assert taken == [home.settings.now().name]
    assert home.changes == 1


@contextmanager
def a_full_disk(most_bytes: int) -> Iterator[None]:
    """No file of this process grows beyond that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_the_file_stays_as_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path)
    tag = _tag(home)
    with a_full_disk(100), pytest.raises(BadSettings, match="can't be written"):
        home.settings.change(SettingsChange({"site": {"name": "x"}}), tag)
    assert (home.path.read_text(), home.changes) == (FILE, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["token", "wattledger.toml"]


def test_what_a_killed_server_left_half_written_is_gone_at_the_next_start(tmp_path: Path) -> None:
    half = tmp_path / ".wattledger.toml.0123abcd"
    others = [tmp_path / name for name in (".wattledger.toml.mine", ".other.toml.0123abcd")]
    for path in (half, *others):
        path.write_text("x")
    Home(tmp_path)
    assert not half.exists()
    assert all(path.exists() for path in others)


def test_meters_that_exchange_their_names_keep_their_minutes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.change(SettingsChange(meters={"mains": {"name": "roof"}, "roof": {"name": "mains"}}))
    names = {one.host: one.name for one in home.settings.now().meters}
    assert names == {"192.168.1.20": "roof", "192.168.1.21": "mains"}


def test_a_meter_is_not_removed_from_before_one_that_the_environment_numbers(
    tmp_path: Path,
) -> None:
    """Its values would be those of the next one."""
    home = Home(tmp_path, WATTLEDGER_METERS__1__HOST="pretend")
    for name in ("mains", "roof"):
        with pytest.raises(BadQuestion, match="WATTLEDGER_METERS__1") as told:
            home.settings.preview(SettingsChange(removed=[name]))
        assert told.value.parameter == "removed"
    (Path(tmp_path) / "after").mkdir()
    other = Home(tmp_path / "after", WATTLEDGER_METERS__0__HOST="pretend")
    other.change(SettingsChange(removed=["roof"]))


def test_a_meter_that_the_environment_names_is_known_by_that_name(tmp_path: Path) -> None:
    home = Home(tmp_path, WATTLEDGER_METERS__0__NAME="cellar")
    home.change(SettingsChange(meters={"cellar": {"host": "192.168.1.30"}}))
    assert home.path.read_text() == FILE.replace("192.168.1.20", "192.168.1.30")
    with pytest.raises(BadQuestion, match="said by the environment"):
        home.settings.preview(SettingsChange(meters={"cellar": {"name": "x"}}))


def test_the_last_meter_is_not_removed(tmp_path: Path) -> None:
    home = Home(tmp_path, FILE + '\n[mongodb]\nuri = "mongodb://127.0.0.1"\n')
    with pytest.raises(BadQuestion, match="one meter") as told:
        home.settings.preview(SettingsChange(removed=["mains", "roof"]))
    assert told.value.parameter == "removed"


async def test_meters_that_can_not_be_read_are_told_beforehand(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    async def look(host: str, password: str) -> EffectKind | None:
        asked.append((host, password))
        return {"10.0.0.1": EffectKind.NOT_ANSWERING}.get(host)

    home = Home(tmp_path)
    settings = FileSettings(home.path, lambda: None, {}, look)
    added = [{"name": name, "role": "load", "host": f"10.0.0.{name}"} for name in "12"]
    change = SettingsChange(added=added, meters={"mains": {"host": "10.0.0.3"}})
    assert await settings.unreached(change) == [Effect(EffectKind.NOT_ANSWERING, "1")]
    assert sorted(asked) == [("10.0.0.1", ""), ("10.0.0.2", ""), ("10.0.0.3", "secret")]
    asked.clear()
    assert await settings.unreached(SettingsChange({"site": {"name": "x"}})) == []
    assert asked == []


SPLIT = FILE.replace('password = "secret"\n', 'password = "secret"\nphases = ["a", "b"]\n')
CAR = {"name": "car", "role": "load", "host": "192.168.1.20", "phases": ["c"]}


async def test_what_measures_at_a_meter_that_is_known_is_asked_with_its_password(
    tmp_path: Path,
) -> None:
    """A password stands with one of the names that lie on a host."""
    asked: list[tuple[str, str]] = []

    async def look(host: str, password: str) -> EffectKind | None:
        asked.append((host, password))
        return None

    home = Home(tmp_path, SPLIT)
    settings = FileSettings(home.path, lambda: None, {}, look)
    assert await settings.unreached(SettingsChange(added=[CAR])) == []
    assert asked == [("192.168.1.20", "secret")]


def test_what_loses_the_password_that_stood_with_another_name_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path, SPLIT)
    home.change(SettingsChange(added=[CAR]))
    assert home.change(SettingsChange(removed=["mains"])) == [
        Effect(EffectKind.REACHED_ELSEWHERE, "car"),
        Effect(EffectKind.REMOVED, "mains"),
    ]


async def test_a_meter_is_looked_at_with_its_password() -> None:
    async with PretendMeter(
        feed=ConstantFeed(), clock=SimClock(), mac=MAC, password="sesame"
    ) as meter:
        assert await looked_at(meter.address, "sesame") is None
        assert await looked_at(meter.address, "") is EffectKind.LOCKED
    assert await looked_at(meter.address, "sesame") is EffectKind.NOT_ANSWERING
