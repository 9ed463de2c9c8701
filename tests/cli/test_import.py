"""`import` of files from elsewhere: what may be meant in two ways is refused, what looks odd is
asked about, and all that will be booked is seen before.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.kit import MAC, run, written
from tests.cli.terminal import on_terminal

START = 1_750_000_500
QUARTERS_A_DAY = 96


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return written(tmp_path / "home")


def _file(config: Path, *lines: str) -> Path:
    path = config.parent / "minutes.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _import(config: Path, *lines: str, more: tuple[str, ...] = ()) -> Result:
    file = _file(config, *lines)
    return run(
        "import", "-c", config, file, "--meter", "mains", "--mac", MAC, "--period", "900", *more
    )


def _booked(config: Path) -> list[int]:
    store = config.parent / "wattledger.sqlite"
    if not store.exists():
        return []
    with closing(sqlite3.connect(store)) as file:
        rows = file.execute("SELECT imported_a_dmwh FROM minutes ORDER BY key").fetchall()
    return [energy for (energy,) in rows]


def _quarters(days: int, *energies_wh: str) -> list[str]:
    return [
        f"{START + 900 * at};{energies_wh[at % len(energies_wh)]}"
        for at in range(days * QUARTERS_A_DAY)
    ]


DOUBTFUL = ["1,234", "1.234", "12.345", "123,456", "-1.234", "+1,000", "1.000", "999.999", "10,500"]


@pytest.mark.parametrize("number", DOUBTFUL)
def test_a_mark_that_may_stand_between_thousands_is_refused(config: Path, number: str) -> None:
    result = _import(config, "start;imported_wh", f"{START};5", f"{START + 900};{number}")
    assert result.exit_code == 2
    told = result.stderr.strip().splitlines()[-1]
    whole = number.replace(",", "").replace(".", "")
    assert told.startswith(f"wattledger: line 3: '{number}' may be {whole} Wh or ")
    assert f"write {whole} or {number.replace(',', '.')}0 instead" in told
    assert "--decimal point, or --decimal comma" in told
    assert _booked(config) == []


@pytest.mark.parametrize("column", ["exported_wh", "imported_b_wh", "exported_c_wh"])
def test_in_every_column(config: Path, column: str) -> None:
    assert "line 2: '1.234' may be" in _import(config, f"start;{column}", f"{START};1.234").stderr


@pytest.mark.parametrize(
    ("number", "energy_dmwh"),
    [
        *(
            ("0.123", 1_230),
            ("0,123", 1_230),
            ("1.23", 12_300),
            ("1,2345", 12_345),
            ("1.5", 15_000),
        ),
        *(("1234", 12_340_000), ("1234.567", 12_345_670), ("1.2340", 12_340), ("12", 120_000)),
        *((" 7.25 ", 72_500), ("1e1", 100_000), ("0000.5", 5_000), ("5.", 50_000), (",5", 5_000)),
    ],
)
def test_what_can_be_meant_in_one_way_only(config: Path, number: str, energy_dmwh: int) -> None:
    result = _import(config, "start;imported_wh", f"{START};{number}")
    assert result.exit_code == 0, result.output
    assert _booked(config) == [energy_dmwh]


@pytest.mark.parametrize(
    ("mark", "number", "energy_dmwh"),
    [("point", "1.234", 12_340), ("comma", "1,234", 12_340), ("comma", "12", 120_000)],
)
def test_unless_it_is_said_what_it_is(
    config: Path, mark: str, number: str, energy_dmwh: int
) -> None:
    said = ("--decimal", mark)
    assert _import(config, "start;imported_wh", f"{START};{number}", more=said).exit_code == 0
    assert _booked(config) == [energy_dmwh]


@pytest.mark.parametrize(("mark", "number"), [("point", "1,5"), ("comma", "1.5")])
def test_and_then_no_other_one(config: Path, mark: str, number: str) -> None:
    said = ("--decimal", mark)
    result = _import(config, "start;imported_wh", f"{START};{number}", more=said)
    assert result.exit_code == 2
    assert f"line 2: '{number}' has another mark than the {mark}" in result.stderr


@pytest.mark.parametrize(
    "number",
    [
        *(
            "1.234.567",
            "1,234.5",
            "1.234,5",
            "1 234",
            "1'234",
            "1\u00a0234,5",
            "1\u202f234",
            "1_234",
        ),
        *("0x10", "½", "\u0661", "1,2,3", "--1", "1-", "1 Wh", "1kWh", "inf", "NaN", "", "e5", "."),
    ],
)
def test_what_is_no_number(config: Path, number: str) -> None:
    result = _import(config, "start;imported_wh", f'{START};"{number}"')
    assert result.exit_code == 2, number
    assert "line 2: " in result.stderr
    assert "is no energy in Wh" in result.stderr
    assert _booked(config) == []


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("03/04/2025 18:00", "which number is the month"),
        ("3.4.2025 18.00", "which number is the month"),
        ("15-06-2025T18:00:00+03:00", "which number is the month"),
        ("06/15/25", "which number is the month"),
        ("1750000500000", "milliseconds"),
        ("2025-06-15 18:00:00", "no offset from UTC"),
        ("2025-10-26T03:30:00", "an hour in autumn is two"),
        ("2025-06-15", "no offset"),
        ("20250615", "not aligned"),
        ("2025-13-01T00:00:00Z", "neither"),
        ("2025-06-15T18:07:00Z", "not aligned"),
        ("0001-01-01T00:00:00+14:00", "outside"),
        ("\x1b[2J", r"\x1b[2J"),
    ],
)
def test_a_time_that_may_be_another(config: Path, start: str, words: str) -> None:
    result = _import(config, "start;imported_wh", f"{start};1.5")
    assert result.exit_code == 2
    told = result.stderr.strip().splitlines()[-1]
    assert told.startswith("wattledger: line 2: ")
    assert words in told
    assert told.isprintable()


@pytest.mark.parametrize("column", ["imported_kwh", "imported (kWh)", "exported_mwh", "energy_kWh"])
def test_another_unit(config: Path, column: str) -> None:
    told = _import(config, f"start;{column}", f"{START};1.5").stderr
    assert "unknown column" in told
    assert "Energies are in Wh: a kWh has 1000" in told


def test_what_it_holds_is_shown_before(config: Path) -> None:
    lines = ["start;imported_wh;exported_wh"]
    lines += ["2025-05-31T23:45:00+03:00;250;0", "2025-06-01T00:00:00+03:00;500;1000.25"]
    told = _import(config, *lines).stderr.splitlines()
    assert told == [
        "Checking",
        "mains: 2 records, 30 minutes, 2025-05-31 23:45 to 2025-06-01 00:15",
        "  2025-05  imported 0.250 kWh, exported 0.000 kWh",
        "  2025-06  imported 0.500 kWh, exported 1.000 kWh",
        "Booking",
        "Adding up the days",
    ]


ODD = {
    "kWh in a column of Wh": (_quarters(4, "0.125", "0.2525"), "are these kWh?"),
    "a day of kWh": (_quarters(1, "0.125"), "are these kWh?"),
    "more than the fuse lets through": (_quarters(2, "12500"), "main fuse lets 17.2 kW through"),
    "a counter's readings": (
        [f"{START + 900 * at};{9_000 + 100 * at}" for at in range(QUARTERS_A_DAY)],
        "main fuse",
    ),
    "one quarter that no home uses": ([f"{START};20000"], "main fuse"),
    "the same twice": ([f"{START};5", f"{START + 900};5", f"{START};5"], "first one in line 4"),
    "another for the same time": ([f"{START};5", f"{START};6"], "first one in line 3"),
}


@pytest.mark.parametrize("case", ODD)
def test_what_can_hardly_be_is_booked_only_where_somebody_says_so(config: Path, case: str) -> None:
    lines, words = ODD[case]
    result = _import(config, "start;imported_wh", *lines)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "say --yes" in result.stderr.splitlines()[-1]
    assert _booked(config) == []
    assert _import(config, "start;imported_wh", *lines, more=("--yes",)).exit_code == 0
    assert _booked(config)


def test_a_home_and_a_plant_at_night_are_nothing_odd(config: Path) -> None:
    lines = _quarters(30, "62.5", "0", "0", "250")
    assert _import(config, "start;imported_wh", *lines).exit_code == 0
    assert _import(config, "start;imported_wh", *_quarters(3, "0")).exit_code == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("start;imported_wh\n1750000500;1.5\n".encode("utf-16"), "no text in UTF-8"),
        ("start;imported_wh;meter\n1750000500;1.5;sää\n".encode("latin-1"), "no text in UTF-8"),
        (b"start;imported_wh\n" + b"9" * 5_000_000, "more than 4096 characters"),
        (b"start;" + b"x" * 5_000_000, "unknown column"),
        (b"start;imported_wh\n1750000500;\x00\n", "no energy"),
        (b"start;imported_wh;meter\n1750000500;1.5;\x1b[2J\r\n", r"meter '\x1b[2J'"),
        (
            b"start;imported_wh;meter\n"
            + b"".join(b"1750000500;1.5;m%d\n" % number for number in range(100)),
            "more than 64 meters",
        ),
    ],
)
def test_a_file_of_another_kind(config: Path, content: bytes, words: str) -> None:
    file = config.parent / "minutes.csv"
    file.write_bytes(content)
    result = run("import", "-c", config, file, "--period", "900")
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr) < 1_000
    assert _booked(config) == []


@pytest.mark.parametrize(
    ("typed", "status", "count"), [("", 0, 1), ("y", 0, 1), ("n", 1, 0)], ids=["enter", "yes", "no"]
)
async def test_on_a_terminal_it_is_asked(config: Path, typed: str, status: int, count: int) -> None:
    file = _file(config, "start;imported_wh", f"{START};500")
    more = ("--meter", "mains", "--mac", MAC, "--period", "900")
    async with on_terminal(config.parent, "import", "-c", config, file, *more) as terminal:
        shown = await terminal.answer("Book it [Y/n]", typed)
        assert "2025-06  imported 0.500 kWh" in shown
        assert await terminal.end() == status
    assert len(_booked(config)) == count


async def test_what_is_odd_is_not_booked_by_enter_alone(config: Path) -> None:
    file = _file(config, "start;imported_wh", f"{START};5", f"{START};6")
    more = ("--meter", "mains", "--mac", MAC, "--period", "900")
    async with on_terminal(config.parent, "import", "-c", config, file, *more) as terminal:
        assert "ODD: 1 record is of a time" in await terminal.answer("Book it [y/N]")
        assert await terminal.end() == 1
    assert _booked(config) == []
