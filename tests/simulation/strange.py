"""Writes into the copy what this server never wrote, as another program or a hand may."""

from collections.abc import Sequence
from dataclasses import replace

from tests.simulation.home import Home
from wattledger.energy.balance import Energies
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.record import LATEST_S, MinuteRecord
from wattledger.energy.rollup import DaySums

FOREIGN = MeterId("0011223344FF")
"""Of another home, or of none."""
WRONG_DMWH = 5_000
MADE_UP = Energies((9_000, 8_000, 7_000), 8_000, 0, 0, 7_000, (86_400, 86_400), 86_400)


def write_minutes(home: Home, place: int, what: str, age_s: int, for_s: int) -> None:
    meter, other = home.devices[place].meter, home.devices[1 - place].meter
    first = min(int(home.world.now) - age_s, LATEST_S - for_s) // 60 * 60
    starts = range(first, first + for_s, 60)
    if what in _OF_WHOM:
        of = {"this": meter, "other": other, "foreign": FOREIGN}[what]
        for start in starts:
            before = home.cloud.state.records.get(of, {}).get(start, [])
            if what != "this" or not before:
                home.cloud.forge(of, start, [*before, _made_up(start)])
    else:
        _harm(home, meter, what, starts)


_OF_WHOM = ("this", "other", "foreign")


def _harm(home: Home, meter: MeterId, what: str, starts: Sequence[int]) -> None:
    there = home.cloud.state.records.get(meter, {})
    for start in starts:
        if start not in there:
            continue
        own = there[start]
        wrong = own[0]._replace(imported_a_dmwh=own[0].imported_a_dmwh + WRONG_DMWH)
        if what == "exchange":
            if start + 60 in there:
                next_one = there[start + 60][0]
                home.cloud.forge(meter, start, [next_one._replace(start=start)])
                home.cloud.forge(meter, start + 60, [own[0]._replace(start=start + 60)])
        else:
            found = {
                "values": [wrong],
                "text": [],
                "twice": [*own, own[0]],
                "beside": [*own, wrong],
            }
            home.cloud.forge(meter, start, found[what])


def _made_up(start: int) -> MinuteRecord:
    return MinuteRecord(start, 60, start // 60 % 997 * 10, 20, 30, 0, 0, 0)


def write_days(home: Home, what: str, days: int) -> None:
    today = home.site.calendar.ordinal_at(int(home.world.now))
    there = home.cloud.state.days
    for ordinal in range(today - days, today + 1):
        if what == "none":
            there.pop(ordinal, None)
            continue
        own = there.get(ordinal) or DaySums(ordinal, dict.fromkeys(Netting, MADE_UP))
        by_s = {"sums": 0, "more": 60, "fewer": -60}[what]
        there[ordinal] = DaySums(ordinal, {n: _wrong(e, by_s) for n, e in own.energies.items()})


def _wrong(energies: Energies, by_s: int) -> Energies:
    flows = tuple(None if flow is None else flow + WRONG_DMWH for flow in energies.flows_dmwh)
    covered_s = tuple(max(0, one + by_s) for one in energies.covered_s)
    common_s = max(0, energies.common_s + by_s)
    return energies._replace(flows_dmwh=flows, covered_s=covered_s, common_s=common_s)


def write_home(home: Home, *, is_removed: bool) -> None:
    state = home.cloud.state
    if state.manifest is not None:
        state.manifest = None if is_removed else replace(state.manifest, is_newer=True)
