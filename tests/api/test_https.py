"""The certificate of a server that runs: renewed, taken, and told, without a restart."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.api.certificates import made_in
from tests.fakes.clock import ManualClock
from tests.fakes.home import MemoryHome
from tests.tls.kit import DAY_S, wish
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.certificate_info import end_of
from wattledger.api.listening_sockets import Listeners
from wattledger.api.server import ApiServer, Tls
from wattledger.composition.https_certificate import AGAIN_S, HttpsCertificate
from wattledger.energy.clock import SystemClock
from wattledger.energy.fault import FaultKind
from wattledger.settings import Settings
from wattledger.tls.certificate_issuance import renew
from wattledger.tls.folder import Folder

CALENDAR = Settings().home.calendar
VALID_DAYS = 397


class Kept:
    """A certificate that is looked after, and how often it was taken."""

    def __init__(self, tls: Tls) -> None:
        self.clock = ManualClock(SystemClock().now_s())
        self.tls = tls
        self.certificate = HttpsCertificate(tls, "Home", CALENDAR, self.clock)
        self.certificate.read()
        self.taken = 0

    async def look(self) -> int:
        await self.certificate.look(self.tls, self._take)
        return self.taken

    def _take(self) -> None:
        self.taken += 1

    @property
    def left_days(self) -> float:
        end = end_of(self.tls)
        assert end is not None
        return (end - self.clock.now_s()) / DAY_S

    @property
    def words(self) -> str:
        faults = list(self.certificate.standing())
        assert all(fault.kind is FaultKind.CERTIFICATE_ENDING for fault in faults)
        return "".join(fault.detail for fault in faults)


def ours(folder: Path, ago_days: int) -> Tls:
    renew(Folder(folder), wish(), int(SystemClock().now_s()) - ago_days * DAY_S)
    return Tls(folder / "chain.pem", folder / "key.pem")


@pytest.mark.parametrize("ago_days", [338, 370, 396, 500])
async def test_ours_is_renewed_before_it_ends_or_once_it_has(tmp_path: Path, ago_days: int) -> None:
    kept = Kept(ours(tmp_path / "tls", ago_days))
    assert kept.words == ""
    assert await kept.look() == 1
    assert kept.left_days == pytest.approx(VALID_DAYS, abs=1)
    assert kept.words == ""
    assert await kept.look() == 1


async def test_one_that_holds_for_longer_is_left_alone(tmp_path: Path) -> None:
    kept = Kept(ours(tmp_path / "tls", VALID_DAYS - 62))
    before = kept.tls.certificate.read_bytes()
    assert await kept.look() == 0
    assert kept.tls.certificate.read_bytes() == before
    kept.clock.advance(2 * DAY_S)
    assert await kept.look() == 1


async def test_one_made_while_the_clock_was_ahead_is_made_anew(tmp_path: Path) -> None:
    kept = Kept(ours(tmp_path / "tls", -200))
    assert kept.left_days > VALID_DAYS
    assert await kept.look() == 1
    assert kept.left_days == pytest.approx(VALID_DAYS, abs=1)


async def test_by_a_clock_that_was_never_set_nothing_is_made(tmp_path: Path) -> None:
    """A machine without a clock of its own begins in 1970 until it has reached a time server."""
    kept = Kept(ours(tmp_path / "tls", 10))
    right_s = kept.clock.wall_s
    kept.clock.wall_s = 86_400.0
    assert await kept.look() == 0
    kept.clock.wall_s = right_s
    assert await kept.look() == 0


async def test_one_made_by_a_wrong_clock_is_made_anew_as_soon_as_that_is_right(
    tmp_path: Path,
) -> None:
    ours(tmp_path / "tls", 10)
    renew(Folder(tmp_path / "tls"), wish(), 86_400)
    kept = Kept(Tls(tmp_path / "tls" / "chain.pem", tmp_path / "tls" / "key.pem"))
    assert await kept.look() == 1
    assert kept.left_days == pytest.approx(VALID_DAYS, abs=1)


async def test_a_renewal_that_fails_is_told_and_tried_again_later(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    tls = ours(folder, 3_640)
    renew(Folder(folder), wish(), int(SystemClock().now_s()) - 3_610 * DAY_S)
    kept = Kept(tls)
    assert await kept.look() == 0
    assert "could not be renewed: this home's authority ends on" in kept.words
    renew(Folder(tmp_path / "other"), wish(), int(SystemClock().now_s()))
    for name in ("authority.pem", "authority-key.pem"):
        (folder / name).write_bytes((tmp_path / "other" / name).read_bytes())
    kept.clock.advance(AGAIN_S - 1)
    assert await kept.look() == 0
    kept.clock.advance(1)
    assert await kept.look() == 1
    assert kept.words == ""


async def test_one_that_others_made_is_told_and_taken_when_they_have_renewed_it(
    tmp_path: Path,
) -> None:
    kept = Kept(made_in(tmp_path, valid_h=29 * 24))
    assert await kept.look() == 0
    assert kept.words.endswith(": renew it")
    made_in(tmp_path, valid_h=90 * 24)
    assert await kept.look() == 1
    assert kept.words == ""


async def test_files_that_do_not_fit_are_not_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Kept(made_in(tmp_path, valid_h=90 * 24))
    (tmp_path / "other").mkdir()
    other = made_in(tmp_path / "other", valid_h=90 * 24)
    kept.tls.certificate.write_bytes(other.certificate.read_bytes())
    assert await kept.look() == 0
    assert await kept.look() == 0
    assert caplog.text.count("stays as it was") == 1
    kept.tls.key.unlink()
    assert await kept.look() == 0
    kept.tls.key.write_bytes(other.key.read_bytes())
    assert await kept.look() == 1


async def test_one_without_an_end_is_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 5280 writes that as the last second of the year 9999."""
    caplog.set_level(logging.INFO)
    kept = Kept(made_in(tmp_path))
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    made_in(tmp_path, valid_h=(last - datetime.now(UTC)) / timedelta(hours=1))
    assert await kept.look() == 1
    assert "it holds without an end" in caplog.text
    assert kept.words == ""


