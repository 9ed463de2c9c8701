"""Draws the faults of a week from its seed."""

import random
from collections.abc import Callable, Sequence

from tests.simulation import faults
from tests.simulation.faults import Fault

DAY_S = 86_400
WEEK_S = 7 * DAY_S
MOST = 50
YEAR_S = 365 * DAY_S
AHEAD_S = (600, 3 * 3_600, 20 * 3_600, 3 * DAY_S, YEAR_S)
SINCE_1970_S = 1 << 32
"""Longer than any clock has gone."""

Draw = Callable[[random.Random, int], Fault]


def _kill(chance: random.Random, at_s: int) -> Fault:
    return faults.Kill(at_s, _down_s(chance))


def _restart(chance: random.Random, at_s: int) -> Fault:
    return faults.Restart(at_s, _down_s(chance))


def _torn(chance: random.Random, at_s: int) -> Fault:
    return faults.TornWrite(at_s, chance.choice((0, 100, chance.randrange(100))), _down_s(chance))


def _kill_opening(chance: random.Random, at_s: int) -> Fault:
    return faults.KillWhileOpening(at_s, chance.randrange(101), chance.random() < 0.3)


def _power_cut(chance: random.Random, at_s: int) -> Fault:
    behind_s = chance.choice((SINCE_1970_S, 600, 40_000))
    return faults.PowerCut(at_s, _down_s(chance), behind_s, chance.choice((20, 700, 9_000)))


def _clock_step(chance: random.Random, at_s: int) -> Fault:
    by_s = chance.choice((-1, 1)) * chance.choice((3, 45, 400, 7_300, DAY_S))
    return faults.ClockStep(at_s, by_s, chance.choice((30, 900, 20_000)))


def _drift(chance: random.Random, at_s: int) -> Fault:
    return faults.Drift(at_s, chance.randint(-200, 200), chance.choice((9_000, DAY_S)))


def _full(chance: random.Random, at_s: int) -> Fault:
    return faults.DiskFull(at_s, chance.choice((10, 50, 100)), _while_s(chance))


def _hangs(chance: random.Random, at_s: int) -> Fault:
    return faults.DiskHangs(
        at_s, chance.choice((3, 15, 90, 1_200)), chance.choice((1, 1, 6)), chance.random() < 0.5,
        chance.choice(("goes on", "goes on", "fails", "dies", "torn", "written")),
    )  # fmt: skip


def _bits(chance: random.Random, at_s: int) -> Fault:
    return faults.FlippedBits(at_s, chance.choice((1, 1, 3)))


def _log_bits(chance: random.Random, at_s: int) -> Fault:
    return faults.FlippedLog(at_s, chance.choice((1, 20)), _down_s(chance))


def _old_store(chance: random.Random, at_s: int) -> Fault:
    return faults.OldStore(at_s, chance.choice((120, 4_000, DAY_S)), _down_s(chance))


def _lost_store(chance: random.Random, at_s: int) -> Fault:
    return faults.LostStore(at_s, _down_s(chance))


def _removed(chance: random.Random, at_s: int) -> Fault:
    store, log = chance.choice(((True, True), (True, False), (False, True)))
    return faults.RemovedStore(at_s, store, log, _while_s(chance))


def _line(chance: random.Random, at_s: int) -> Fault:
    return faults.LineCut(
        at_s, chance.randrange(2), chance.choice((0, 0, 20, 90)), _while_s(chance)
    )


def _meter_off(chance: random.Random, at_s: int) -> Fault:
    return faults.MeterOff(
        at_s, chance.randrange(2), chance.choice((20, 600, 9_000)), chance.choice((5, 100, 3_000))
    )


def _meter_reset(chance: random.Random, at_s: int) -> Fault:
    return faults.MeterReset(at_s, chance.randrange(2))


def _meter_swapped(chance: random.Random, at_s: int) -> Fault:
    return faults.MeterSwapped(at_s, chance.randrange(2), chance.choice((300, 5_000)))


def _meter_clock(chance: random.Random, at_s: int) -> Fault:
    ahead_s = chance.choice((-1, 1)) * chance.choice((2, 20, 200, 4_000))
    return faults.MeterClock(at_s, chance.randrange(2), ahead_s, _while_s(chance))


def _meter_ahead(chance: random.Random, at_s: int) -> Fault:
    """Of one minute at the least, the clock being wrong where that ends."""
    ahead_s, for_s = chance.choice((*AHEAD_S, 9 * YEAR_S)), chance.choice((1, 70, 600, 20_000))
    return faults.MeterClock(at_s, chance.randrange(2), ahead_s, for_s)


def _clocks_ahead(chance: random.Random, at_s: int) -> Fault:
    return faults.ClocksAhead(
        at_s, chance.choice(((0,), (1,), (0, 1))), chance.choice(AHEAD_S),
        chance.choice((70, 600, 20_000)), chance.random() < 0.5,
        chance.choice((0, 40, 700, 9_000)), chance.choice((0, 0, 2, 1_200)),
    )  # fmt: skip


