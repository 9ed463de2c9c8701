"""`pair`: a code for a phone, from a running server to the terminal and back."""

import asyncio
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from pathlib import Path

import httpx
import pytest
import segno

from tests.api.certificates import made_in
from tests.cli.kit import READY, run, started, written
from wattledger.cli.qr import QUIET_MODULES, qr_lines
from wattledger.cli.server_address import url_for_phones
from wattledger.control_socket.unix_socket import place_of

CLOSED = 'port = 0\naccess = "token"'
URL = "http://192.168.1.10:8080/pair#7K2M-9QXD"
COLOURS = re.compile(r"\x1b\[[\d;]*m")


def _code(line: str) -> str:
    assert line.startswith("  code  "), line
    return line.removeprefix("  code  ")


async def test_a_phone_pairs_and_is_removed(tmp_path: Path) -> None:
    config = written(tmp_path, server=f'{CLOSED}\nhost = "0.0.0.0"')
    async with started("serve", "--config", config) as server:
        line = await server.line()
        base = line.removeprefix(READY)
        async with (
            started("pair", "-c", config, "--url", "https://home.example/") as verb,
            httpx.AsyncClient(timeout=300, trust_env=False, base_url=base) as phone,
        ):
            assert await verb.line() == ""
            opened = await verb.line()
            code = _code(await verb.line())
            assert opened == f"  open  https://home.example/pair#{code}"
            said = [await verb.line() for _ in range(3)]
            assert said[1].startswith("Open that address on the phone")
            assert "It holds until " in said[2]
            assert (await phone.get("/api/v1/power")).status_code == 401
            asked = {"code": code, "device": "Päivin puhelin"}
            answer = await phone.post("/api/v1/access/pair", json=asked)
            device = answer.json()
            assert await verb.line() == (
                f"Paired: Päivin puhelin (to remove it: wattledger pair --remove {device['id']})"
            )
            assert await verb.end() == (0, "")
            assert (await phone.get("/api/v1/power")).status_code == 200
            listed = await asyncio.to_thread(run, "pair", "-c", config, "--devices")
            assert re.fullmatch(
                rf"{device['id']}  paired 2\S+ \S+  last used 2\S+ \S+  Päivin puhelin\n",
                listed.stdout,
            )
            removed = await asyncio.to_thread(run, "pair", "-c", config, "--remove", device["id"])
            assert removed.stdout == f"Removed {device['id']}; it can't ask any more.\n"
            assert (await phone.get("/api/v1/power")).status_code == 401
            nobody = await asyncio.to_thread(run, "pair", "-c", config, "--remove", device["id"])
            assert nobody.exit_code == 2
            assert "no paired device has the id" in nobody.stderr
            listed = await asyncio.to_thread(run, "pair", "-c", config, "--devices")
            assert "No device is paired" in listed.stdout
        server.send(signal.SIGTERM)
        status, told = await server.end()
    assert status == 0, told
    assert "'Päivin puhelin' was paired" in told
    for secret in (code, code.replace("-", ""), device["token"]):
        assert secret not in told
    assert not place_of(tmp_path / "wattledger.sqlite").exists()


async def test_a_phone_that_only_looks(tmp_path: Path) -> None:
    config = written(tmp_path, server=CLOSED)
    async with started("serve", "--config", config) as server:
        base = await server.url()
        async with httpx.AsyncClient(timeout=300, trust_env=False, base_url=base) as phone:
            for device, words in (("first", ()), ("tablet", ("--look",))):
                url = ("--url", "https://home.example")
                async with started("pair", "-c", config, *url, *words) as verb:
                    lines = [await verb.line() for _ in range(3)]
                    code = _code(lines[2])
                    asked = {"code": code, "device": device}
                    phone.cookies.clear()
                    await phone.post("/api/v1/access/pair", json=asked)
                    assert (await verb.end())[0] == 0
            assert (await phone.get("/api/v1/settings")).status_code == 403
            listed = await asyncio.to_thread(run, "pair", "-c", config, "--devices")
    told = {line.rpartition("  ")[2] for line in listed.stdout.splitlines()}
    assert told == {"first", "(looks)"}
    refused = await asyncio.to_thread(run, "pair", "-c", config, "--devices", "--look")
    assert "do not go together" in refused.stderr


