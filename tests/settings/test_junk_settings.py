"""Whatever stands in the file: settings, or BadSettings."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.energy.errors import BadSettings
from wattledger.settings import Settings, known_keys
from wattledger.settings_file import read_settings

KEYS = st.sampled_from(
    [*Settings.model_fields, *known_keys(["server"]), *known_keys(["meters"])]
) | st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
VALUES = st.recursive(
    st.sampled_from(
        ['"grid"', '"127.0.0.1"', '"token"', "nan", "-inf", "1979-05-27T07:32:00Z", "''", '"a/b"']
    )
    | st.integers().map(str)
    | st.booleans().map(lambda value: str(value).lower())
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'")).map(
        lambda text: f"'{text}'"
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(KEYS, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=6,
)
LINES = (
    st.tuples(KEYS, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}")
    | KEYS.map("[{}]".format)
    | KEYS.map("[[{}]]".format)
    | st.text(max_size=20)
)
ENVIRONMENT = st.dictionaries(
    st.lists(
        st.sampled_from(["METERS", "SERVER", "SITE", "0", "7", "HOST", "TOKEN_FILE", "X", ""]),
        min_size=1,
        max_size=4,
    ).map(lambda parts: "WATTLEDGER_" + "__".join(parts)),
    st.text(max_size=8),
    max_size=3,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=8).map("\n".join), ENVIRONMENT)
def test_settings_or_bad_settings(text: str, environment: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wattledger.toml"
        path.write_text(text, encoding="utf-8")
        assert _meters_or_faults(path, environment)


def _meters_or_faults(path: Path, environment: dict[str, str]) -> Sequence[object]:
    try:
        return read_settings(path, environment).meters
    except BadSettings as error:
        return error.faults
