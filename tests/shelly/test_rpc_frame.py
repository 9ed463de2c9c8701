"""What is a frame of a meter, and what in it is a number or a text."""

import json
import time
from typing import Any

import pytest

from wattledger.energy.errors import ProtocolError
from wattledger.shelly.digest import Challenge, challenge_from
from wattledger.shelly.rpc_frame import Declined, error_of, frame_from


@pytest.mark.parametrize(
    "token",
    ["NaN", "nan", "-nan", "-NaN", "nan(ind)", "Infinity", "-Infinity", "inf", "-inf", "+INF"],
)
def test_a_number_that_is_none_is_null_and_its_neighbours_count(token: str) -> None:
    text = f'{{"values":[[1.5,{token},2],[{token}],[3]],"say":"nan, inf \\" nan","end":{token}}}'
    assert frame_from(text) == {
        "values": [[1.5, None, 2], [None], [3]],
        "say": 'nan, inf " nan',
        "end": None,
    }


@pytest.mark.parametrize(
    "text",
    [
        *("", "nan", "[nan]", '{"a":nanx}', '{"a":nan', '{"a":xnan}', '{"a":"nan}', '{"a":1nan}'),
        *('{"a":undefined}', '{"a":1,}', "{'a':nan}", "\x00", "[" * 100_000, '{"a":' * 50_000),
        *(b"{}", "5", '"text"', "null"),
    ],
)
def test_what_is_no_object_is_babble(text: str | bytes) -> None:
    with pytest.raises(ProtocolError):
        frame_from(text)


@pytest.mark.parametrize("piece", ['"\\"', '\\"', '"', "nan", '"nan', "nan(", "\\"])
def test_mending_takes_no_longer_for_what_is_made_to_take_long(piece: str) -> None:
    began_s = time.process_time()
    with pytest.raises(ProtocolError):
        frame_from(("nan" + piece * 130_000)[: 256 * 1024])
    assert time.process_time() - began_s < 5.0  # what is quadratic takes an hour


def test_texts_are_clean_where_they_enter() -> None:
    frame = frame_from(r'{"a\ud800":["\u001b[2J\r\nforged","Pro 3EM","' + "x" * 9_000 + '"]}')
    texts: Any = frame["a\\ud800"]
    assert texts[:2] == ["\\x1b[2J\\r\\nforged", "Pro 3EM"]
    assert len(texts[2]) < 5_000
    assert frame_from('{"a":"\x9b\u202e"}') == {"a": "\\x9b\\u202e"}


def test_an_error_of_a_meter_is_one_short_line() -> None:
    said = str(Declined("EM.GetStatus", 500, "\x1b[31m\nINFO all is well" + "x" * 200_000))
    assert said.startswith("EM.GetStatus: \\x1b[31m\\nINFO all is well")
    assert len(said) < 150


@pytest.mark.parametrize("code", ["1" + "0" * 4_000, "-1e300", "true", '"401"', "[429]", "4.5"])
def test_a_code_that_is_no_number_of_a_meter_is_none(code: str) -> None:
    assert error_of(frame_from(f'{{"error":{{"code":{code},"message":"x"}}}}')) == (0, "x")


@pytest.mark.parametrize(
    "message",
    [
        '{"realm":"\\ud800","nonce":"\\udfff"}',
        '{"realm":"a","nonce":1e400}',
        '{"realm":"a","nonce":' + "9" * 4_000 + "}",
        '{"realm":' * 20_000,
        '{"realm":"a","nonce":5,"nc":"\\ud800"}',
    ],
)
def test_a_challenge_may_hold_anything(message: str) -> None:
    offered = challenge_from(message)
    assert offered is None or isinstance(offered[0], Challenge)
    if offered:
        json.dumps(offered[0].answer("secret")).encode()
