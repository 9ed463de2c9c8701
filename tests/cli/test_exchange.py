"""`export` and `import`: minutes out of the books and into them, and files that can't be used."""

import csv
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.kit import MAC, OTHER_MAC, run, written
from wattledger.file_formats.minute_csv_columns import PHASE_COLUMNS

START = 1_750_000_080 // 900 * 900
HEADER = ",".join(["start", "period_s", *PHASE_COLUMNS])


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return written(tmp_path / "home")


def _file(folder: Path, *lines: str) -> Path:
    path = folder / "minutes.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _imported(config: Path, file: Path, *more: str) -> Result:
    return run("import", "-c", config, file, "--meter", "mains", "--mac", MAC, *more)


def _refused(config: Path, file: Path, *more: str) -> str:
    """What is told of a file that can't be imported; nothing of it is booked."""
    result = _imported(config, file, *more)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert not (config.parent / "wattledger.sqlite").exists() or not _booked(config)
    return result.stderr.strip().splitlines()[-1]


def _booked(config: Path) -> list[tuple[int, ...]]:
    with closing(sqlite3.connect(config.parent / "wattledger.sqlite")) as file:
        return file.execute("SELECT * FROM minutes ORDER BY key").fetchall()


def _minutes(count: int) -> list[str]:
    """Energies with all their digits, on each phase another."""
    chance = random.Random(7)
    return [
        f"{START + 60 * at},60,"
        + ",".join(f"{chance.randrange(10**5) / 10_000:.4f}" for _ in "abcdef")
        for at in range(count)
        if at % 50
    ]


def test_what_was_exported_comes_back_per_phase_to_the_last_digit(
    tmp_path: Path, config: Path
) -> None:
    first = _imported(config, _file(tmp_path, HEADER, *_minutes(3_000)))
    assert first.stdout.startswith("2940 records booked, 0 were booked already, 0 differ"), first
    out = tmp_path / "out.csv"
    exported = run("export", "-c", config, "-o", out)
    assert exported.stderr == "2940 records written\n"

    fresh = written(tmp_path / "fresh")
    again = _imported(fresh, out)
    assert again.stdout.startswith("2940 records booked, 0 were booked already, 0 differ")
    assert _booked(fresh) == _booked(config)
    assert len(_booked(fresh)) == 2_940

    twice = _imported(fresh, out)
    assert twice.stdout.startswith("0 records booked, 2940 were booked already, 0 differ")
    assert _booked(fresh) == _booked(config)


def test_progress_is_told_from_the_first_moment(tmp_path: Path, config: Path) -> None:
    file = _file(tmp_path, HEADER, *_minutes(300), "nonsense")
    result = _imported(config, file)
    assert result.stderr.startswith("Checking\nwattledger: line 296: 1 columns")
    lines = file.read_text().splitlines()[:-1]
    told = _imported(config, _file(tmp_path, *lines)).stderr.splitlines()
    assert [told[0], *told[-2:]] == ["Checking", "Booking", "Adding up the days"]


def test_the_export_is_csv_with_the_columns_that_import_takes(tmp_path: Path, config: Path) -> None:
    _imported(config, _file(tmp_path, HEADER, f"{START},60,1,2.5,0,0.0001,0,3"))
    result = run("export", "-c", config)
    (row,) = csv.DictReader(result.stdout.splitlines())
    assert row == {
        "start": "2025-06-15T18:00:00+03:00",
        "period_s": "60",
        "meter": "mains",
        "imported_a_wh": "1.0000",
        "imported_b_wh": "2.5000",
        "imported_c_wh": "0.0000",
        "exported_a_wh": "0.0001",
        "exported_b_wh": "0.0000",
        "exported_c_wh": "3.0000",
    }


def test_days_of_an_export_are_local_and_both_included(tmp_path: Path, config: Path) -> None:
    midnight = 1_750_021_200  # 2025-06-16 in Helsinki
    rows = [f"{midnight + at},60,1,0,0,0,0,0" for at in (-60, 0, 86_340, 86_400)]
    _imported(config, _file(tmp_path, HEADER, *rows))
    wanted = ["--from", "2025-06-16", "--to", "2025-06-16"]
    lines = run("export", "-c", config, *wanted).stdout.splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == [
        "2025-06-16T00:00:00+03:00",
        "2025-06-16T23:59:00+03:00",
    ]


