"""Answers against a slow oracle that knows nothing of roll-ups: the same numbers, however they are
computed.
"""

import asyncio
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.assigned import assigned
from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.energies import six_of
from wattledger.energy.balance import Energies
from wattledger.energy.booking_entry import Entry
from wattledger.energy.energy_result import EnergyResult
from wattledger.energy.errors import BadPeriod, BadQuestion, InFuture, TooManyBuckets
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId, MeterLabel, Production, Role
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar, Resolution
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.energy.site import Assignment, MeasuredSource, Site
from wattledger.flow.energy_service import EnergyService
from wattledger.store.store import open_store

GRID, SOLAR = MeterId("A0DD6CA0C27C"), MeterId("84FCE6367400")
HELSINKI = ZoneInfo("Europe/Helsinki")
FIRST = int(datetime(2026, 3, 27, 21, 30, tzinfo=UTC).timestamp())
"""An hour and a half into the 28th in Helsinki; the 29th has 23 hours."""
NOW = int(datetime(2026, 3, 30, 9, 7, 30, tzinfo=UTC).timestamp())

Records = dict[int, MinuteRecord]


def made(seed: int, hole_share: float) -> tuple[Records, Records]:
    """Minutes of both meters with holes of their own; signs mixed among phases."""
    dice = random.Random(seed)
    meters: tuple[Records, Records] = ({}, {})
    for records in meters:
        start = FIRST
        while start < NOW - 60:
            if dice.random() < hole_share:
                start += 60 * dice.randrange(1, 400)
                continue
            for _ in range(dice.randrange(5, 300)):
                if start >= NOW - 60:
                    break
                energies = [dice.choice((0, dice.randrange(400_000))) for _ in range(6)]
                records[start] = MinuteRecord(start, 60, *energies)
                start += 60
    return meters


def local(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, HELSINKI)


def window_of(start: int, netting: Netting) -> object:
    """Which netting window a minute belongs to."""
    match netting:
        case Netting.QUARTER:
            return start // 900
        case Netting.HOUR:
            wall = local(start)
            return (wall.date(), wall.hour, wall.fold)
        case _:
            return start


