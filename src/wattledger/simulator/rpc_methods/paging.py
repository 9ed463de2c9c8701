"""Which stored records one reply of GetData carries. Pure."""

import heapq
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from wattledger.simulator.memory.history import Era, Run


class Entry(NamedTuple):
    stamp: int
    era: Era


class Page(NamedTuple):
    """`next_ts`: where the following page begins, None when all was shown."""

    entries: list[Entry]
    next_ts: int | None


def page_of(runs: list[Run], ts: int, end_ts: int, size: int) -> Page:
    """The first `size` records with ts <= stamp <= end_ts, in the order of their stamps."""
    wanted = (run.since(ts).until(end_ts + 1) for run in runs)
    entries = heapq.merge(*map(_entries_of, wanted), key=lambda entry: entry.stamp)
    shown = list(islice(entries, size + 1))
    return Page(shown[:size], shown[size].stamp if len(shown) > size else None)


def earlier_start(runs: list[Run], ts: int, records: int) -> int:
    """Up to `records` before `ts`, as far back as the run that holds `ts` goes."""
    for run in runs:
        rest = run.since(ts)
        if 0 < rest.count < run.count:
            return max(run.first, rest.first - records * run.era.period_s)
    return ts


def contiguous(entries: list[Entry]) -> list[list[Entry]]:
    """Entries cut into blocks where one does not follow the other."""
    blocks: list[list[Entry]] = []
    for entry in entries:
        if blocks and _follows(blocks[-1][-1], entry):
            blocks[-1].append(entry)
        else:
            blocks.append([entry])
    return blocks


def _follows(last: Entry, entry: Entry) -> bool:
    same_period = last.era.period_s == entry.era.period_s
    return same_period and entry.stamp == last.stamp + last.era.period_s


def _entries_of(run: Run) -> Iterator[Entry]:
    for index in range(run.count):
        yield Entry(run.first + index * run.era.period_s, run.era)