def test_totals_stand_for_all_phases(tmp_path: Path, config: Path) -> None:
    file = _file(tmp_path, "start,period_s,imported_wh,exported_wh", f"{START},60,12.3456,0.5")
    assert _imported(config, file).exit_code == 0
    ((_, *energies, _),) = _booked(config)
    assert energies == [123_456, 0, 0, 5_000, 0, 0]


def test_quarters_of_a_period_that_the_file_does_not_say(tmp_path: Path, config: Path) -> None:
    file = _file(tmp_path, "start,imported_wh", "2025-06-15T18:00:00+03:00,250")
    assert "say --period" in _refused(config, file)
    assert _imported(config, file, "--period", "900").exit_code == 0
    row = run("export", "-c", config).stdout.splitlines()[1]
    assert row.startswith("2025-06-15T18:00:00+03:00,900,mains,250.0000,")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_decimal_comma(tmp_path: Path, config: Path, separator: str) -> None:
    lines = ["start;period_s;imported_wh;exported_wh", f"{START};60;12,3456;0,0"]
    file = _file(tmp_path, *(line.replace(";", separator) for line in lines))
    assert _imported(config, file).exit_code == 0
    assert _booked(config)[0][1] == 123_456


def test_a_decimal_comma_between_commas_is_not_taken_for_two_numbers(
    tmp_path: Path, config: Path
) -> None:
    file = _file(tmp_path, "start,period_s,imported_wh,exported_wh", f"{START},60,12,3456,0,0")
    told = _refused(config, file)
    assert told.startswith("wattledger: line 2: 6 columns where the header has 4")
    assert "semicolons" in told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{START},60,1,0,0,0,0", "7 columns where the header has 8"),
        (f"{START},60,x,0,0,0,0,0", "'x' is no energy"),
        (f"{START},60,,0,0,0,0,0", "'' is no energy"),
        (f"{START},60,nan,0,0,0,0,0", "no energy"),
        (f"{START},60,-1,0,0,0,0,0", "an energy of -1.0 Wh"),
        (f"{START},60,1e999999,0,0,0,0,0", "more than any meter counts"),
        (f"{START},60,1e9999999999,0,0,0,0,0", "no energy"),
        (f"{START},60,99999,0,0,0,0,0", "an energy of 99999.0 Wh in 60 s"),
        (f"{START},0,1,0,0,0,0,0", "a period of 0 s"),
        (f"{START},90,1,0,0,0,0,0", "a period of 90 s"),
        (f"{START},minute,1,0,0,0,0,0", "'minute' is no period"),
        (f"{START + 1},60,1,0,0,0,0,0", "not aligned"),
        ("²,60,1,0,0,0,0,0", "neither RFC 3339 nor epoch seconds"),
        ("9" * 30 + ",60,1,0,0,0,0,0", "neither RFC 3339 nor epoch seconds"),
        ("2025-06-15T18:00:00,60,1,0,0,0,0,0", "has no offset from UTC"),
        ("2025-06-15T18:00:00.5+03:00,60,1,0,0,0,0,0", "no whole second"),
        ("1970-01-01T00:00:00Z,60,1,0,0,0,0,0", "outside 2020-09 to 2038-01"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_books_nothing(
    tmp_path: Path, config: Path, line: str, words: str
) -> None:
    good = f"{START - 900},60,1,0,0,0,0,0"
    told = _refused(config, _file(tmp_path, HEADER, good, "", line))
    assert told.startswith("wattledger: line 4: ")
    assert words in told


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("start,period_s,importd_wh", "unknown column 'importd_wh'; known are start, period_s"),
        ("start,period_s", "no energies; give imported_wh"),
        ("period_s,imported_wh", "there is no column 'start'"),
        ("start,start,imported_wh", "a column stands there twice"),
        ("start,imported_wh,imported_a_wh", "energies per phase and totals"),
        ("", "there is no column 'start'"),
    ],
)
def test_a_header_that_can_not_be_used(
    tmp_path: Path, config: Path, header: str, words: str
) -> None:
    told = _refused(config, _file(tmp_path, header))
    assert told.startswith("wattledger: line 1: ")
    assert words in told


