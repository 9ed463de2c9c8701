"""What lies on the disk is there for years: its numbers are stated here, as they are in
docs/store.md, and not asked from the code that would write others after a change.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.builders import MAINS, T0, both, entry, home_store
from tests.store.harm import pages_of
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord, Origin, RecordDetail
from wattledger.store import booking, checksum, codec, connection, hour_checksums, readers, writer

AT = 1_764_374_400
"""An hour of UTC that is a midnight too."""


def test_keys() -> None:
    assert codec.minute_key(AT, 7) == AT // 60 * 256 + 7 == 7_527_997_447
    assert codec.hour_key(AT, 7) == AT // 3_600 * 256 + 7 == 125_466_631
    assert codec.day_key(739_584, Netting.QUARTER) == 2 * 2**20 + 739_584
    assert (codec.MOST_METERS, codec.KEYS_AN_HOUR) == (256, 60 * 256)
    assert codec.LAST_ORDINAL == 2**20 - 1
    assert codec.FARTHEST_S == (2**55 - 1) * 60


@pytest.mark.parametrize(
    ("period_s", "origin", "kind"),
    [
        (60, Origin.PUSHED, 0),
        (60, Origin.FETCHED, 1),
        (60, Origin.IMPORTED, 2),
        (300, Origin.PUSHED, 12),
        (900, Origin.IMPORTED, 44),
    ],
)
def test_a_minute_s_kind_is_of_its_length_and_origin(
    period_s: int, origin: Origin, kind: int
) -> None:
    record = MinuteRecord(AT, period_s, 1, 2, 3, 4, 5, 6)
    assert codec.minute_row(record, 7, origin) == (7_527_997_447, 1, 2, 3, 4, 5, 6, kind)


def test_positions_stay() -> None:
    assert [one.value for one in codec.REASONS] == [
        *("outage", "not in meter memory", "meter had no time", "damaged"),
    ]
    assert [one.value for one in codec.NETTINGS] == ["phase", "minute", "quarter", "hour"]


def test_details_are_tenths_of_watt_and_volt_and_milliamperes() -> None:
    detail = RecordDetail((1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (230.1, 230.2, None), (1.0, 2.0, 0.5))
    scaled = (10, 20, 30, 40, 50, 60, 2_301, 2_302, None, 1_000, 2_000, 500)
    assert codec.scaled(detail) == scaled


def test_checksums_that_were_written_are_still_right() -> None:
    """Of a row in which every number counts."""
    row = (
        *(7_527_997_447, 1_000_001, 2_000_003, 3_000_005, 4_000_007, 5_000_009, 6_000_011),
        44,
    )
    assert checksum.minute_digest(row) == 14_475_041_968_336_592
    assert checksum.seal([1_000_000_007 + 11 * at for at in range(23)]) == 1_653_930_424
    assert checksum.seal([5, None, 7]) == 469_806_885
    assert hour_checksums.Tally() == (0, 0, 0, 0, 0)
    assert checksum.seal([*[0] * 22, 1]) == 1_048_193, "there is no row with more values"


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    path = tmp_path / "books"
    async with home_store(path) as store:
        await store.journal.book([entry(MAINS, T0)], T0 + 60)
    return path


@pytest.fixture
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file)) as opened:
        yield opened


def test_the_file_says_whose_it_is(file: Path) -> None:
    assert file.read_bytes()[68:72] == b"WATT"
    assert file.stat().st_mode & 0o777 == 0o600


async def test_minutes_of_meters_that_come_apart_take_no_more_room(tmp_path: Path) -> None:
    """What is booked at once lies in the order of time, as if it had come by the minute."""
    minutes = 3_000
    async with home_store(tmp_path / "apart") as store:
        await store.journal.book(both(T0, minutes), T0 + 60 * minutes)
    async with home_store(tmp_path / "by time") as store:
        by_time = sorted(both(T0, minutes), key=lambda one: one.record.start)
        await store.journal.book(by_time, T0 + 60 * minutes)
    apart, in_order = (len(pages_of(tmp_path / name, "minutes")) for name in ("apart", "by time"))
    assert apart == in_order


def test_it_is_read_as_the_manual_says(reading: sqlite3.Connection) -> None:
    question = "SELECT (key >> 8) * 60, (kind / 3 + 1) * 60, key & 255 FROM minutes"
    assert reading.execute(question).fetchall() == [(T0, 60, 0)]
    assert reading.execute("SELECT key FROM hours").fetchall() == [(T0 // 3_600 * 256,)]


def test_what_is_bounded() -> None:
    assert writer.QUEUE_LENGTH == 64
    assert readers.COUNT == 3
    assert connection.WAL_LIMIT_BYTES == 16 * 1_024 * 1_024
    assert booking.DETAILS_KEPT_S == 92 * 86_400
