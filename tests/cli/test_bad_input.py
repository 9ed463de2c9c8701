"""What nobody should give a verb: a sentence and status 2, never a trace, never for ever."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.cli.kit import MAC, run, written
from tests.settings.writing import METER

START = 1_750_000_500
DEADLINE_S = 120
ODD = ["pipe", "folder", "loop", "binary", "empty", "gone", "device", "huge", "n" * 300]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings in a folder with odd things, and a store with one minute."""
    home = tmp_path / "home"
    config = written(home)
    (home / "minutes.csv").write_text(f"start,imported_wh\n{START},1.5\n")
    more = ("--meter", "mains", "--mac", MAC, "--period", "60")
    assert run("import", "-c", config, home / "minutes.csv", *more).exit_code == 0
    os.mkfifo(home / "pipe")
    (home / "folder").mkdir()
    (home / "loop").symlink_to(home / "loop")
    (home / "binary").write_bytes(bytes(range(256)) * 20)
    (home / "empty").write_bytes(b"")
    (home / "device").symlink_to("/dev/zero")
    with (home / "huge").open("wb") as file:
        file.truncate(1 << 30)
    return config


def _refused(*arguments: str | Path) -> str:
    began = time.monotonic()
    result = run(*arguments)
    assert time.monotonic() - began < DEADLINE_S
    assert result.exit_code == 2, (arguments, result.output, result.exception)
    assert "Traceback" not in result.output
    assert len(result.stderr) < 3_000
    return result.stderr


@pytest.mark.parametrize("odd", ODD)
def test_a_file_that_is_none(config: Path, odd: str) -> None:
    path = config.parent / odd
    _refused("check-config", "-c", path)
    _refused("serve", "-c", path) if odd != "gone" else None  # there it will be written
    _refused("restore", "-c", config, path)
    _refused("openapi", "--check", path) if odd != "folder" else None
    _refused("import", "-c", config, path, "--meter", "mains", "--period", "60")
    if odd not in {"folder", "gone"}:
        _refused("backup", "-c", config, path)
        _refused("certificate", "-c", config, "--folder", path)
        _refused("demo", "--days", "1", "--port", "0", "--store", path)
    if odd not in {"pipe", "loop", "gone", "device"}:
        _refused("export", "-c", config, "-o", path)
        _refused("record", "127.0.0.1:9", "--seconds", "1", "-o", path)


