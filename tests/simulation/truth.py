"""What must be true when all faults are over: books, gaps, roll-ups, outbox, answers and copy are
what the meters counted, to the unit.

What a meter has forgotten, or has dated ahead, may be there or not; where it is, it is as it was
counted. Of a minute that it has counted twice one is there.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import date, timedelta

from tests.simulation.arithmetic import Energies, day_energies
from tests.simulation.device import Counted
from tests.simulation.home import Home
from tests.simulation.life import Life
from tests.simulation.told import told
from tests.store.builders import EVER, MAINS, PLANT, Model
from wattledger.energy.booking_entry import Entry
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.energy.spans import Span, merged
from wattledger.flow.audit import AuditLine
from wattledger.store.store import Store

Records = Mapping[int, MinuteRecord]
SETTLED_S = 1_800
"""What is younger may be on its way."""
AUDITED_S = 6 * 3_600
ByMeter = Mapping[MeterId, Records]
Days = dict[Netting, dict[int, Energies]]


async def differences(home: Home, life: Life, store: Store) -> list[str]:
    """In words; none when all is as it should be."""
    own = {c.meter: await _booked(store, c.meter) for c in home.counted}
    true = {c.meter: _with_forgotten(home, c, _due(home, c), own[c.meter]) for c in home.counted}
    days = _days(home, true)
    found = [words for meter in true for words in _minutes("books", meter, own[meter], true[meter])]
    found += [words async for words in _rest_of_books(home, store, true)]
    for netting, energies in days.items():
        kept = await store.books.days(min(energies) - 9, max(energies) + 9, netting)
        found += _unlike(f"books: days by {netting}", dict(kept), energies, of=energies)
    if waiting := store.outbox.waiting():
        found.append(f"outbox: {waiting} wait")
    if late := await store.outbox.days(9):
        found.append(f"outbox: days {[day.ordinal for day in late]} wait")
    there = {c.meter: _in_copy(home, c.meter, true[c.meter]) for c in home.counted}
    true_there = {
        c.meter: _with_forgotten(home, c, true[c.meter], there[c.meter]) for c in home.counted
    }
    found += [words for m in there for words in _minutes("copy", m, there[m], true_there[m])]
    alike = days if true_there == true else _alike(days, _days(home, true_there))
    alike = _without_made_up(home, true, alike)
    found += [words async for words in _answers(life, alike)]
    found += _rest_of_copy(home, life, alike)
    found += told(home, life, own)
    return found or [words async for words in _audited(home, life, own)]


async def _booked(store: Store, meter: MeterId) -> Records:
    return {record.start: record for record in await store.books.minutes([meter], EVER)}


def _in_copy(home: Home, meter: MeterId, true: Records) -> Records:
    """What somebody else wrote there stays: whoever reads is told of it. It stands for the minute
    that it has taken the place of.
    """
    forged, found = home.cloud.forged, {}
    for start, records in home.cloud.state.records.get(meter, {}).items():
        if not forged.any_of(meter, records):
            found[start] = records[0]
        elif start in true:
            found[start] = true[start]
    return found


def _without_made_up(home: Home, true: ByMeter, days: Days) -> Days:
    """Without those of which somebody made minutes up that nobody has counted: the copy seems to
    have more of them.
    """
    cloud, calendar = home.cloud, home.site.calendar
    made_up = {
        calendar.ordinal_at(start)
        for meter, own in true.items()
        for start, records in cloud.state.records.get(meter, {}).items()
        if start not in own and cloud.forged.any_of(meter, records)
    }
    if not made_up:
        return days
    return {n: {o: e for o, e in own.items() if o not in made_up} for n, own in days.items()}


def _due(home: Home, counted: Counted) -> Records:
    """What a meter has and is not dated ahead."""
    now = home.world.now - SETTLED_S
    return {start: record for start, record in counted.memory.items() if record.end <= now}


def _with_forgotten(home: Home, counted: Counted, sure: Records, own: Records) -> Records:
    """What must be there, and what may be and is; also what a store whose disk lost it got back
    from the copy, where somebody else had written it.
    """
    ever, meter, forged = counted.ever, counted.meter, home.cloud.forged
    may = {s: r if r in ever[s] else ever[s][-1] for s, r in own.items() if s in ever}
    may |= {s: r for s, r in own.items() if forged.has(meter, r)}
    return dict(sorted({**sure, **may}.items()))


def _at(home: Home, records: ByMeter, place: int) -> Records:
    """Of all meters that have been at a place of the home."""
    return {s: r for c in home.devices[place].every for s, r in records[c.meter].items()}


def _days(home: Home, records: ByMeter) -> Days:
    """The local days that are over, from the first minute on, by their ordinals."""
    calendar, found = home.site.calendar, Days()
    mains, plant = _at(home, records, 0), _at(home, records, 1)
    if not mains and not plant:
        return found
    day = calendar.day_of(min(mains.keys() | plant.keys()))
    while (end := calendar.start_of(day + timedelta(days=1))) <= home.world.now:
        start = calendar.start_of(day)
        grid, solar = ({s: r for s, r in of.items() if start <= s < end} for of in (mains, plant))
        for netting in Netting if grid or solar else ():
            energies = day_energies(grid, solar, start, netting.value)
            found.setdefault(netting, {})[day.toordinal()] = energies
        day += timedelta(days=1)
    return found


def _alike(days: Days, others: Days) -> Days:
    """The days that are the same in both: of another one the store has lost what no meter has any
    more, and whether the copy is asked for it is nobody's promise.
    """
    return {
        netting: {o: e for o, e in energies.items() if others.get(netting, {}).get(o) == e}
        for netting, energies in days.items()
    }


async def _rest_of_books(home: Home, store: Store, true: ByMeter) -> AsyncIterator[str]:
    model = _model(true)
    for meter in true:
        gaps = merged(gap.span for gap in await store.books.gaps(meter))
        if gaps != model.gaps(meter):
            yield f"books: gaps of {meter} are {gaps}, not {model.gaps(meter)}"
    by_place = _model({MAINS: _at(home, true, 0), PLANT: _at(home, true, 1)})
    past = Span(0, int(home.world.now))  # what is dated ahead is rolled up when its time has come
    quarters = {window.start: window for window in await store.books.quarters(past)}
    wanted = {w.start: w for w in by_place.quarters() if w.start < past.end}
    for words in _unlike("books: quarters", quarters, wanted):
        yield words


def _model(records: ByMeter) -> Model:
    model = Model()
    for meter, own in records.items():
        model.book(Entry(meter, record, Origin.FETCHED) for _, record in sorted(own.items()))
    return model


async def _answers(life: Life, days: Days) -> AsyncIterator[str]:
    """What a phone is answered when it asks for each day."""
    assert life.history is not None
    for netting, true in days.items():
        own = {}
        for ordinal in true:
            answer = await life.history.of_period(
                date.fromordinal(ordinal).isoformat(), None, netting
            )
            own[ordinal] = answer.totals
        for words in _unlike(f"answers by {netting}", own, true):
            yield words


async def _audited(home: Home, life: Life, own: ByMeter) -> AsyncIterator[str]:
    """Where all that a meter has counted is on the books as it was counted, there is nothing that
    the audit could miss.
    """
    first, end = int(home.world.began), int(home.world.now)
    for counted in home.counted:
        booked = own[counted.meter]
        for start in range(first, end, AUDITED_S):
            line = await life.audit(counted.meter, Span(start, start + AUDITED_S))
            differences = line.difference_imported_dmwh, line.difference_exported_dmwh
            if any(differences) and _is_booked(counted, booked, line):
                yield f"audit: {counted.meter} from {start} on differs by {differences}: {line}"


def _is_booked(counted: Counted, booked: Records, line: AuditLine) -> bool:
    """Each minute of what was compared, once and rightly dated."""
    assert line.compared_from is not None
    assert line.compared_to is not None
    minutes = range(line.compared_from, line.compared_to, 60)
    mine = ([booked[at]] if at in booked else [] for at in minutes)
    return all(one == counted.truly.get(at, []) for at, one in zip(minutes, mine, strict=True))


def _rest_of_copy(home: Home, life: Life, days: Days) -> Iterator[str]:
    for counted in home.counted:
        meter, forged = counted.meter, home.cloud.forged
        stored = home.cloud.state.records.get(meter, {})
        if twice := [s for s, r in stored.items() if len(r) > 1 and not forged.any_of(meter, r)]:
            yield f"copy: {meter} has {len(twice)} twice, such as {twice[0]}"
    if home.cloud.state.manifest != (life.manifest and life.manifest()):
        yield f"copy: the home is {home.cloud.state.manifest}"
    for netting, true in days.items():
        own = {o: day.energies[netting] for o, day in home.cloud.state.days.items()}
        yield from _unlike(f"copy: days by {netting}", own, true, of=true)


def _minutes(where: str, meter: MeterId, own: Records, true: Records) -> Iterator[str]:
    if lacking := sorted(true.keys() - own.keys()):
        yield f"{where}: {meter} lacks {len(lacking)}, such as {lacking[0]}"
    if more := sorted(own.keys() - true.keys()):
        yield f"{where}: {meter} has {len(more)} that were never counted, such as {more[0]}"
    if unlike := [start for start in own.keys() & true.keys() if own[start] != true[start]]:
        yield f"{where}: {meter} has other values for {len(unlike)}, such as {min(unlike)}"


def _unlike(
    where: str,
    own: Mapping[int, object],
    true: Mapping[int, object],
    of: Iterable[int] | None = None,
) -> Iterator[str]:
    """The first key whose values differ, and how many there are."""
    asked = own.keys() | true.keys() if of is None else of
    keys = sorted(key for key in asked if own.get(key) != true.get(key))
    if keys:
        at = keys[0]
        yield f"{where}: {len(keys)} differ, such as {at}: {own.get(at)} for {true.get(at)}"
