"""The nightly backup of a home: made while it runs, told where it fails, and put back elsewhere."""

import asyncio
from contextlib import suppress
from pathlib import Path

from tests.fakes.clock import ManualClock
from tests.store.builders import MAINS, T0, stretch
from tests.store.whole import booked
from wattledger.composition.home import Parts, opened
from wattledger.energy.fault import FaultKind
from wattledger.settings import BackupSettings, MeterSettings, Settings, StoreSettings
from wattledger.store.restore import put_back

NOW_S = T0 + 86_400.0


def settings_in(folder: Path, stick: Path) -> Settings:
    meter = MeterSettings.model_validate({"name": "mains", "role": "grid", "host": "127.0.0.1:9"})
    return Settings(
        store=StoreSettings(path=str(folder / "books.sqlite")),
        backup=BackupSettings(folder=str(stick), keep=2),
        meters=(meter,),
    )


async def until_told(parts: Parts, kinds: list[FaultKind]) -> None:
    async with asyncio.timeout(60):
        while [one.kind for one in parts.app_state.status_service.faults()] != kinds:
            await asyncio.sleep(0.02)


async def test_it_is_made_and_holds_the_books_of_a_new_machine(tmp_path: Path) -> None:
    stick, clock = tmp_path / "stick", ManualClock(NOW_S)
    async with opened(settings_in(tmp_path, stick), clock) as parts:
        works = [asyncio.ensure_future(parts.works[name]()) for name in ("backup", "clock")]
        service = parts.app_state.status_service
        await until_told(parts, [FaultKind.BACKUP_FAILING])
        (health,) = [part for part in service.health() if part.name == "backup"]
        assert not health.ok
        assert "is the stick in?" in health.detail
        stick.mkdir()
        await parts.store.journal.book(stretch(MAINS, T0, 90), int(NOW_S))
        clock.wall_s += 3_600  # whoever waits for a time looks anew
        async with asyncio.timeout(60):
            while not (status := service.backup()) or not status.ok:
                await asyncio.sleep(0.02)
        assert status.latest_s == clock.now_s()
        for work in works:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
    (made,) = stick.iterdir()
    assert put_back(made, tmp_path / "new.sqlite", lambda _: None).now.booked is not None
    assert [len(own) for own in await booked(tmp_path / "new.sqlite")] == [90, 0]


async def test_without_the_section_there_is_none(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, tmp_path).model_copy(update={"backup": None})
    async with opened(settings, ManualClock(NOW_S)) as parts:
        service = parts.app_state.status_service
        assert service.backup() is None
        assert [part.name for part in service.health()] == ["meters", "store"]
        assert "backup" not in parts.works
