"""`demo`: a first start, a second one, and a new beginning."""

import json
import signal
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import httpx
import pytest

from tests.cli.kit import Process, run, started
from wattledger.cli.demo import _book_history, _settings
from wattledger.cli.demo_homes import DemoHome, small_home
from wattledger.simulator.feeds.household import MinuteRow
from wattledger.store.lock import StoreLock

TOLD = "The demo is at "


async def _url(demo: Process) -> str:
    while not (line := await demo.line()).startswith(TOLD):
        assert line, "the demo has ended"
    return line.removeprefix(TOLD)


async def _stopped(demo: Process) -> None:
    demo.send(signal.SIGTERM)
    status, told = await demo.end()
    assert status == 0, told


def _first_minute(store: Path) -> int:
    with closing(sqlite3.connect(store / "demo.sqlite")) as file:
        return int(file.execute("SELECT min(key) >> 8 FROM minutes").fetchone()[0])


async def test_first_start_second_start_and_a_new_beginning(tmp_path: Path) -> None:
    demo = ("demo", "--port", "0", "--store", tmp_path, "--days")
    async with started(*demo, "2") as first:
        assert "DEMO of a home that does not exist" in await first.line()
        url = await _url(first)
        assert "Ctrl-C ends it" in await first.line()
        assert await first.line() == ""
        assert "composed of measured series" in await first.line()
        async with httpx.AsyncClient(
            timeout=300, trust_env=False, verify=False, base_url=url
        ) as client:
            site = (await client.get("/api/v1/site")).json()
            yesterday = (await client.get("/api/v1/energy/yesterday")).json()
        assert site["demo"] is True
        assert [meter["role"] for meter in site["meters"]] == ["grid", "solar"]
        assert yesterday["totals"]["coverage_pct"] == 100.0
        assert yesterday["totals"]["consumed_wh"] > 0
        status, told = await _second_at_once(*demo, "2")
        assert status == 2
        assert "in use by another process" in told
        await _stopped(first)

    begun = _first_minute(tmp_path)
    async with started(*demo, "9") as second:
        await _url(second)
        await _stopped(second)
    assert _first_minute(tmp_path) == begun

    (tmp_path / "demo-of-mine.txt").write_text("kept")
    async with started(*demo, "1", "--fresh") as anew:
        await _url(anew)
        await _stopped(anew)
    assert _first_minute(tmp_path) == begun + 1_440
    assert (tmp_path / "demo-of-mine.txt").read_text() == "kept"
    assert json.loads((tmp_path / "demo-mains.json").read_text())


async def test_a_large_home_has_a_battery_two_plants_and_parts(tmp_path: Path) -> None:
    """All of it on the books, and what is used comes from somewhere."""
    demo = ("demo", "--port", "0", "--store", tmp_path, "--days", "2", "--home", "large")
    async with started(*demo) as running:
        url = await _url(running)
        async with httpx.AsyncClient(timeout=300, trust_env=False, base_url=url) as client:
            site = (await client.get("/api/v1/site")).json()
            totals = (await client.get("/api/v1/energy/yesterday")).json()["totals"]
        await _stopped(running)
    assert [one["role"] for one in site["meters"]] == [
        *("grid", "solar", "solar", "battery", "load", "load")
    ]
    assert totals["coverage_pct"] == totals["battery_coverage_pct"] == 100
    assert totals["charged_wh"] > 0
    assert totals["discharged_wh"] > 0
    pump, car = totals["loads"]
    assert (pump["coverage_pct"], car["coverage_pct"]) == (100, 100)
    assert 0 < pump["consumed_wh"] + car["consumed_wh"] < totals["consumed_wh"]
    assert (tmp_path / "demo-large.sqlite").exists()


async def _second_at_once(*arguments: str | Path) -> tuple[int, str]:
    async with started(*arguments, "--fresh") as second:
        return await second.end()


def broken_off(home: DemoHome) -> DemoHome:
    """A home whose history is broken off after three days, as by an impatient hand."""

    def days(start: int, end: int) -> Iterator[Mapping[str, list[MinuteRow]]]:
        yield from islice(home.days(start, end), 3)
        raise KeyboardInterrupt

    return replace(home, days=days)


async def test_a_first_start_that_was_broken_off_is_taken_up(tmp_path: Path) -> None:
    home = small_home()
    hosts = {"mains": "127.0.0.1:1", "solar": "127.0.0.1:2"}
    settings = _settings("127.0.0.1", 0, tmp_path, home, hosts)
    with pytest.raises(KeyboardInterrupt):
        await _book_history(settings, broken_off(home), 6, 1)
    begun = _first_minute(tmp_path)
    await _book_history(settings, home, 6, 1)
    assert _first_minute(tmp_path) == begun
    with closing(sqlite3.connect(tmp_path / "demo.sqlite")) as file:
        assert file.execute("SELECT count(*) FROM gaps").fetchone() == (0,)
        assert file.execute("SELECT count(*) FROM days").fetchone()[0] >= 4 * 6


def test_a_port_in_use_is_told_before_anything_is_booked(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        result = run("demo", "--port", port, "--store", tmp_path / "store")
    assert result.exit_code == 2
    assert f"port {port}: Address already in use; say another --port" in result.stderr
    assert not (tmp_path / "store").exists()


def test_a_second_one_leaves_the_meters_memory_alone(tmp_path: Path) -> None:
    running = StoreLock(tmp_path / "demo.sqlite")
    try:
        result = run("demo", "--port", "0", "--store", tmp_path)
    finally:
        running.release()
    assert result.exit_code == 2
    assert "in use by another process" in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["demo.sqlite.lock"]


def test_it_listens_for_this_machine_only(tmp_path: Path) -> None:
    result = run("demo", "--host", "0.0.0.0", "--store", tmp_path / "store")
    assert result.exit_code == 2
    assert "loopback only" in result.stderr
    assert not (tmp_path / "store").exists()
