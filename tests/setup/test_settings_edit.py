"""A settings file is changed where it is to be, and nowhere else, however it is written."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.flow.settings_ports import SettingsChange
from wattledger.setup.settings_edit import CannotEdit, edited

FILE = """\
# Our home, since 2024.

[site]  # what is said of it
name = "Koti"          # ours
netting = "quarter"

# the Pi listens everywhere
[server]
host = "0.0.0.0"
access = "token"

# -- meters --

# mains, in the cellar
[[meters]]
name = "mains"
role = "grid"
host = "192.168.1.20"   # fixed in the router

# the old roof
[[meters]]
name = "roof"
role = "solar"
host = "192.168.1.21"
phases = [
  "a",  # south
  "b",
]

# the garage, since spring
[[meters]]
name = "garage"
role = "solar"
host = "192.168.1.22"
# a note below it

# prices of the exchange
[prices]
area = "FI"

[prices.base_url]
elering = "http://127.0.0.1:9/"
"""

ADDED = {"name": "car", "role": "load", "host": "192.168.1.30"}


def test_no_change_changes_nothing() -> None:
    assert edited(FILE, SettingsChange()) == FILE


def test_a_value_keeps_its_comment() -> None:
    edit = SettingsChange(
        sections={"site": {"name": "Mökki"}}, meters={"mains": {"host": "10.0.0.1"}}
    )
    wanted = FILE.replace('"Koti" ', '"Mökki" ').replace('"192.168.1.20" ', '"10.0.0.1" ')
    assert edited(FILE, edit) == wanted


def test_a_key_that_was_not_there_stands_at_the_end_of_its_table() -> None:
    after = edited(FILE, SettingsChange(sections={"site": {"main_fuse_a": 35}}))
    assert after.replace("main_fuse_a = 35\n", "") == FILE
    assert tomllib.loads(after)["site"]["main_fuse_a"] == 35


def test_a_meter_goes_with_what_is_written_above_it_and_nothing_else_does() -> None:
    after = edited(FILE, SettingsChange(removed=["roof"]))
    first, last = FILE.index("# the old roof"), FILE.index("# the garage")
    assert after == FILE[:first] + FILE[last:]
    after = edited(FILE, SettingsChange(removed=["garage"]))
    first, last = FILE.index("# the garage"), FILE.index("# prices of the exchange")
    assert after == FILE[:first] + FILE[last:]
    after = edited(FILE, SettingsChange(removed=["mains"]))
    assert "# -- meters --" in after
    assert "# mains, in the cellar" not in after


def test_a_meter_is_added_after_the_others() -> None:
    after = edited(FILE, SettingsChange(added=[ADDED], removed=["roof"]))
    names = [meter["name"] for meter in tomllib.loads(after)["meters"]]
    assert names == ["mains", "garage", "car"]
    assert after.index('name = "car"') < after.index("# prices of the exchange")
    assert '# a note below it\n\n[[meters]]\nname = "car"' in after


def test_a_section_that_was_not_there_stands_before_the_meters() -> None:
    after = edited(FILE, SettingsChange(sections={"mongodb": {"uri": "mongodb://x"}}))
    assert after.index("[mongodb]") < after.index("[[meters]]")
    assert after.replace('[mongodb]\nuri = "mongodb://x"\n\n', "") == FILE


def test_a_value_is_taken_away_and_an_empty_section_with_it() -> None:
    with_uri = edited(FILE, SettingsChange(sections={"mongodb": {"uri": "mongodb://x"}}))
    after = edited(with_uri, SettingsChange(sections={"mongodb": {"uri": None}}))
    assert "mongodb" not in tomllib.loads(after)


def test_an_empty_file_and_one_without_a_last_line_end() -> None:
    assert tomllib.loads(edited("", SettingsChange(added=[ADDED]))) == {"meters": [ADDED]}
    after = edited('[site]\nname = "x"', SettingsChange(added=[ADDED]))
    assert tomllib.loads(after) == {"site": {"name": "x"}, "meters": [ADDED]}


@pytest.mark.parametrize(
    "text",
    [
        'site.name = "x"\n',
        'site = { name = "x" }\n',
        'meters = [{ name = "mains", role = "grid", host = "x" }]\n[site]\nname = "x"\n',
        '["site"]\nname = "x"\n',
        '[site]\nname = """\n[[meters]]\n"""\n',
        "not = toml = at all\n",
    ],
)
def test_what_can_not_be_changed_safely_is_left_as_it_is(text: str) -> None:
    with pytest.raises(CannotEdit):
        edited(text, SettingsChange(sections={"site": {"name": "y"}}, removed=["mains"]))


LINES = st.sampled_from(["", "# a comment", "#[[meters]]", '# name = "x"', "   "])
NAMES = ["mains", "roof", "garage", "car"]


@st.composite
def files(draw: st.DrawFn) -> str:
    """Tables in any order, with comments and empty lines between and within them."""
    lines = draw(st.lists(LINES, max_size=3))
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    tables = [f'[[meters]]\nname = "{name}"\nrole = "grid"\nhost = "h"' for name in names]
    tables += draw(
        st.lists(st.sampled_from(['[site]\nname = "x"', "[server]\nport = 1"]), unique=True)
    )
    for table in draw(st.permutations(tables)):
        lines += [*table.split("\n"), *draw(st.lists(LINES, max_size=3))]
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"]))


@given(files(), st.data())
def test_whatever_is_changed_the_rest_stands_as_it_was(text: str, data: st.DataObject) -> None:
    there = [meter["name"] for meter in tomllib.loads(text).get("meters", [])]
    removed = data.draw(st.lists(st.sampled_from(there), unique=True)) if there else []
    kept = [name for name in there if name not in removed]
    changed = data.draw(st.lists(st.sampled_from(kept), unique=True)) if kept else []
    added = data.draw(st.sampled_from([[], [{**ADDED, "name": "new"}]]))
    edit = SettingsChange(
        {"site": {"netting": "hour"}} if data.draw(st.booleans()) else {},
        {name: {"host": "changed"} for name in changed},
        removed,
        added,
    )
    after = edited(text, edit)
    values = tomllib.loads(after)
    hosts = {meter["name"]: meter["host"] for meter in values.get("meters", [])}
    assert hosts == {
        **{name: "changed" if name in changed else "h" for name in kept},
        **{one["name"]: one["host"] for one in added},
    }
    assert values.get("server") == tomllib.loads(text).get("server")
    if not removed:
        left = after.split("\n")
        for line in text.split("\n"):
            if line.startswith("#"):
                left.remove(line)
