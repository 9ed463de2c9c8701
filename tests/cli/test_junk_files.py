"""Whatever stands in a file of minutes: records that a meter may have counted, or BadFile."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.energy.record import check_record
from wattledger.file_formats.minute_csv_columns import KNOWN, BadFile
from wattledger.file_formats.minute_csv_reader import Line, read_minutes

FIELDS = st.sampled_from(
    ["1750000500", "2025-06-15T18:15:00+03:00", "60", "0", "1.5", "1,5", "-1", "1e400", "NaN", ""]
) | st.text(max_size=12)
HEADERS = st.lists(
    st.sampled_from(KNOWN) | st.text(max_size=6), min_size=1, max_size=9, unique=True
)
SEPARATORS = st.sampled_from([",", ";", "\t"])
PERIODS = st.sampled_from([None, 60, 900])


@settings(max_examples=300, deadline=None)
@given(HEADERS, st.lists(st.lists(FIELDS, max_size=9), max_size=5), SEPARATORS, PERIODS)
def test_records_or_bad_file(
    header: list[str], rows: list[list[str]], separator: str, period_s: int | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "minutes.csv"
        text = "\n".join(separator.join(row) for row in [header, *rows])
        file.write_text(text, encoding="utf-8", newline="")
        for line in _lines_or_none(file, period_s):
            assert check_record(line.record) is line.record


def _lines_or_none(file: Path, period_s: int | None) -> list[Line]:
    try:
        return list(read_minutes(file, period_s))
    except BadFile as error:
        assert str(error)  # noqa: PT017 - one that says nothing is worth nothing
        return []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 20_000_000)] * 6), min_size=1, max_size=5))
def test_good_lines_among_them_are_read_to_the_last_digit(rows: list[tuple[int, ...]]) -> None:
    """So that the test above is not one of refusals alone."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "minutes.csv"
        columns = [f"{way}_{phase}_wh" for way in ("imported", "exported") for phase in "abc"]
        lines = [";".join(["start", *columns])]
        for at, row in enumerate(rows):
            energies = [f"{energy // 10_000},{energy % 10_000:04d}" for energy in row]
            lines.append(";".join([str(1_750_000_500 + 60 * at), *energies]))
        file.write_text("\n".join(lines), encoding="utf-8")
        assert [line.record[2:] for line in read_minutes(file, 60)] == rows