async def test_who_stops_waiting_takes_the_code_back(tmp_path: Path) -> None:
    config = written(tmp_path, server=CLOSED)
    async with started("serve", "--config", config) as server:
        base = await server.url()
        async with started("pair", "-c", config) as verb:
            # On loopback no phone can open an address of ours.
            assert "say that with --url" in await verb.line()
            await verb.line()
            code = _code(await verb.line())
            for _ in range(3):
                await verb.line()
            verb.send(signal.SIGINT)
            status, told = await verb.end()
            assert status == 1
            assert "the code was taken back" in told
            assert "Traceback" not in told
        async with httpx.AsyncClient(timeout=300, trust_env=False, base_url=base) as phone:
            asked = {"code": code, "device": "late"}
            answer = await phone.post("/api/v1/access/pair", json=asked)
        assert answer.status_code == 403


async def test_a_server_that_stops_ends_the_waiting(tmp_path: Path) -> None:
    config = written(tmp_path, server=CLOSED)
    async with started("serve", "--config", config) as server:
        await server.url()
        async with started("pair", "-c", config) as verb:
            await verb.line()
            server.send(signal.SIGTERM)
            assert (await server.end())[0] == 0
            status, told = await verb.end()
    assert status == 2
    assert "the server has stopped" in told


async def test_an_open_server_says_how_to_let_phones_in(tmp_path: Path) -> None:
    config = written(tmp_path)
    async with started("serve", "--config", config) as server:
        await server.url()
        told = await asyncio.to_thread(run, "pair", "-c", config)
    assert told.exit_code == 2
    assert 'access = "open"' in told.stderr
    assert 'access = "token" under [server]' in told.stderr


async def test_over_https_the_address_has_the_name_of_the_certificate(tmp_path: Path) -> None:
    tls = made_in(tmp_path, "pi.home.example")
    files = f'tls_cert = "{tls.certificate}"\ntls_key = "{tls.key}"'
    config = written(tmp_path, server=f"{CLOSED}\n{files}")
    async with started("serve", "--config", config) as server:
        base = await server.url()
        async with (
            started("pair", "-c", config) as verb,
            httpx.AsyncClient(timeout=300, trust_env=False, verify=False, base_url=base) as phone,
        ):
            await verb.line()
            opened = await verb.line()
            port = base.rpartition(":")[2]
            assert opened.startswith(f"  open  https://pi.home.example:{port}/pair#")
            asked = {"code": opened.rpartition("#")[2], "device": "iPhone"}
            answer = await phone.post("/api/v1/access/pair", json=asked)
            assert "; Secure" in answer.headers["set-cookie"]
            assert (await phone.get("/api/v1/power")).status_code == 200
            await verb.line()


def test_without_a_server_it_says_so(tmp_path: Path) -> None:
    told = run("pair", "-c", written(tmp_path))
    assert told.exit_code == 2
    assert "no server is running on the store" in told.stderr
    assert "start it, then pair" in told.stderr


