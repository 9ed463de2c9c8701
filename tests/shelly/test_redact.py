"""No secret of a recording survives, and one secret always has one stand-in."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shelly.kit import FIXTURES, captured
from wattledger.shelly.redact import Redactor


def redacted(recording: Any, *secrets: str) -> Any:
    return Redactor(recording, secrets).redacted(recording)


SECRETS = {
    "aioshelly/gen2_pro3em_fw1.1.0.json": [
        *("AABBCCDDEEFF", "aabbccddeeff", "Test Name", "Wifi-Network-Name", "Europe/Rome"),
        *("shelly-9-eu.shelly.cloud", "192.168.1.10", "192.168.1.105", "45.45803", "7.87121"),
    ],
    "home-assistant-core/pro_3em_fw1.6.1.json": [
        *("AABBCCDDEEFF", "aabbccddeeff", "Test Name", "Wifi-Network-Name", "mqtt.test.server"),
        *("sntp.test.server", "192.168.2.151", "22.55775", "54.94637", "Europe/Warsaw", '"iot"'),
    ],
    "matterbridge-shelly/shellypro3em-A0DD6CA0C27C.monophase.json": [
        *("A0DD6CA0C27C", "a0dd6ca0c27c", "20:23:51:59:e7:ac", "192.168.68.64", "3EM Pro"),
        *("fe80::a2dd:6cff:fea0:c27c", "fd78:cbf8:4939", "time.cloudflare.com"),
    ],
    "matterbridge-shelly/shelly3em63g3-84FCE6367400.json": [
        *("84FCE6367400", "84fce6367400", "35.205.173.252", "repo.shelly.cloud"),
    ],
    "issues/bieniu913_pro3em63_fw2.0.0_monophase_config_partial.json": [
        *("2805A5CA2E44", "2805a5ca2e44", "Panneaux solaires", "Carport", "Maison"),
        *("192.168.1.73", "shelly-289-eu.shelly.cloud", '"admin"'),
    ],
    "eddie-aiida/notifyevent_emdata_data.json": [
        *("1234567890ab", "12345678-1234-1234-1234-123456789abc"),
    ],
}


@pytest.mark.parametrize("path", SECRETS)
def test_no_secret_of_a_captured_payload_survives(path: str) -> None:
    recording = captured(path)
    assert all(secret in json.dumps(recording) for secret in SECRETS[path])
    text = json.dumps(redacted(recording))
    assert [secret for secret in SECRETS[path] if secret in text] == []


def every_capture() -> list[str]:
    """But for answers of name resolution, which are not what a meter says by RPC."""
    found = (str(path.relative_to(FIXTURES)) for path in FIXTURES.glob("*/*.json"))
    return sorted(path for path in found if not path.endswith(".mdns.json"))


@pytest.mark.parametrize("path", every_capture())
def test_what_measures_stays(path: str) -> None:
    """Numbers, truth values and the meter's own words, but for coordinates."""
    recording = captured(path)
    assert _measured(redacted(recording)) == _measured(recording)


def _measured(value: Any) -> Any:
    if isinstance(value, dict):
        return [_measured(item) for key, item in value.items() if key not in ("lat", "lon")]
    if isinstance(value, list):
        return [_measured(item) for item in value]
    return None if isinstance(value, str) else value


@pytest.mark.parametrize("path", every_capture())
def test_model_firmware_and_profile_stay(path: str) -> None:
    recording = captured(path)
    text = json.dumps(redacted(recording))
    for key in ("model", "ver", "fw_id", "app", "profile", "ct_type"):
        for value in _values_of(recording, key):
            assert json.dumps(value) in text


def _values_of(value: Any, wanted: str) -> list[Any]:
    if isinstance(value, list):
        return [found for item in value for found in _values_of(item, wanted)]
    if not isinstance(value, dict):
        return []
    found = [value[wanted]] if isinstance(value.get(wanted), str) else []
    return found + [inner for item in value.values() for inner in _values_of(item, wanted)]


def test_one_secret_has_one_stand_in_everywhere() -> None:
    recording = {
        "device": {"id": "shellypro3em-a0dd6ca0c27c", "mac": "A0DD6CA0C27C", "name": "Kitchen"},
        "frames": [{"src": "shellypro3em-a0dd6ca0c27c", "note": "Kitchen light at 10.0.0.7"}],
        "wifi": {"ssid": "home net", "bssid": "a0:dd:6c:a0:c2:7c"},
        "10.0.0.7": 1,
        "error": "Kitchen: no route to 10.0.0.7",
    }
    assert redacted(recording) == {
        "device": {"id": "shellypro3em-aabbcc000001", "mac": "AABBCC000001", "name": "name-1"},
        "frames": [{"src": "shellypro3em-aabbcc000001", "note": "name-1 light at 192.0.2.1"}],
        "wifi": {"ssid": "network-1", "bssid": "aa:bb:cc:00:00:01"},
        "192.0.2.1": 1,
        "error": "name-1: no route to 192.0.2.1",
    }


def test_empty_and_null_stay_what_they_are() -> None:
    recording = {"name": None, "ssid": "", "location": {"lat": None, "lon": 24.9}}
    assert redacted(recording) == {
        "name": None,
        "ssid": "",
        "location": {"lat": None, "lon": 0.0},
    }


def test_the_words_of_the_meter_are_no_names() -> None:
    recording = {"name": "EMData", "method": "EMData.GetData", "keys": ["a_EMData"], "ver": "1.7.5"}
    assert redacted(recording) == recording | {"name": "name-1"}


_TEXT = st.text(string.ascii_letters + string.digits + " -_.äö", min_size=6, max_size=20).map(
    lambda text: f"§{text}"
)
_FIELDS = st.sampled_from(
    ["name", "ssid", "id", "src", "client_id", "server", "user", "pass", "topic_prefix", "tz"]
)
_MACS = st.integers(0x10_0000_0000_00, 0xFFFF_FFFF_FFFF).map(lambda mac: f"{mac:012X}")
_IPS = st.ip_addresses(v=4).map(str).filter(lambda ip: not ip.startswith("192.0.2."))


@given(_FIELDS, _TEXT, _MACS, _IPS, st.integers(0, 3))
def test_no_secret_survives_wherever_it_stands(
    field: str, text: str, mac: str, address: str, depth: int
) -> None:
    inner: Any = {field: text, "bssid": ":".join(mac[at : at + 2] for at in range(0, 12, 2))}
    for _ in range(depth):
        inner = {"config": [inner]}
    recording = {
        "first": f"seen {text} at {address}, {mac.lower()}",
        "inner": inner,
        "id": f"shellypro3em-{mac.lower()}",
        "list": [text, address, mac],
        f"component:{mac}": {"total_act_power": 1.5},
    }
    shown = json.dumps(redacted(recording, "hunter2"), ensure_ascii=False)
    assert text not in shown
    assert address not in shown.replace("192.0.2.", "")
    assert mac not in shown.upper().replace(":", "")
    assert "1.5" in shown
