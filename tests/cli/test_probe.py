"""`probe` and `record` before pretend meters on real sockets."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.kit import MAC, pretend, run, started
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.meter import PretendMeter
from wattledger.simulator.quirks import Quirks

PASSWORD = "correct horse"


async def _probed(meter: PretendMeter, *more: str) -> Result:
    return await asyncio.to_thread(run, "probe", meter.address, "--seconds", "1", *more)


async def test_it_says_who_answers_and_what_flows() -> None:
    async with pretend() as meter:
        result = await _probed(meter)
    assert result.exit_code == 0, result.stderr
    identity, header, reading = result.stdout.splitlines()
    assert identity == f"Shelly Pro 3EM (SPEM-003CEBEU), MAC {MAC}, firmware 1.7.5, triphase"
    assert header.split()[:2] == ["total", "W"]
    numbers = reading.split()
    assert numbers[:3] == ["0", "s", "250.0"]
    assert (numbers[3], numbers[7], numbers[11]) == ("100.0", "200.0", "-50.0")


async def test_a_meter_of_two_channels_has_no_third_phase_and_one_not_known_a_note() -> None:
    meter = PretendMeter(
        feed=ConstantFeed(),
        clock=SimClock(),
        mac=MAC,
        model="SPEM-002CEBEU50",
        quirks=Quirks(calls_itself="S4EM-002CXCEU"),
    )
    async with meter:
        result = await _probed(meter)
    assert result.exit_code == 0, result.stderr
    identity, note, header, reading = result.stdout.splitlines()
    assert identity == f"S4EM-002CXCEU, MAC {MAC}, firmware 1.7.5, monophase"
    assert note.startswith("note: a S4EM-002CXCEU is not known here")
    assert "b W" in header
    assert "c W" not in header
    assert reading.split()[2] == "300.0"


def _read_one_line(address: str) -> tuple[str, str, int]:
    """What `probe | head -n 1` shows, what it says on standard error, and its status."""
    with subprocess.Popen(
        [sys.executable, "-m", "wattledger", "probe", address],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as verb:
        assert verb.stdout is not None
        assert verb.stderr is not None
        first = verb.stdout.readline()
        verb.stdout.close()
        return first, verb.stderr.read(), verb.wait(300)


async def test_who_reads_no_further_ends_it_quietly() -> None:
    async with pretend() as meter:
        first, said, status = await asyncio.to_thread(_read_one_line, meter.address)
    assert first.startswith("Shelly Pro 3EM")
    assert (said, status) == ("", 1)


async def test_with_its_password() -> None:
    async with pretend(PASSWORD) as meter:
        result = await _probed(meter, "--password", PASSWORD)
    assert result.exit_code == 0, result.stderr
    assert "250.0" in result.stdout
    assert PASSWORD not in result.output


async def test_with_the_password_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATTLEDGER_PASSWORD", PASSWORD)
    async with pretend(PASSWORD) as meter:
        result = await _probed(meter)
    assert result.exit_code == 0, result.stderr


async def test_a_wrong_password_is_told_at_once_and_not_shown() -> None:
    async with pretend(PASSWORD) as meter:
        async with asyncio.timeout(300):
            result = await _probed(meter, "--password", "battery staple")
        assert meter.address in result.stderr
    assert result.exit_code == 2
    assert "refuses the password" in result.stderr
    assert "battery staple" not in result.output
    assert "Traceback" not in result.output


async def test_a_missing_password_is_told_with_what_to_do() -> None:
    async with pretend(PASSWORD) as meter:
        result = await _probed(meter)
    assert result.exit_code == 2
    assert "wants a password: put it into WATTLEDGER_PASSWORD" in result.stderr


def test_nobody_there() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    result = run("probe", address)
    assert result.exit_code == 2
    assert result.stderr == f"wattledger: {address}: no connection: Connection refused\n"


@pytest.mark.parametrize("address", ["", "http://127.0.0.1/", "127.0.0.1:99999", "a;b"])
def test_what_is_no_address_is_said_in_words(address: str) -> None:
    result = run("probe", address)
    assert result.exit_code == 2
    assert "Error" not in result.stderr
    assert "Invalid" not in result.stderr


async def test_an_interrupt_ends_it_quietly() -> None:
    async with pretend() as meter, started("probe", meter.address) as probe:
        for _ in range(3):
            assert await probe.line()
        probe.send(signal.SIGINT)
        status, told = await probe.end()
    assert (status, told) == (0, "")


async def test_a_recording_has_answers_and_frames_and_no_address(tmp_path: Path) -> None:
    output = tmp_path / "meter.json"
    async with pretend(PASSWORD) as meter:
        result = await asyncio.to_thread(
            run, "record", meter.address, "--seconds", "1", "-o", output, "--password", PASSWORD
        )
    assert result.exit_code == 0, result.stderr
    assert "Read it before you share it" in result.stderr
    text = output.read_text()
    assert MAC not in text.upper()
    assert PASSWORD not in text
    recording = json.loads(text)
    assert "EM.GetStatus" in [call["method"] for call in recording["calls"]]


async def test_a_recording_that_can_not_be_written(tmp_path: Path) -> None:
    async with pretend() as meter:
        result = await asyncio.to_thread(
            run, "record", meter.address, "--seconds", "1", "-o", tmp_path / "no" / "meter.json"
        )
    assert result.exit_code == 2
    assert "No such file" in result.stderr