def test_a_file_that_is_no_text(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "minutes.csv"
    file.write_bytes(b"start,period_s,imported_wh\n\xff\xfe\n")
    assert "can't be read" in _refused(config, file)


def test_minutes_of_the_future_wait(tmp_path: Path, config: Path) -> None:
    tomorrow = int(time.time()) // 60 * 60 + 86_400
    result = _imported(config, _file(tmp_path, HEADER, f"{tomorrow},60,1,0,0,0,0,0"))
    assert result.exit_code == 0
    assert "1 lie in the future and wait" in result.stdout
    assert _booked(config) == []


def test_one_that_differs_is_kept_aside(tmp_path: Path, config: Path) -> None:
    _imported(config, _file(tmp_path, HEADER, f"{START},60,1,0,0,0,0,0"))
    result = _imported(config, _file(tmp_path, HEADER, f"{START},60,2,0,0,0,0,0"))
    assert "1 differ from what is booked and were kept aside" in result.stdout
    assert _booked(config)[0][1] == 10_000


def test_a_meter_that_nobody_has_met(tmp_path: Path, config: Path) -> None:
    file = _file(tmp_path, HEADER, f"{START},60,1,0,0,0,0,0")
    result = run("import", "-c", config, file, "--meter", "mains")
    assert result.exit_code == 2
    assert "say --meter mains --mac" in result.stderr
    assert "say --meter" in run("import", "-c", config, file).stderr


def test_a_name_at_the_end_of_a_file_that_nobody_knows_books_nothing(
    tmp_path: Path, config: Path
) -> None:
    file = _file(
        tmp_path,
        "start,period_s,meter,imported_wh",
        *(f"{START + 60 * at},60,mains,1" for at in range(20)),
        f"{START},60,garage,1",
    )
    assert "'garage'" in _refused(config, file)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--meter", "garage"], "the settings have no meter 'garage'; they have mains, roof"),
        (["--meter", "mains", "--mac", "A0DD6C"], "is no MAC"),
        (["--mac", MAC], "--mac needs --meter"),
    ],
)
def test_a_meter_named_wrongly(tmp_path: Path, config: Path, more: list[str], words: str) -> None:
    file = _file(tmp_path, HEADER, f"{START},60,1,0,0,0,0,0")
    result = run("import", "-c", config, file, *more)
    assert result.exit_code == 2
    assert words in result.stderr


def test_one_mac_does_not_become_two_meters(tmp_path: Path, config: Path) -> None:
    file = _file(tmp_path, HEADER, f"{START},60,1,0,0,0,0,0")
    _imported(config, file)
    result = run("import", "-c", config, file, "--meter", "roof", "--mac", MAC)
    assert result.exit_code == 2
    assert f"the books know {MAC} as 'mains', not as 'roof'" in result.stderr


def test_a_replaced_meter_keeps_its_own_minutes(tmp_path: Path, config: Path) -> None:
    old = _file(tmp_path, HEADER, f"{START},60,1,0,0,0,0,0")
    assert _imported(config, old).exit_code == 0
    new = _file(tmp_path, HEADER, f"{START + 60},60,2,0,0,0,0,0")
    run("import", "-c", config, new, "--meter", "mains", "--mac", OTHER_MAC)
    late = _file(tmp_path, HEADER, f"{START + 120},60,3,0,0,0,0,0")
    assert _imported(config, late).exit_code == 0
    assert [row[0] & 255 for row in _booked(config)] == [0, 1, 0]


def test_empty_books_have_nothing_to_export(tmp_path: Path, config: Path) -> None:
    kept = tmp_path / "out.csv"
    kept.write_text("an older export")
    result = run("export", "-c", config, "-o", kept)
    assert result.exit_code == 2
    assert "the books know no meter yet" in result.stderr
    assert kept.read_text() == "an older export"


def test_an_export_into_nowhere(tmp_path: Path, config: Path) -> None:
    _imported(config, _file(tmp_path, HEADER, f"{START},60,1,0,0,0,0,0"))
    result = run("export", "-c", config, "-o", tmp_path / "no" / "out.csv")
    assert result.exit_code == 2
    assert "No such file or directory" in result.stderr
