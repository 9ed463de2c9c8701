"""Every record reaches the client, whatever it asks for and however small the pages are."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from wattledger.simulator.memory.history import Era, Run, joined_runs, runs_of
from wattledger.simulator.rpc_methods.paging import Entry, contiguous, earlier_start, page_of

FIRST = 1_750_000_020


@st.composite
def memories(draw: st.DrawFn) -> list[Run]:
    """Runs one after the other, with and without gaps between them."""
    runs: list[Run] = []
    stamp = FIRST
    for _ in range(draw(st.integers(0, 5))):
        period_s = draw(st.sampled_from([60, 300]))
        era = Era("triphase", 0, 0, period_s)
        stamp += -stamp % period_s + period_s * draw(st.integers(0, 3))
        runs.append(Run(era, stamp, draw(st.integers(1, 30))))
        stamp = runs[-1].end
    return runs


def stamps_of(runs: list[Run]) -> list[int]:
    return [run.first + index * run.era.period_s for run in runs for index in range(run.count)]


def paged(runs: list[Run], ts: int, end_ts: int, size: int) -> list[int]:
    seen: list[int] = []
    next_ts: int | None = ts
    while next_ts is not None:
        page = page_of(runs, next_ts, end_ts, size)
        assert len(page.entries) <= size
        assert page.next_ts is None or page.next_ts > page.entries[-1].stamp
        seen += [entry.stamp for entry in page.entries]
        next_ts = page.next_ts
    return seen


@settings(deadline=None)
@given(memories(), st.integers(-500, 5000), st.integers(-500, 9000), st.integers(1, 25))
def test_pages_cover_every_record_asked_for_exactly_once(
    runs: list[Run], from_s: int, to_s: int, size: int
) -> None:
    ts, end_ts = FIRST + from_s, FIRST + to_s
    expected = [stamp for stamp in stamps_of(runs) if ts <= stamp <= end_ts]
    assert paged(runs, ts, end_ts, size) == expected


@settings(deadline=None)
@given(memories(), st.integers(0, 5000), st.integers(2, 25), st.integers(0, 5))
def test_an_earlier_start_loses_nothing_and_comes_to_an_end(
    runs: list[Run], from_s: int, size: int, records: int
) -> None:
    ts = FIRST + from_s
    start = earlier_start(runs, ts, min(records, size - 1))
    first = page_of(runs, start, 2**32, size)
    seen = [entry.stamp for entry in first.entries]
    if first.next_ts is not None:
        assert first.next_ts > ts
        seen += paged(runs, first.next_ts, 2**32, size)
    assert [stamp for stamp in seen if stamp >= ts] == [s for s in stamps_of(runs) if s >= ts]
    assert len([stamp for stamp in seen if stamp < ts]) <= records


@settings(deadline=None)
@given(memories())
def test_a_gap_begins_a_new_block(runs: list[Run]) -> None:
    blocks = contiguous(page_of(runs, 0, 2**32, 1000).entries)
    for block in blocks:
        for last, entry in itertools.pairwise(block):
            assert entry.stamp == last.stamp + last.era.period_s
    for block, following in itertools.pairwise(blocks):
        assert following[0].stamp != block[-1].stamp + 60 or (
            following[0].era.period_s != block[-1].era.period_s
        )
    assert [(block[0].stamp, len(block)) for block in blocks] == [
        (block[0].first, sum(run.count for run in block)) for block in joined_runs(runs)
    ]


def test_records_of_one_stamp_in_two_eras_are_both_shown() -> None:
    cut, grown = Era("triphase", 0, 0, 60), Era("triphase", 0, 0, 60)
    runs = [Run(cut, FIRST, 3), Run(grown, FIRST + 120, 3)]
    entries = page_of(runs, FIRST, 2**32, 10).entries
    assert [entry.stamp - FIRST for entry in entries] == [0, 60, 120, 120, 180, 240]
    assert [len(block) for block in contiguous(entries)] == [3, 3]
    assert entries[2:4] == [Entry(FIRST + 120, cut), Entry(FIRST + 120, grown)]


@settings(deadline=None)
@given(
    st.integers(0, 7200),
    st.integers(0, 7200),
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=4),
)
def test_lost_records_are_a_hole_and_no_more(
    begin_s: int, length_s: int, holes: list[tuple[int, int]]
) -> None:
    begin_ms = (FIRST + begin_s) * 1000
    now_ms = begin_ms + length_s * 1000
    era = Era("triphase", begin_ms, 0, 60)
    whole = {*stamps_of(list(runs_of(era, now_ms, 0)))}
    lost: set[int] = set()
    for low, high in holes:
        span = sorted((FIRST + low * 60, FIRST + high * 60))
        era.forget(span[0], span[1])
        lost |= {*range(span[0], span[1], 60)}
    assert stamps_of(list(runs_of(era, now_ms, 0))) == sorted(whole - lost)
