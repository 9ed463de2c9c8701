"""Whatever befalls a meter, its registers are the sum of what it recorded."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.kit import NOON
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.memory import state_changes
from wattledger.simulator.memory.core import Core
from wattledger.simulator.memory.feed_integration import Span, phases_over
from wattledger.simulator.memory.history import Era
from wattledger.simulator.rpc_methods.paging import page_of

FEED = SineFeed()
Act = Callable[[Core], None]


def moved(seconds: float) -> Act:
    return lambda core: core.clock.advance(seconds)


def rebooted(down_s: float, synced: bool, saves: bool) -> Act:
    def act(core: Core) -> None:
        state_changes.power_off(core, keeps_running_minute=saves)
        core.clock.advance(down_s)
        state_changes.power_on(core, synced=synced)

    return act


def clock_off(seconds: float) -> Act:
    return lambda core: state_changes.set_clock_off(core, seconds)


moves = st.builds(moved, st.floats(0.01, 400.0))
clocks = st.one_of(
    st.just(state_changes.lose_time),
    st.just(state_changes.find_time),
    st.builds(clock_off, st.floats(-200.0, 200.0)),
)
reboots = st.builds(rebooted, st.floats(0.0, 300.0), st.booleans(), st.booleans())
plain_reboots = st.builds(rebooted, st.floats(0.0, 300.0), st.just(True), st.just(False))


def core_at(begin_s: float) -> Core:
    core = Core(FEED, SimClock(begin_s, rate=0.0), memory_days=1.0)
    core.booted_ms = core.true_ms()
    core.open_era(Era("triphase", core.true_ms(), 0, 60))
    return core


def recorded_dmwh(core: Core) -> list[int]:
    records = [record for run in core.runs() for record in core.records_of(run)]
    return [sum(record.phases[phase].imported_dmwh for record in records) for phase in range(3)]


def stamps_of(core: Core) -> list[int]:
    return [run.first + index * 60 for run in core.runs() for index in range(run.count)]


@settings(deadline=None, max_examples=50)
@given(st.floats(0.0, 60.0), st.lists(st.one_of(moves, clocks, reboots), max_size=15))
def test_registers_are_the_sum_of_the_records(begin_s: float, acts: list[Act]) -> None:
    core = core_at(NOON + begin_s)
    for act in acts:
        act(core)
        assert core.registers.imported_dmwh == recorded_dmwh(core)


@settings(deadline=None, max_examples=50)
@given(st.floats(0.0, 60.0), st.lists(st.one_of(moves, clocks), max_size=15))
def test_without_a_reboot_nothing_is_lost(begin_s: float, acts: list[Act]) -> None:
    core = core_at(NOON + begin_s)
    begin_ms = core.true_ms()
    for act in acts:
        act(core)
    core.settle()
    counted_until_ms = core.era.span_of(core.next_stamp).begin_ms
    whole = phases_over(FEED, Span(begin_ms, counted_until_ms))
    assert core.registers.imported_dmwh == [phase.imported_dmwh for phase in whole]
    assert core.registers.exported_dmwh == [phase.exported_dmwh for phase in whole]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(moves, plain_reboots), max_size=15), st.integers(1, 8))
def test_pages_of_a_meter_that_knows_the_time_show_each_record_once(
    acts: list[Act], size: int
) -> None:
    core = core_at(NOON)
    for act in acts:
        act(core)
    runs = core.runs()
    held = [run.first + index * 60 for run in runs for index in range(run.count)]
    assert sorted(set(held)) == held
    seen: list[int] = []
    next_ts: int | None = 0
    while next_ts is not None:
        page = page_of(runs, next_ts, 2**32, size)
        seen += [entry.stamp for entry in page.entries]
        next_ts = page.next_ts
    assert seen == held


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(moves, plain_reboots), max_size=10), st.integers(-600, 3600))
def test_lost_history_stays_lost_and_takes_nothing_else(acts: list[Act], until_s: int) -> None:
    whole, core = core_at(NOON), core_at(NOON)
    for act in acts:
        act(whole)
        act(core)
    limit = NOON + until_s
    before = stamps_of(core)
    state_changes.forget_history(core, 0, limit)
    assert stamps_of(core) == [stamp for stamp in before if stamp >= limit]
    whole.clock.advance(600.0)
    core.clock.advance(600.0)
    lost = {stamp for stamp in before if stamp < limit}
    assert stamps_of(core) == [stamp for stamp in stamps_of(whole) if stamp not in lost]
