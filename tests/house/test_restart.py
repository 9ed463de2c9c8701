"""Other settings while it runs: all is made anew in the same process, on the same sockets."""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import ssl
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.certificates import made_in
from tests.asking import get, new_client
from wattledger.composition.service import Service
from wattledger.energy.errors import StoreUnusable, WattledgerError
from wattledger.settings import Settings
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.meter import PretendMeter

MAC, OTHER_MAC = "A0DD6CA0C27C", "84FCE6367400"
AGAIN_S = 2.0
"""Within this a stream tells the new home."""


def settings_of(folder: Path, host: str, **sections: Any) -> Settings:
    return Settings.model_validate(
        {
            "server": {"port": 0},
            "store": {"path": str(folder / "books.sqlite")},
            "meters": [{"name": "mains", "role": "grid", "host": host}],
            **sections,
        }
    )


class Running:
    def __init__(self, service: Service, url: str) -> None:
        self.service = service
        self.url = url

    async def site(self) -> Any:
        return await get(f"{self.url}/api/v1", "/site")


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    service, stop = Service(settings), asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        tasks.create_task(service.run(stop, url.set_result))
        try:
            yield Running(service, await url)
        finally:
            stop.set()


@asynccontextmanager
async def two_meters() -> AsyncIterator[tuple[str, str]]:
    """The addresses of one that draws 1 kW, and of one that draws 2 kW."""
    clock = SimClock()
    one = PretendMeter(feed=ConstantFeed((1_000.0, 0.0, 0.0)), clock=clock, mac=MAC)
    other = PretendMeter(feed=ConstantFeed((2_000.0, 0.0, 0.0)), clock=clock, mac=OTHER_MAC)
    async with one, other:
        yield one.address, other.address


class Phone:
    """Follows the power, and comes again whenever its stream ends."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/v1/power/stream"
        self.names: set[str] = set()
        self.opened = 0

    async def follow(self) -> None:
        async with new_client() as client:
            while True:
                async with client.stream("GET", self._url) as stream:
                    self.opened += 1
                    async for line in stream.aiter_lines():
                        if line.startswith("data: ") and "meters" in line:
                            power = json.loads(line.removeprefix("data: "))
                            self.names = {meter["name"] for meter in power["meters"]}

    async def until_it_shows(self, name: str) -> None:
        while self.names != {name}:
            await asyncio.sleep(0.01)


async def restarted(home: Running, phone: Phone, settings: Settings) -> None:
    """In time, until the phone shows `house`."""
    began_s = time.process_time(), time.monotonic()
    await home.service.restart(settings)
    await phone.until_it_shows("house")
    # By the process's own time where others keep the machine busy.
    taken_s = min(time.monotonic() - began_s[1], 4 * (time.process_time() - began_s[0]))
    assert taken_s < AGAIN_S
    assert phone.opened >= 2


async def left_idle(url: str) -> asyncio.StreamWriter:
    """Of a phone that is asleep: it does not say goodbye."""
    host, port = url.removeprefix("https://").split(":")
    context = ssl._create_unverified_context()
    _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    return writer


def certificate_of(url: str) -> str:
    host, port = url.removeprefix("https://").split(":")
    return ssl.get_server_certificate((host, int(port)))


async def test_all_is_made_anew_and_a_stream_tells_the_new_home(tmp_path: Path) -> None:
    async with two_meters() as (one, other), running(settings_of(tmp_path, one)) as home:
        phone = Phone(home.url)
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(phone.follow())
            await phone.until_it_shows("mains")
            changed = settings_of(
                tmp_path,
                one,
                site={"netting": "hour", "time_zone": "Asia/Kolkata"},
                meters=[{"name": "house", "role": "grid", "host": other}],
            )
            await restarted(home, phone, changed)
            site = await home.site()
            assert (site["netting"], site["time_zone"]) == ("hour", "Asia/Kolkata")
            following.cancel()


async def test_over_https_a_stream_tells_the_new_home_by_the_new_certificate(
    tmp_path: Path,
) -> None:
    folders = tmp_path / "old", tmp_path / "new"
    server: list[dict[str, Any]] = []
    for folder in folders:
        folder.mkdir()
        tls = made_in(folder)
        server.append({"port": 0, "tls_cert": str(tls.certificate), "tls_key": str(tls.key)})
    async with (
        two_meters() as (one, other),
        running(settings_of(tmp_path, one, server=server[0])) as home,
    ):
        phone = Phone(home.url)
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(phone.follow())
            await phone.until_it_shows("mains")
            meters = [{"name": "house", "role": "grid", "host": other}]
            idle = await left_idle(home.url)
            await restarted(
                home, phone, settings_of(tmp_path, one, server=server[1], meters=meters)
            )
            assert (
                await asyncio.to_thread(certificate_of, home.url)
                == (folders[1] / "certificate.pem").read_text()
            )
            following.cancel()
            idle.transport.abort()


async def test_what_cannot_be_begun_leaves_all_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    async with two_meters() as (one, _), running(settings_of(tmp_path, one)) as home:
        no_store = settings_of(tmp_path, one, store={"path": str(folder)}, site={"netting": "hour"})
        with pytest.raises(StoreUnusable):
            await home.service.restart(no_store)
        taken = settings_of(tmp_path, one, server={"port": 0, "host": "192.0.2.1"})
        with pytest.raises(WattledgerError, match=re.escape("192.0.2.1")):
            await home.service.restart(taken)
        assert (await home.site())["netting"] == "quarter"


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another connection holds up is held up for as long as that holds it."""
    connect: Any = sqlite3.connect

    def patient(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*args, **{**kwargs, "timeout": 300})
        return made

    monkeypatch.setattr(sqlite3, "connect", patient)


