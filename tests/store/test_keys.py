"""How keys are made up, one file knows."""

import re
from pathlib import Path

import pytest

import wattledger.store
from wattledger.energy.spans import Span
from wattledger.store import codec

FOLDER = Path(wattledger.store.__file__).parent
ARITHMETIC = re.compile(
    r"\bkey\)? *(&|>>|<<)|<< *8\b|>> *8\b|& *(255|0xff)\b|_BITS\b|_MASK\b", re.IGNORECASE
)
HOUR = 1_764_374_400


@pytest.mark.parametrize("module", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_the_codec_alone_reckons_with_keys(module: Path) -> None:
    lines = module.read_text().splitlines()
    found = [line for line in lines if ARITHMETIC.search(line) and "code & 0xFF" not in line]
    assert bool(found) == (module.name == "codec.py"), found


def test_keys_of_a_span_are_those_of_its_records_whatever_their_meter() -> None:
    first, end = codec.keys_of(Span(HOUR, HOUR + 120))
    assert (first, end) == (codec.minute_key(HOUR, 0), codec.minute_key(HOUR + 120, 0))
    assert codec.last_key(HOUR + 60) == codec.minute_key(HOUR + 60, 255) == end - 1
    assert codec.keys_of(Span(HOUR + 1, HOUR + 60))[0] == codec.minute_key(HOUR + 60, 0)


def test_an_hour_and_its_minutes_know_one_another() -> None:
    key = codec.hour_key(HOUR + 3_599, 7)
    assert codec.hour_of_minute(codec.minute_key(HOUR + 3_540, 7)) == key
    assert codec.hour_span(key) == Span(HOUR, HOUR + 3_600)
    assert codec.number_of(key) == 7
    first, end = codec.keys_in_hour(key)
    assert codec.start_of(first) == HOUR
    assert codec.start_of(end - 1) == HOUR + 3_540
    assert end - first == codec.KEYS_AN_HOUR
    assert codec.hour_keys_of(Span(HOUR + 1, HOUR + 3_601)) == (key - 7, key - 7 + 2 * 256)


def test_hours_of_a_meter_are_summed_as_their_keys() -> None:
    hours = [range(3, 6), range(8, 9)]
    keys = [codec.hour_key(hour * 3_600, 5) for stretch in hours for hour in stretch]
    assert codec.sum_of_hour_keys(hours, 5) == sum(keys)


def test_a_day_is_found_again_under_each_netting() -> None:
    assert {codec.ordinal_of(codec.day_key(739_584, netting)) for netting in codec.NETTINGS} == {
        739_584
    }
