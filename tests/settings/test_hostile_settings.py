"""Settings, and files that they name, which nobody would write: faults in words, and soon."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.settings.writing import METER, faults, read
from wattledger.energy.errors import BadSettings
from wattledger.settings_faults import LONGEST_WORDS, MOST_TOLD
from wattledger.settings_file import MOST_BYTES, read_settings

DEADLINE_S = 120
"""Far more than it takes on a busy machine, and far less than what these took once."""

MANY = "".join(
    f'[[meters]]\nname = "m{number}"\nrole = "grid"\nhost = "h{number}"\n'
    for number in range(3_000)
)
TEXTS = {
    "3,000 meters": MANY,
    "as many as a file may have": MANY[: MOST_BYTES - 100].rpartition("[[")[0],
    "meters that are all faults": "[[meters]]\nx = 1\n" * 3_000,
    "as many of those": "[[meters]]\nx = 1\n" * 3_000,
    "keys within keys": f"{'a.' * 20_000}a = 1",
    "sections within sections": f"[{'a.' * 20_000}a]",
    "known keys within keys": f"[site]\nname.{'a.' * 20_000}a = 1",
    "many long keys": "\n".join(f"a{n}.{'a.' * 299}a = 1" for n in range(100)),
    "arrays within arrays": f"a = {'[' * 20_000}",
    "tables within tables": f"a = {'{a = ' * 10_000}",
    "within a key that is known": f"[site]\nname = {'[' * 300}{']' * 300}",
    "one long line": f"# {'x' * 10_000_000}",
    "a long text": f'{METER}[site]\nname = "{"x" * 60_000}"',
    "a long key": f"{METER}[site]\n{'x' * 60_000} = 1",
    "many unknown keys": METER + "".join(f"[s{number}]\n" for number in range(5_000)),
    "a number without end": f"[server]\nport = {'9' * 4_000}\n{METER}",
    "a fuse without end": f"[site]\nmain_fuse_a = {'9' * 4_000}\n{METER}",
    "arrays instead of sections": "[[site]]\n[[server]]\n[[store]]\n[[mongodb]]\n[meters]\n",
    "numbers instead of sections": "site = 1\nserver = 2\nstore = 3\nmongodb = 4\nmeters = 5\n",
    "dates instead of texts": METER.replace('"mains"', "1979-05-27T07:32:00Z"),
    "a zone that is a folder": f'[site]\ntime_zone = "Europe"\n{METER}',
    "a zone elsewhere": f'[site]\ntime_zone = "../../../etc/passwd"\n{METER}',
    "a zone that counts leap seconds": f'[site]\ntime_zone = "right/Europe/Helsinki"\n{METER}',
    "a zone of this machine's own": f'[site]\ntime_zone = "localtime"\n{METER}',
    "a zone without end": f'[site]\ntime_zone = "{"x" * 9_000}"\n{METER}',
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_few_faults_soon(tmp_path: Path, case: str) -> None:
    began = time.monotonic()
    told = faults(tmp_path, TEXTS[case])
    assert time.monotonic() - began < DEADLINE_S
    assert 0 < len(told) <= MOST_TOLD + 1
    assert all(len(fault) < LONGEST_WORDS + 400 for fault in told)
    assert all(fault.isprintable() for fault in told)


NOT_PRINTABLE = ["a\\u0000b", "a\\nb", "a\\u001b[2Jb", "a\\u202eb", "a\\u2028b"]
LONG = "x" * 20_000


@pytest.mark.parametrize("value", [*NOT_PRINTABLE, LONG])
@pytest.mark.parametrize(
    ("section", "key"),
    [
        *(("site", key) for key in ("name", "time_zone", "netting")),
        *(("server", key) for key in ("host", "access", "token", "tls_cert", "tls_key")),
        ("store", "path"),
        *(("mongodb", key) for key in ("database", "site_id")),
        *(("meters", key) for key in ("name", "role", "host", "password", "production")),
    ],
)
def test_no_text_with_what_nobody_can_type_or_without_end(
    tmp_path: Path, section: str, key: str, value: str
) -> None:
    table = {
        "mongodb": 'uri = "mongodb://h"\n',
        "meters": 'name = "roof"\nrole = "solar"\nhost = "h"\n',
    }.get(section, "")
    lines = [line for line in table.splitlines() if not line.startswith(f"{key} ")]
    title = "[[meters]]" if section == "meters" else f"[{section}]"
    text = "\n".join([METER, title, *lines, f'{key} = "{value}"', ""])
    if key in {"token", "password"} and "u20" in value:  # which a secret may have
        assert read(tmp_path, text).meters
        return
    told = faults(tmp_path, text)
    assert any(f".{key}: " in fault for fault in told), told
    assert all(fault.isprintable() and len(fault) < LONGEST_WORDS + 100 for fault in told)


@pytest.mark.parametrize(
    "host", ["0.0.0.0:8080", "http://h", "[::1]", "a b", "999.1.1.1", "1.2.3", "h/x", f"{'a' * 64}"]
)
def test_where_no_server_can_listen(tmp_path: Path, host: str) -> None:
    (told,) = faults(tmp_path, f'[server]\nhost = "{host}"\naccess = "token"\n{METER}')
    assert "server.host: must be an address such as 0.0.0.0, or a name; no port" in told


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "fe80::1%eth0", "pi.local", "pi_4"])
def test_where_one_can(tmp_path: Path, host: str) -> None:
    text = f'[server]\nhost = "{host}"\naccess = "token"\n{METER}'
    assert read(tmp_path, text).server.host == host


SECRET = "mongodb://a-secret-of-24-letters"
SECRETS = {
    "password": lambda: f'{METER}password_file = "secret"\n',
    "token": lambda: f'[server]\ntoken_file = "secret"\n{METER}',
    "uri": lambda: f'[mongodb]\nuri_file = "secret"\n{METER}',
}


@pytest.mark.parametrize("key", SECRETS)
@pytest.mark.parametrize(
    "content",
    [
        SECRET.encode(),
        f"{SECRET}\n".encode(),
        f"{SECRET}\r\n".encode(),
        f"{SECRET}\r".encode(),
        f"  {SECRET}  \n# why\n".encode(),
        SECRET.encode("utf-8-sig"),
        f"{SECRET}\r\n".encode("utf-8-sig"),
    ],
)
def test_a_secret_however_its_file_was_saved(tmp_path: Path, key: str, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    settings = read(tmp_path, SECRETS[key]())
    found = {
        "password": settings.meters[0].password,
        "token": settings.server.token,
        "uri": settings.mongodb.uri if settings.mongodb else None,
    }[key]
    assert found is not None
    assert found.get_secret_value() == SECRET


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


def _holds(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


NO_SECRETS = {
    "pipe": _pipe,
    "folder": _folder,
    "loop": _loop,
    "device": _device,
    "huge": _huge,
    "empty": _holds(b""),
    "blank": _holds(b"\n secret\n"),
    "mark alone": _holds(b"\xef\xbb\xbf\n"),
    "utf-16": _holds(f"{SECRET}\n".encode("utf-16")),
    "utf-16 without a mark": _holds(f"{SECRET}\n".encode("utf-16-le")),
    "latin-1": _holds("pässwörd\n".encode("latin-1")),
    "binary": _holds(bytes(range(256))),
    "nul": _holds(b"sec\0ret\n"),
    "escape": _holds(b"sec\x1b[2Jret\n"),
}


@pytest.mark.parametrize("key", SECRETS)
@pytest.mark.parametrize("kind", NO_SECRETS)
def test_a_file_that_holds_no_secret_is_one_fault(tmp_path: Path, key: str, kind: str) -> None:
    NO_SECRETS[kind](tmp_path / "secret")
    began = time.monotonic()
    (told,) = faults(tmp_path, SECRETS[key]())
    assert time.monotonic() - began < DEADLINE_S
    assert f"{key}_file: " in told
    assert told.isprintable()
    assert "letters" not in told


@pytest.mark.parametrize("kind", [*NO_SECRETS])
def test_settings_that_are_no_file_of_settings(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "wattledger.toml"
    NO_SECRETS[kind](path)
    began = time.monotonic()
    with pytest.raises(BadSettings) as told:
        read_settings(path, {})
    assert time.monotonic() - began < DEADLINE_S
    assert len(told.value.faults) == 1


@pytest.mark.parametrize(
    "name",
    [
        "METERS__00000000001__HOST",
        f"METERS__{'0' * 5_000}1__HOST",
        "METERS__²__HOST",
        "METERS__-1__X",
    ],
)
def test_a_number_of_no_meter_in_the_environment(tmp_path: Path, name: str) -> None:
    (told,) = faults(tmp_path, METER, {f"WATTLEDGER_{name}": "h"})
    assert "no such meter" in told
    assert len(told) < LONGEST_WORDS + 400


def test_a_value_of_the_environment_that_is_no_text(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, METER, {"WATTLEDGER_SITE__NAME": "a\udcffb"})
    assert told.startswith("environment WATTLEDGER_SITE__NAME: ")
    told.encode()