def oracle(
    grid: Records, solar: Records, start: int, end: int, netting: Netting
) -> list[int | None]:
    """imported, exported, produced, consumed, self-consumed, common seconds of [start, end)."""

    def registers(records: Records, minutes: set[int]) -> tuple[int, int]:
        if netting is Netting.PHASE:
            imported = sum(sum(records[m][2:5]) for m in minutes)
            return imported, sum(sum(records[m][5:8]) for m in minutes)
        net: dict[object, int] = defaultdict(int)
        for m in minutes:
            net[window_of(m, netting)] += sum(records[m][2:5]) - sum(records[m][5:8])
        return sum(max(n, 0) for n in net.values()), sum(max(-n, 0) for n in net.values())

    minutes_inside = range(max(-(-start // 60) * 60, FIRST), min(end, NOW), 60)
    mine = {m for m in minutes_inside if m in grid}
    plant = {m for m in minutes_inside if m in solar}
    imported, exported = registers(grid, mine) if mine else (None, None)
    produced = registers(solar, plant)[0] if plant else None
    common = mine & plant
    if not common:
        return [imported, exported, produced, None, None, 0]
    consumed = own = 0
    windows: dict[object, set[int]] = defaultdict(set)
    for m in common:
        windows[window_of(m, netting)].add(m)
    for minutes in windows.values():
        bought, sold = registers(grid, minutes)
        made_here = registers(solar, minutes)[0]
        used = bought + made_here - sold
        consumed += used
        own += max(0, min(made_here - sold, made_here, max(used, 0)))
    return [imported, exported, produced, consumed, own, 60 * len(common)]


def shown(energies: Energies) -> list[object]:
    imported, exported, produced, consumed, own, _ = six_of(energies)
    common_s = energies.common_s
    return [imported, exported, produced, consumed, own, common_s]


def site(*roles: Role) -> Site:
    labels = tuple(MeterLabel.of(role.value, role) for role in roles)
    return Site("Home", Calendar(HELSINKI), Netting.QUARTER, labels)


async def answers(
    path: Path,
    grid: Records,
    solar: Records,
    questions: list[tuple[str, Resolution, Netting]],
    settle: bool,
) -> list[EnergyResult]:
    home = site(Role.GRID, Role.SOLAR)
    clock = ManualClock(NOW)
    async with open_store(path, home.calendar, Roles()) as store:
        await store.journal.assign(assigned((GRID,), (SOLAR,)))
        for meter, records in ((GRID, grid), (SOLAR, solar)):
            entries = [Entry(meter, record, Origin.FETCHED) for record in records.values()]
            if entries:
                await store.journal.book(entries, NOW)
        while settle and await store.journal.maintain(NOW):
            pass
        assignment = assigned((GRID,), (SOLAR,))
        history = EnergyService(home, store.books, clock, lambda: assignment)
        return [await ask(history, *question) for question in questions]


async def ask(
    history: EnergyService, period: str, resolution: Resolution, netting: Netting
) -> EnergyResult:
    """`period` is a period's text, or two instants parted by a slash."""
    start, slash, end = period.partition("/")
    if slash:
        return await history.of_span(start, end, resolution, netting)
    return await history.of_period(period, resolution, netting)


QUESTIONS = [
    ("2026-03-28", Resolution.QUARTER),
    ("2026-03-29", Resolution.HOUR),
    ("2026-03-29", Resolution.MINUTE),
    ("2026-03-30", Resolution.QUARTER),
    ("2026-W13", Resolution.DAY),
    ("2026-03", Resolution.DAY),
    ("2026", Resolution.MONTH),
    ("all", Resolution.YEAR),
    ("2026-03-28T02:17:00+02:00/2026-03-30T01:04:00+03:00", Resolution.HOUR),
    ("2026-03-28T13:10:00+02:00/2026-03-29", Resolution.DAY),
    ("2026-03-28T02:17:00+02:00/2026-03-28T02:38:00+02:00", Resolution.QUARTER),
]


@pytest.mark.slow
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 10_000),
    holes=st.sampled_from([0.0, 0.2, 0.6]),
    netting=st.sampled_from(list(Netting)),
    settle=st.booleans(),
)
def test_every_answer_is_what_the_minutes_say(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    holes: float,
    netting: Netting,
    settle: bool,
) -> None:
    grid, solar = made(seed, holes)
    questions = [(period, resolution, netting) for period, resolution in QUESTIONS]
    path = tmp_path_factory.mktemp("books") / "books.sqlite"
    for answer in asyncio.run(answers(path, grid, solar, questions, settle)):
        query = answer.query
        whole = oracle(grid, solar, query.start, query.end, netting)
        assert shown(answer.totals) == whole, query
        by = query.buckets_netting
        for bucket in answer.buckets:
            part = oracle(grid, solar, bucket.start, bucket.end, by)
            assert shown(bucket.energies) == part, (query, bucket.start)


async def test_periods_know_their_neighbours_and_where_they_end(tmp_path: Path) -> None:
    grid, solar = made(1, 0.0)
    questions = [
        ("today", Resolution.QUARTER, Netting.HOUR),
        ("2026-03-29", Resolution.HOUR, Netting.HOUR),
    ]
    today, sunday = await answers(tmp_path / "books.sqlite", grid, solar, questions, settle=True)
    assert today.query.period is not None
    assert today.query.period.text == "2026-03-30"
    assert today.query.next is None
    assert today.query.previous is not None
    assert today.query.previous.text == "2026-03-29"
    assert today.query.buckets_netting is Netting.QUARTER
    assert today.buckets[-1].start <= NOW < today.buckets[-1].end
    assert not today.complete
    assert today.coverage.common_pct == 100.0
    assert len(sunday.buckets) == 23
    assert sunday.complete
    assert sunday.query.next is not None


async def test_a_home_with_a_grid_meter_alone_has_no_production(tmp_path: Path) -> None:
    grid, _ = made(2, 0.0)
    home = site(Role.GRID)
    async with open_store(tmp_path / "books.sqlite", home.calendar, home.roles) as store:
        await store.journal.assign(assigned((GRID,)))
        await store.journal.book([Entry(GRID, r, Origin.FETCHED) for r in grid.values()], NOW)
        assignment = assigned((GRID,))
        history = EnergyService(home, store.books, ManualClock(NOW), lambda: assignment)
        answer = await history.of_period("2026-03-29", None, None)
    totals = answer.totals
    assert totals.flows_dmwh[2] is None
    assert totals.self_consumed_dmwh is None
    assert totals.flows_dmwh[0] is not None
    assert totals.flows_dmwh[1] is not None
    assert totals.consumed_dmwh == totals.flows_dmwh[0] - totals.flows_dmwh[1]
    assert answer.coverage.own_pct[1] is None
    assert answer.coverage.common_pct == 100.0


async def test_a_replaced_meter_and_a_turned_plant_are_one_history(tmp_path: Path) -> None:
    grid, solar = made(3, 0.0)
    cut = FIRST + 86_400
    old, new = GRID, MeterId("0CB815FCC358")
    another_house = [record for start, record in grid.items() if cut - 40_000 <= start < cut]
    entries = [
        *(Entry(old if start < cut else new, r, Origin.FETCHED) for start, r in grid.items()),
        *(Entry(SOLAR, r, Origin.FETCHED) for r in solar.values()),
        # The new meter was used before: its memory holds minutes of another house.
        *(Entry(new, r._replace(imported_a_dmwh=7), Origin.FETCHED) for r in another_house),
    ]
    home = site(Role.GRID, Role.SOLAR)
    assignment = assigned((old, new), (SOLAR,), Production.NEGATIVE)
    async with open_store(tmp_path / "books.sqlite", home.calendar, Roles()) as store:
        await store.journal.assign(assignment)
        await store.journal.book(entries, NOW)
        while await store.journal.maintain(NOW):
            pass
        history = EnergyService(home, store.books, ManualClock(NOW), lambda: assignment)
        answer = await history.of_period("2026-03-29", Resolution.HOUR, Netting.HOUR)
    turned = {start: MinuteRecord(*r[:2], *r[5:8], *r[2:5]) for start, r in solar.items()}
    start, end = answer.query.start, answer.query.end
    assert shown(answer.totals) == oracle(grid, turned, start, end, Netting.HOUR)


@pytest.mark.parametrize(
    ("period", "error"),
    [("2026-04", InFuture), ("2026-02-30", BadPeriod), ("yesteryear", BadPeriod)],
)
async def test_bad_periods_are_the_askers_fault(
    tmp_path: Path, period: str, error: type[BadQuestion]
) -> None:
    with pytest.raises(error):
        await answers(
            tmp_path / "b.sqlite", {}, {}, [(period, Resolution.DAY, Netting.HOUR)], settle=False
        )


async def test_too_long_an_answer_is_refused(tmp_path: Path) -> None:
    question = ("2026-03", Resolution.MINUTE, Netting.HOUR)
    with pytest.raises(TooManyBuckets):
        await answers(tmp_path / "b.sqlite", {}, {}, [question], settle=False)


async def test_many_late_minutes_before_they_are_rolled_up(tmp_path: Path) -> None:
    grid, solar = made(8, 0.0)
    late = {start for start in grid if start % 9_000 < 60}
    home = site(Role.GRID, Role.SOLAR)
    assignment = assigned((GRID,), (SOLAR,))
    async with open_store(tmp_path / "books.sqlite", home.calendar, Roles()) as store:
        await store.journal.assign(assignment)
        for records, keep in ((grid, grid.keys() - late), (solar, solar.keys())):
            meter = GRID if records is grid else SOLAR
            entries = [Entry(meter, records[start], Origin.FETCHED) for start in sorted(keep)]
            await store.journal.book(entries, NOW)
        while await store.journal.maintain(NOW):
            pass
        entries = [Entry(GRID, grid[start], Origin.FETCHED) for start in sorted(late)]
        await store.journal.book(entries, NOW)
        history = EnergyService(home, store.books, ManualClock(NOW), lambda: assignment)
        answer = await history.of_period("2026-W13", Resolution.HOUR, Netting.HOUR)
    start, end = answer.query.start, answer.query.end
    assert shown(answer.totals) == oracle(grid, solar, start, end, Netting.HOUR)


async def test_before_the_first_minute_all_is_unknown(tmp_path: Path) -> None:
    grid, solar = made(4, 0.0)
    question = ("2025-12", Resolution.DAY, Netting.QUARTER)
    (answer,) = await answers(tmp_path / "b.sqlite", grid, solar, [question], settle=True)
    assert len(answer.buckets) == 31
    assert all(six_of(bucket.energies) == (None,) * 6 for bucket in answer.buckets)
    assert answer.coverage.common_pct == 0.0


def test_the_oracle_itself_sees_the_short_day() -> None:
    day = datetime(2026, 3, 29, tzinfo=HELSINKI)
    length = (day + timedelta(days=1)).timestamp() - day.timestamp()
    assert length == 23 * 3_600


@pytest.mark.parametrize(("minutes", "complete"), [(60, True), (59, False)])
async def test_a_plant_alone_is_complete_when_all_its_minutes_are_booked(
    minutes: int, *, complete: bool
) -> None:
    home = site(Role.SOLAR)
    assignment = Assignment((MeasuredSource(home.sources[0], (SOLAR,)),))
    books = MemoryBooks(home, assignment)
    start = int(datetime(2026, 3, 29, 9, tzinfo=UTC).timestamp())
    books.put(SOLAR, *(MinuteRecord(start + 60 * n, 60, 1, 0, 0, 0, 0, 0) for n in range(minutes)))
    service = EnergyService(home, books, ManualClock(NOW), lambda: assignment)
    span = "2026-03-29T09:00:00Z", "2026-03-29T10:00:00Z"
    answer = await service.of_span(*span, Resolution.HOUR, None)
    assert answer.complete is complete


NOON = int(datetime(2026, 3, 29, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("after_s", "plant_to_s", "grid_pct", "solar_pct", "common_pct"),
    [
        pytest.param(270, 0, 100, 100, 100, id="four minutes of the next five"),
        pytest.param(389, 0, 100, 100, 100, id="just closed"),
        pytest.param(391, 0, 100, 100 * 60 / 65, 100 * 60 / 65, id="not there when it should be"),
        pytest.param(391, 300, 100, 100, 100, id="there"),
        pytest.param(689, 0, 100, 100 * 60 / 65, 100 * 60 / 65, id="the second is running"),
    ],
)
async def test_a_record_of_five_minutes_that_is_not_closed_is_not_missing(
    after_s: int, plant_to_s: int, grid_pct: float, solar_pct: float, common_pct: float
) -> None:
    """Beside a meter with a record a minute; asked some seconds after noon of the hours around."""
    home = site(Role.GRID, Role.SOLAR)
    assignment = assigned((GRID,), (SOLAR,))
    books = MemoryBooks(home, assignment)
    start, now = NOON - 3_600, NOON + after_s
    minutes = range(start, now // 60 * 60 - 60, 60)
    books.put(GRID, *(MinuteRecord(at, 60, 1, 0, 0, 0, 0, 0) for at in minutes))
    fives = range(start, NOON + plant_to_s, 300)
    books.put(SOLAR, *(MinuteRecord(at, 300, 5, 0, 0, 0, 0, 0) for at in fives))
    service = EnergyService(home, books, ManualClock(now), lambda: assignment)
    span = "2026-03-29T11:00:00Z", "2026-03-29T13:00:00Z"
    coverage = (await service.of_span(*span, None, None)).coverage
    assert coverage.own_pct == pytest.approx((grid_pct, solar_pct))
    assert coverage.common_pct == pytest.approx(common_pct)
