"""Counters belong to an epoch: across its ends nothing is compared, whatever they show."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MAINS, MemoryHome
from tests.fakes.journal import MemoryJournal
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.record import Counters, MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.audit import Audit, AuditLine
from wattledger.flow.bookkeeper import QUEUE_LENGTH, Bookkeeper
from wattledger.flow.meter_counters import CounterKeeper, Epochs
from wattledger.flow.notifier import Notifier
from wattledger.flow.store_write_health import StoreWriteHealth

T0 = 1_750_032_000
TRIPHASE = MeterIdentity(GRID, "SPEM-003CEBEU", "1.6.1", "triphase", None)
MONOPHASE = replace(TRIPHASE, profile="monophase")
NEWER = replace(TRIPHASE, firmware="1.7.5")
OTHER = replace(TRIPHASE, meter=MeterId("84FCE6367400"))
MINUTE_DMWH = 1_000


class Bench:
    """A meter that counts a thousand units a minute, its books, and what is kept of it."""

    def __init__(self) -> None:
        self.clock = clock = ManualClock(float(T0))
        self.home = MemoryHome(clock)
        self.journal = MemoryJournal()
        self.bookkeeper = Bookkeeper(
            self.journal, clock, lambda: 1, Notifier(), StoreWriteHealth(clock)
        )
        self.minute = 0
        self.epochs = Epochs()
        self.keeper = CounterKeeper(self.bookkeeper, self.epochs, self.clock)

    def restart(self) -> None:
        """As a server that is started anew finds its books."""
        self.home.books.kept_counters = {GRID: self.kept()}
        self.epochs = Epochs()
        asyncio.run(self.epochs.open(self.home.books))
        self.keeper = CounterKeeper(self.bookkeeper, self.epochs, self.clock)

    def runs(self, minutes: int, counters: Counters) -> Counters:
        """So many minutes are counted, booked and told; the counters after them."""
        for _ in range(minutes):
            start = T0 + 60 * self.minute
            self.passes(1)
            values = counters.values_dmwh
            counters = Counters(start + 60, (values[0] + MINUTE_DMWH, *values[1:]))
            self.keeper.counted(counters)
        return counters

    def runs_misdated(self, minutes: int, counters: Counters, by_s: int) -> Counters:
        """As much again is counted in each, which finds no place on the books."""
        for _ in range(minutes):
            self.minute += 1
            self.clock.advance(60)
            values = counters.values_dmwh
            counters = Counters(
                T0 + 60 * self.minute + by_s, (values[0] + 2 * MINUTE_DMWH, *values[1:])
            )
            self.keeper.counted(counters)
        return counters

    def passes(self, minutes: int) -> None:
        """The meter is being switched: these minutes are on the books and in no register told."""
        for _ in range(minutes):
            start = T0 + 60 * self.minute
            self.home.books.put(GRID, MinuteRecord(start, 60, MINUTE_DMWH, 0, 0, 0, 0, 0))
            self.minute += 1
            self.clock.advance(60)

    def kept(self) -> list[Counters]:
        async def written() -> None:
            self.bookkeeper.stop()
            await self.bookkeeper.run()

        asyncio.run(written())
        return self.journal.books.kept_counters.get(GRID, [])

    def audited(self) -> AuditLine:
        self.keeper.keep()
        self.home.books.kept_counters = {GRID: self.kept()}
        span = Span(T0 - 60, T0 + 60 * self.minute)
        (line,) = asyncio.run(Audit(self.home.books).of(span, [(MAINS, GRID)], {}))
        return line


def registers(first_dmwh: int) -> Counters:
    return Counters(0, (first_dmwh, 0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    "identities", [(TRIPHASE, MONOPHASE, TRIPHASE), (TRIPHASE, NEWER, TRIPHASE, MONOPHASE)]
)
@pytest.mark.parametrize("jump_dmwh", [0, 1, 5_000, 450_000_000, 30_000_000_000])
def test_a_switch_there_and_back_is_never_compared_across(
    identities: Sequence[MeterIdentity], jump_dmwh: int
) -> None:
    bench = Bench()
    counters = registers(7_000_000)
    for identity in identities:
        bench.keeper.identified(identity)
        counters = bench.runs(130, counters)
        bench.passes(3)
        values = counters.values_dmwh
        counters = Counters(counters.at, (values[0] + jump_dmwh, *values[1:]))
    line = bench.audited()
    assert line.difference_imported_dmwh == 0
    assert line.epochs == len(identities)
    assert line.counted_imported_dmwh == len(identities) * 129 * MINUTE_DMWH


@pytest.mark.parametrize("phase", range(6))
def test_any_counter_that_falls_ends_an_epoch_also_between_two_that_are_kept(phase: int) -> None:
    bench = Bench()
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(5, Counters(0, (9_000, 9_000, 9_000, 9_000, 9_000, 9_000)))
    values = list(counters.values_dmwh)
    values[phase] = 0
    fallen = Counters(counters.at, (values[0], values[1], values[2], *values[3:]))  # type: ignore[arg-type]
    bench.passes(1)
    counters = bench.runs(5, fallen)
    assert bench.keeper.newest is not None
    assert bench.keeper.newest.epoch == 1
    line = bench.audited()
    assert (line.epochs, line.difference_imported_dmwh) == (2, 0)


@pytest.mark.parametrize("jump_dmwh", [16_000_000, 30_000_000_000])
def test_a_counter_that_moves_faster_than_its_meter_can_was_set(jump_dmwh: int) -> None:
    """One of 120 A carries no 48 kW on a phase."""
    bench = Bench()
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(5, registers(0))
    bench.runs(5, replace(counters, values_dmwh=(jump_dmwh, 0, 0, 0, 0, 0)))
    line = bench.audited()
    assert (line.epochs, line.difference_imported_dmwh) == (2, 0)


def test_a_restart_goes_on_in_the_epoch_and_notices_what_happened_meanwhile() -> None:
    bench = Bench()
    bench.home.books.kept_identities = {GRID: TRIPHASE}
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(5, registers(100))
    bench.keeper.keep()
    bench.restart()
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(5, counters)
    assert bench.keeper.newest is not None
    assert bench.keeper.newest.epoch == 0
    bench.restart()
    bench.keeper.identified(MONOPHASE)
    counters = bench.runs(5, counters)
    assert bench.keeper.newest.epoch == 1
    bench.restart()
    bench.keeper.identified(TRIPHASE)  # which the books have not heard of
    bench.runs(5, replace(counters, values_dmwh=(0, 0, 0, 0, 0, 0)))
    assert bench.keeper.newest.epoch == 2


def test_one_stamp_far_ahead_stops_no_reading_after_it() -> None:
    bench = Bench()
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(5, registers(100))
    bench.keeper.counted(replace(counters, at=T0 + 300 * 86_400))
    assert bench.keeper.newest == counters
    counters = bench.runs(5, counters)
    assert bench.keeper.newest == counters
    assert (bench.audited().epochs, bench.audited().difference_imported_dmwh) == (1, 0)


def test_a_clock_that_is_set_back_begins_an_epoch_and_takes_nothing_from_the_audit() -> None:
    """Meter and server were 20 hours ahead."""
    bench = Bench()
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(70, registers(100))
    for minute in range(70):
        counters = replace(counters, at=T0 + 72_000 + 60 * minute)
        bench.keeper.counted(counters)
    counters = bench.runs(70, counters)
    assert bench.keeper.newest == replace(counters, epoch=2)
    line = bench.audited()
    assert (line.epochs, line.difference_imported_dmwh) == (2, 0)
    assert line.counted_imported_dmwh == (69 + 69) * MINUTE_DMWH
    assert {one.at < T0 + 72_000 for one in bench.home.books.kept_counters[GRID]} == {True}


@pytest.mark.parametrize("by_s", [-18_000, -7_200, -3_600, 3_600])
@pytest.mark.parametrize("minutes", [1, 5, 90])
def test_a_clock_that_is_wrong_for_a_while_spoils_no_reading_of_a_right_one(
    by_s: int, minutes: int
) -> None:
    """What was counted meanwhile is compared with no minute of another hour."""
    bench = Bench()
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(360, registers(100))
    counters = bench.runs_misdated(minutes, counters, by_s)
    bench.runs(360, counters)
    line = bench.audited()
    assert (line.difference_imported_dmwh, line.missing_s) == (0, 0)
    assert (line.epochs, line.counted_imported_dmwh) == (2, (359 + 359) * MINUTE_DMWH)
    right = [T0 + 60, *(T0 + 3_600 * hour for hour in range(1, 7))]
    kept = bench.home.books.kept_counters[GRID]
    assert [one.at for one in kept if one.epoch == 0] == right


def test_a_meter_that_was_away_goes_on() -> None:
    bench = Bench()
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(5, registers(100))
    bench.passes(600)
    bench.keeper.counted(replace(counters, at=T0 + 60 * bench.minute))
    assert bench.keeper.newest is not None
    assert bench.keeper.newest.epoch == 0


def test_a_reading_that_finds_no_place_in_the_queue_is_followed_by_the_next() -> None:
    bench = Bench()
    for _ in range(QUEUE_LENGTH):
        bench.bookkeeper.offer([])
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(1, registers(100))
    assert bench.kept() == []
    counters = bench.runs(1, counters)
    assert bench.kept() == [counters]


def test_readings_of_nobody_and_old_ones_are_let_go_and_another_meter_begins_anew() -> None:
    bench = Bench()
    bench.keeper.counted(registers(1))
    bench.keeper.keep()
    assert [bench.keeper.newest] == [None]
    bench.keeper.identified(TRIPHASE)
    counters = bench.runs(3, registers(1))
    bench.keeper.counted(replace(counters, at=T0))
    assert bench.keeper.newest is not None
    assert bench.keeper.newest.at == T0 + 180
    bench.keeper.identified(OTHER)
    assert [bench.keeper.newest] == [None]
    bench.keeper.counted(Counters(T0, (5, 0, 0, 0, 0, 0)))
    assert bench.journal.counters == []
    bench.kept()
    assert [meter for meter, _ in bench.journal.counters] == [GRID, OTHER.meter]
