"""A day of two meters folded to its quarters, and the calendar's texts and edges.

Run with `python -m bench.energy_fold`; exits with 1 when a budget is exceeded.
"""

import sys
from collections.abc import Callable
from random import Random
from time import perf_counter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from wattledger.energy.home_quantities import Roles
from wattledger.energy.period import Calendar, Resolution
from wattledger.energy.record import MinuteRecord
from wattledger.energy.record_columns import series_of
from wattledger.energy.rollup import day_sums, quarter_sums

MIDNIGHT = 1_793_570_400
"""2026-11-02 00:00 in Helsinki."""
MINUTES_A_DAY = 1_440
ROUNDS = 25


class Case(NamedTuple):
    name: str
    budget_ms: float
    work: Callable[[], object]


def main() -> int:
    """Prints the table; 1 when a budget is exceeded."""
    every = cases()
    width = max(len(case.name) for case in every)
    print(f"{'':{width}}  {'p50 ms':>7}  {'p95 ms':>7}  {'budget':>7}")
    failed = False
    for case in every:
        p50_ms, p95_ms = measured_ms(case.work)
        failed |= p50_ms > case.budget_ms
        verdict = "" if p50_ms <= case.budget_ms else "  exceeded"
        print(f"{case.name:{width}}  {p50_ms:7.2f}  {p95_ms:7.2f}  {case.budget_ms:7.2f}{verdict}")
    return int(failed)


def cases() -> list[Case]:
    chance = Random(2026)
    minutes, others = day_of_minutes(chance), day_of_minutes(chance)
    grid, solar = series_of(minutes), series_of(others)
    holed = series_of(record for record in others if chance.random() < 0.9)
    quarters = quarter_sums([grid, solar], Roles())
    calendar = Calendar(ZoneInfo("Europe/Helsinki"))
    four_thousand_days_s = 4_000 * 86_400 - 3_600
    return [
        Case("2 x 1440 minutes to quarters", 2.5, lambda: quarter_sums([grid, solar], Roles())),
        Case(
            "the same, a tenth of solar missing", 12, lambda: quarter_sums([grid, holed], Roles())
        ),
        Case("96 quarters to a day", 2.5, lambda: day_sums(1, quarters, MIDNIGHT, Roles())),
        Case("1440 times as text", 3, lambda: [calendar.text(start) for start in grid.starts]),
        Case(
            "edges of 4000 days",
            15,
            lambda: calendar.edges(MIDNIGHT - four_thousand_days_s, MIDNIGHT, Resolution.DAY),
        ),
        Case(
            "edges of 4000 hours",
            3,
            lambda: calendar.edges(MIDNIGHT - 4_000 * 3_600, MIDNIGHT, Resolution.HOUR),
        ),
    ]


def day_of_minutes(chance: Random) -> list[MinuteRecord]:
    return [
        MinuteRecord(MIDNIGHT + 60 * minute, 60, *(chance.randrange(50_000) for _ in range(6)))
        for minute in range(MINUTES_A_DAY)
    ]


def measured_ms(work: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile."""
    times_ms = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times_ms.append((perf_counter() - start) * 1_000)
    times_ms.sort()
    return times_ms[ROUNDS // 2], times_ms[ROUNDS * 95 // 100]


if __name__ == "__main__":
    sys.exit(main())