@pytest.mark.usefixtures("hanging")
async def test_what_is_still_being_written_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The old home has given up waiting for its disk, whose store is let go once that is done."""
    async with two_meters() as (one, _), running(settings_of(tmp_path, one)) as home:
        with closing(sqlite3.connect(tmp_path / "books.sqlite", isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            restarting = asyncio.create_task(
                home.service.restart(settings_of(tmp_path, one, site={"netting": "hour"}))
            )
            while "is still being written" not in caplog.text:
                assert not restarting.done()
                await asyncio.sleep(0.01)
            file.execute("ROLLBACK")
        await restarting
        assert (await home.site())["netting"] == "hour"


@pytest.mark.usefixtures("hanging")
async def test_another_store_does_not_wait_for_the_one_that_is_being_written(
    tmp_path: Path,
) -> None:
    async with two_meters() as (one, _), running(settings_of(tmp_path, one)) as home:
        with closing(sqlite3.connect(tmp_path / "books.sqlite", isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            other = {"path": str(tmp_path / "other.sqlite")}
            await home.service.restart(
                settings_of(tmp_path, one, store=other, site={"netting": "hour"})
            )
            assert (await home.site())["netting"] == "hour"
            file.execute("ROLLBACK")


@pytest.mark.usefixtures("hanging")
@pytest.mark.parametrize("ways", ["books.sqlite", "a way round/../books.sqlite"])
async def test_back_to_a_store_that_is_still_being_written_waits_for_it_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, ways: str
) -> None:
    """From one to another and back, all while the disk of the first hangs."""
    (tmp_path / "a way round").mkdir()
    async with two_meters() as (one, _), running(settings_of(tmp_path, one)) as home:
        with closing(sqlite3.connect(tmp_path / "books.sqlite", isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            for name in ("second", "third"):
                other = {"path": str(tmp_path / f"{name}.sqlite")}
                await home.service.restart(settings_of(tmp_path, one, store=other))
            back = {"path": str(tmp_path / ways)}
            changed = settings_of(tmp_path, one, store=back, site={"netting": "hour"})
            restarting = asyncio.create_task(home.service.restart(changed))
            while "is still being written" not in caplog.text:
                assert not restarting.done()
                await asyncio.sleep(0.01)
            file.execute("ROLLBACK")
        await restarting
        assert (await home.site())["netting"] == "hour"


async def test_another_address_is_taken_before_the_first_is_let_go(tmp_path: Path) -> None:
    async with two_meters() as (one, _), running(settings_of(tmp_path, one)) as home:
        before = home.url
        await home.service.restart(
            settings_of(tmp_path, one, server={"port": 0, "host": "127.0.0.2"})
        )
        with pytest.raises(httpx.ConnectError):
            await home.site()
        # Back again: who restarts twice is not confused.
        await home.service.restart(settings_of(tmp_path, one, server={"port": int(before[-5:])}))
        assert (await home.site())["netting"] == "quarter"


async def test_of_the_same_port_another_address_is_taken_and_the_first_comes_back_where_it_is_not(
    tmp_path: Path,
) -> None:
    async with two_meters() as (one, _), running(settings_of(tmp_path, one)) as home:
        port = int(home.url.rpartition(":")[2])
        everywhere = {"port": port, "host": "0.0.0.0", "access": "token", "token": "a" * 30}
        await home.service.restart(settings_of(tmp_path, one, server=everywhere))
        with pytest.raises(AssertionError, match="401"):
            await home.site()
        await home.service.restart(
            settings_of(tmp_path, one, server={"port": port}, site={"netting": "hour"})
        )
        assert (await home.site())["netting"] == "hour"
        with socket.create_server(("127.0.0.2", port)):
            elsewhere = settings_of(tmp_path, one, server={"port": port, "host": "127.0.0.2"})
            with pytest.raises(WattledgerError, match=re.escape("127.0.0.2")):
                await home.service.restart(elsewhere)
        assert (await home.site())["netting"] == "hour"


async def test_a_process_that_is_hung_up_reads_its_settings_anew(tmp_path: Path) -> None:
    file = tmp_path / "wattledger.toml"

    def write(netting: str) -> None:
        file.write_text(
            f'[site]\nnetting = "{netting}"\n[server]\nport = 0\n[[meters]]\nname = "mains"\n'
            'role = "grid"\nhost = "127.0.0.1:9"\n',
            encoding="utf-8",
        )

    write("quarter")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "wattledger", "serve", "--config", str(file)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stderr is not None

    async def until_said(words: str) -> str:
        assert process.stderr is not None
        while words not in (line := (await process.stderr.readline()).decode()):
            assert line
        return line

    async with asyncio.timeout(300):
        url = (await process.stdout.readline()).decode().split()[-1]
        write("century")
        process.send_signal(signal.SIGHUP)
        assert "site.netting" in await until_said("nothing is changed")
        assert (await get(f"{url}/api/v1", "/site"))["netting"] == "quarter"
        write("hour")
        process.send_signal(signal.SIGHUP)
        await until_said("made anew")
        assert (await get(f"{url}/api/v1", "/site"))["netting"] == "hour"
        process.terminate()
        await process.stderr.read()
        assert await process.wait() == 0