@pytest.mark.parametrize("odd", [*ODD, "below/nothing", "minutes.csv/below"])
@pytest.mark.parametrize("key", ["store", "tls", "token_file", "password_file", "uri_file"])
def test_what_settings_name_is_found_out_before_a_start(config: Path, key: str, odd: str) -> None:
    """The same is said by `check-config` and by `serve`."""
    if key == "store" and odd in {"empty", "gone"}:
        return
    path = config.parent / "odd.toml"
    path.write_text(
        {
            "store": f'[server]\nport = 0\n[store]\npath = "{odd}"\n{METER}',
            "tls": f'[server]\nport = 0\ntls_cert = "{odd}"\ntls_key = "{odd}"\n{METER}',
            "token_file": f'[server]\nport = 0\ntoken_file = "{odd}"\n{METER}',
            "password_file": f'[server]\nport = 0\n{METER}password_file = "{odd}"\n',
            "uri_file": f'[server]\nport = 0\n[mongodb]\nuri_file = "{odd}"\n{METER}',
        }[key]
    )
    told = _refused("check-config", "-c", path)
    assert _refused("serve", "-c", path).splitlines()[-1] == told.splitlines()[-1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_folder_that_may_not_be_written(config: Path, mode: int) -> None:
    folder = config.parent / "folder"
    folder.chmod(mode)
    path = config.parent / "odd.toml"
    path.write_text(f'[store]\npath = "folder/books"\n{METER}')
    assert "run this as its owner" in _refused("check-config", "-c", path)
    folder.chmod(0o700)


@pytest.mark.skipif(not Path("/sys/kernel").exists(), reason="there is no such folder to try")
def test_a_folder_where_nobody_can_write(config: Path) -> None:
    path = config.parent / "odd.toml"
    path.write_text(f'[store]\npath = "/sys/books"\n{METER}')
    told = _refused("check-config", "-c", path)
    assert "the folder of the store can't be written (/sys: " in told
    assert _refused("serve", "-c", path).splitlines()[-1] == told.splitlines()[-1]


def test_a_store_of_another_program_is_found_out_before_a_start(config: Path) -> None:
    store = config.parent / "wattledger.sqlite"
    store.write_bytes(store.read_bytes().replace(b"WATT", b"SONG", 1))
    assert "another program" in _refused("check-config", "-c", config)


def test_days_that_no_calendar_has_and_those_the_wrong_way_round(config: Path) -> None:
    assert "is after" in _refused(
        "export", "-c", config, "--from", "2025-06-02", "--to", "2025-06-01"
    )
    for first, last in (("0001-01-01", "9999-12-31"), ("1970-01-01", "2099-12-31")):
        result = run("export", "-c", config, "--from", first, "--to", last)
        assert (result.exit_code, result.stderr) == (0, "1 records written\n")


def test_an_export_goes_over_no_file_unasked_and_is_whole_or_not_there(config: Path) -> None:
    out = config.parent / "out.csv"
    assert run("export", "-c", config, "-o", out).exit_code == 0
    content = out.read_text()
    out.write_text("mine")
    assert "say --overwrite" in _refused("export", "-c", config, "-o", out)
    assert out.read_text() == "mine"
    assert run("export", "-c", config, "-o", out, "--overwrite").exit_code == 0
    assert out.read_text() == content
    assert not list(config.parent.glob("*.part"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to try")
@pytest.mark.parametrize("verb", [["openapi"], ["check-config"], ["export"]])
async def test_a_full_disk_behind_the_output(config: Path, verb: list[str]) -> None:
    arguments = [*verb, *([] if verb == ["openapi"] else ["-c", str(config)])]
    with Path("/dev/full").open("w") as full:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "wattledger",
            *arguments,
            stdout=full,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(300):
            _, told = await process.communicate()
    assert process.returncode == 2
    assert told.decode().endswith("wattledger: No space left on device\n")
    assert b"Traceback" not in told


async def test_whoever_reads_only_the_beginning_of_the_output(config: Path) -> None:
    command = f"{sys.executable} -m wattledger export -c {config} | head -c 1"
    process = await asyncio.create_subprocess_shell(command, stderr=asyncio.subprocess.PIPE)
    async with asyncio.timeout(300):
        _, told = await process.communicate()
    assert b"Traceback" not in told


@pytest.mark.parametrize("url", ["https://\x1b[2J", f"https://{'x' * 5_000}", "https://a\u2028b"])
def test_an_address_for_phones_that_is_none(config: Path, url: str) -> None:
    assert "an address such as" in _refused("pair", "-c", config, "--url", url)


@pytest.fixture
def babbler(config: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """Something else that listens where a server would."""
    place = config.parent / "wattledger.sqlite.console"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(place))
        listener.listen()

        def answer() -> None:
            line, _ = listener.accept()
            with line:
                line.sendall(request.param)
                line.shutdown(socket.SHUT_WR)
                line.recv(1_000)

        thread = Thread(target=answer)
        thread.start()
        yield
        thread.join(10)


@pytest.mark.parametrize(
    "babbler",
    [b"no JSON\n", b"[]\n", b"7\n", b'{"code": 1}\n', b"", b"[" * 5_000 + b"\n", b"\xff\n"],
    indirect=True,
)
@pytest.mark.usefixtures("babbler")
def test_what_listens_beside_the_store_and_is_no_server(config: Path) -> None:
    told = _refused("pair", "-c", config)
    assert "no server of this version" in told or "has stopped" in told