def _withholds(chance: random.Random, at_s: int) -> Fault:
    return faults.MeterWithholds(
        at_s, chance.randrange(2), chance.choice((300, 1_200, 9_000)),
        chance.choice((0, 300, 840, 900, 9_000)), chance.choice((9_000, 92_000, 92_000)),
    )  # fmt: skip


def _pushes(chance: random.Random, at_s: int) -> Fault:
    lost_pct, twice_pct = chance.choice((0, 30, 100)), chance.choice((0, 30))
    return faults.BadPushes(
        at_s, chance.randrange(2), lost_pct, twice_pct, chance.choice((2, 100)), _while_s(chance)
    )


def _calls(chance: random.Random, at_s: int) -> Fault:
    kinds = ("", "breaks", "declines", "babbles", "empty")
    ends = tuple(chance.choice(kinds) for _ in range(chance.choice((1, 3, 12))))
    return faults.BadCalls(at_s, chance.randrange(2), ends)


def _copy_away(chance: random.Random, at_s: int) -> Fault:
    return faults.ReplicaUnreachable(at_s, _while_s(chance))


def _copy_slow(chance: random.Random, at_s: int) -> Fault:
    return faults.CopySlow(at_s, chance.choice((1, 4)), _while_s(chance))


def _copy_full(chance: random.Random, at_s: int) -> Fault:
    return faults.ReplicaFull(at_s, _while_s(chance))


def _appends(chance: random.Random, at_s: int) -> Fault:
    ends = tuple(chance.choice(("half", "answer")) for _ in range(chance.choice((1, 2, 5))))
    return faults.BadAppends(at_s, ends)


def _put_back(chance: random.Random, at_s: int) -> Fault:
    return faults.ReplicaRestored(at_s, chance.choice((120, 4_000, DAY_S)))


def _dropped(_: random.Random, at_s: int) -> Fault:
    return faults.CopyDropped(at_s)


def _copy_loses(chance: random.Random, at_s: int) -> Fault:
    return faults.CopyLoses(
        at_s, chance.randrange(2), chance.choice((600, 40_000, 2 * DAY_S)),
        chance.choice((60, 4_000)), chance.random() < 0.3,
    )  # fmt: skip


def _another(_: random.Random, at_s: int) -> Fault:
    return faults.AnotherWriter(at_s)


def _strange_minutes(chance: random.Random, at_s: int) -> Fault:
    what = ("values", "exchange", "text", "twice", "beside", "this", "other", "foreign")
    return faults.StrangeMinutes(
        at_s, chance.randrange(2), chance.choice(what),
        chance.choice((600, 40_000, 40_000, -300, -DAY_S, -9 * YEAR_S)), chance.choice((60, 4_000)),
    )  # fmt: skip


def _strange_days(chance: random.Random, at_s: int) -> Fault:
    return faults.StrangeDays(at_s, chance.choice(("sums", "more", "fewer", "none")), 2)


def _strange_home(chance: random.Random, at_s: int) -> Fault:
    return faults.StrangeHome(at_s, chance.random() < 0.5)


KINDS: dict[Draw, int] = {
    _kill: 4, _restart: 2, _torn: 3, _kill_opening: 2, _power_cut: 2, _clock_step: 3, _drift: 1,
    _full: 2, _hangs: 5, _bits: 2, _log_bits: 1, _old_store: 1, _lost_store: 1, _removed: 1,
    _line: 5, _meter_off: 2, _meter_reset: 1, _meter_swapped: 1, _meter_clock: 2,
    _meter_ahead: 2, _clocks_ahead: 2, _withholds: 2,
    _pushes: 3, _calls: 5,
    _copy_away: 4, _copy_slow: 1, _copy_full: 1, _appends: 5, _put_back: 1, _dropped: 1,
    _copy_loses: 1, _another: 1,
    _strange_minutes: 3, _strange_days: 1, _strange_home: 1,
}  # fmt: skip
"""How often each is drawn beside the others."""


def drawn(seed: int, span_s: int = WEEK_S) -> list[Fault]:
    """The faults of a seed within such a time, in their order."""
    chance = random.Random(f"{seed} faults")
    kinds = chance.choices([*KINDS], [*KINDS.values()], k=MOST)
    found: list[Fault] = []
    for draw in kinds:
        found.append(draw(chance, _when_s(chance, found, span_s)))
    return sorted(found, key=lambda fault: fault.at_s)


def _when_s(chance: random.Random, before: Sequence[Fault], span_s: int) -> int:
    """Misfortunes seldom come singly: half of them befall close to another one."""
    if before and chance.random() < 0.5:
        return min(span_s - 1, chance.choice(before).at_s + int(chance.expovariate(1 / 300)))
    return chance.randrange(span_s)


def _down_s(chance: random.Random) -> int:
    return chance.choice((2, 60, 1_200, 10_000))


def _while_s(chance: random.Random) -> int:
    return chance.choice((5, 90, 1_200, 20_000))