def test_a_server_elsewhere_pairs_no_phones(tmp_path: Path) -> None:
    config = tmp_path / "wattledger.toml"
    config.write_text('[mongodb]\nuri = "mongodb://127.0.0.1"\n')
    told = run("pair", "-c", config)
    assert told.exit_code == 2
    assert "a server without meters pairs no phones" in told.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--devices", "--remove", "x"), ("--devices", "--url", "http://x"), ("--url",)],
)
def test_words_that_do_not_go_together(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run("pair", "-c", written(tmp_path), *arguments).exit_code == 2


@pytest.mark.parametrize("url", ["home.example", "ftp://x", "http://x/#y", "http://x?y", ""])
async def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    told = await asyncio.to_thread(run, "pair", "-c", written(tmp_path), "--url", url)
    assert told.exit_code == 2
    assert "--url" in told.stderr


def _modules(lines: list[str]) -> list[list[bool]]:
    """The dark modules of a drawn code, its frame left out."""
    rows: list[list[bool]] = []
    for line in lines:
        assert line.startswith("\x1b[30;107m")
        assert line.endswith("\x1b[0m")
        signs = COLOURS.sub("", line)
        rows.append([sign in "▀█" for sign in signs])
        rows.append([sign in "▄█" for sign in signs])
    size = len(rows[0])
    assert not any(rows[size]) if len(rows) > size else True
    frame = QUIET_MODULES
    return [row[frame : size - frame] for row in rows[frame : size - frame]]


def test_a_terminal_shows_the_code_that_a_camera_reads() -> None:
    lines = qr_lines(URL, 80, "utf-8")
    assert lines is not None
    expected = segno.make(URL, error="l", micro=False, boost_error=False)
    assert _modules(lines) == [[bool(dark) for dark in row] for row in expected.matrix]


def test_without_half_blocks_a_module_is_two_spaces() -> None:
    lines = qr_lines(URL, 80, "latin-1") or []
    expected = segno.make(URL, error="l", micro=False, boost_error=False)
    drawn = [
        [ink == "0" for ink in re.findall(r"\x1b\[(?:4|10)(\d)m  ", line)][2:-2] for line in lines
    ]
    assert drawn[2:-2] == [[bool(dark) for dark in row] for row in expected.matrix]
    assert all(line.isascii() for line in lines)


def test_a_window_that_is_too_narrow_gets_none() -> None:
    size = len(qr_lines(URL, 80, "utf-8") or []) * 2 - 1
    assert qr_lines(URL, size, "utf-8")
    assert qr_lines(URL, size - 1, "utf-8") is None
    assert qr_lines(URL, 2 * size, "ascii")
    assert qr_lines(URL, 2 * size - 1, "no-such-encoding") is None


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("192.168.1.10", 8080, "http://192.168.1.10:8080"),
        ("pi.local", 80, "http://pi.local"),
        ("fd00::1", 8080, "http://[fd00::1]:8080"),
        ("127.0.0.1", 8080, None),
        ("::1", 8080, None),
        ("localhost", 8080, None),
    ],
)
def test_the_address_for_phones(host: str, port: int, url: str | None) -> None:
    assert url_for_phones("http", host, port) == url


def test_a_server_on_all_addresses_is_reached_at_one() -> None:
    url = url_for_phones("https", "0.0.0.0", 443)
    # A machine without any network has none.
    assert url is None or re.fullmatch(r"https://[\d.]+|https://\[[\da-f:]+\]", url)
    assert url is None or "0.0.0.0" not in url


async def test_in_a_real_terminal(tmp_path: Path) -> None:
    config = written(tmp_path, server=CLOSED)
    async with started("serve", "--config", config) as server:
        await server.url()
        for columns, drawn in ((80, True), (30, False)):
            shown = await asyncio.to_thread(_in_terminal, config, columns)
            assert ("▀" in shown) == drawn
            assert ("too narrow" in shown) == (not drawn)
            assert re.search(r"  open  http://pi.local:8080/pair#[\w]{4}-[\w]{4}\r\n", shown)
            assert "Traceback" not in shown
            if drawn:
                lines = [COLOURS.sub("", line) for line in shown.splitlines() if "107m" in line]
                assert {len(line) for line in lines} <= set(range(columns))


def _in_terminal(config: Path, columns: int) -> str:
    """What `pair` shows on a terminal of that width, until it waits."""
    outside, inside = pty.openpty()
    ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    arguments = ["pair", "-c", str(config), "--url", "http://pi.local:8080"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    environment.pop("COLUMNS", None)
    shown = b""
    with subprocess.Popen(
        [sys.executable, "-m", "wattledger", *arguments],
        env=environment,
        stdin=inside,
        stdout=inside,
        stderr=inside,
    ) as verb:
        try:
            while b"Ctrl-C" not in shown:
                assert select.select([outside], [], [], 20)[0]
                shown += os.read(outside, 65_536)
        finally:
            verb.send_signal(signal.SIGINT)
            verb.wait(20)
            os.close(outside)
            os.close(inside)
    return shown.decode()