async def test_without_https_there_is_nothing_to_keep() -> None:
    certificate = HttpsCertificate(None, "Home", CALENDAR, ManualClock())
    await certificate.run(lambda: pytest.fail("there is no certificate"))
    assert list(certificate.standing()) == []


@asynccontextmanager
async def connected(
    server: ApiServer, tls: Tls
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    trusting = ssl.create_default_context(cafile=tls.certificate.with_name("authority.pem"))
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", server.port, ssl=trusting, server_hostname="localhost"
    )
    try:
        yield reader, writer
    finally:
        writer.close()


def serial_of(writer: asyncio.StreamWriter) -> str:
    return str(writer.get_extra_info("ssl_object").getpeercert()["serialNumber"])


async def test_a_stream_goes_on_while_others_are_shown_the_new_one(
    tmp_path: Path, home: MemoryHome
) -> None:
    kept = Kept(ours(tmp_path / "tls", 380))
    api = create_api(home.app_state, Access.open())
    server = ApiServer(api, Listeners("127.0.0.1", 0), kept.tls)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        await server.listening.wait()
        async with connected(server, kept.tls) as (stream, asked):
            asked.write(b"GET /api/v1/power/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200 OK" in await stream.readuntil(b"\r\n\r\n")
            before = serial_of(asked)
            await kept.certificate.look(kept.tls, server.take_certificate)
            async with connected(server, kept.tls) as (_, other):
                assert serial_of(other) != before
            await stream.readuntil(b"event: power")
            home.read("mains", 20.0)
            home.board.tick()
            await stream.readuntil(b"event: power")
            assert serial_of(asked) == before
            assert not stream.at_eof()
        server.stop()
