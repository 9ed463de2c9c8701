"""What must be true when all faults are over: books, gaps, roll-ups, outbox, answers and copy are
what the meters counted, to the unit.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta

from tests.simulation.arithmetic import Energies, day_energies
from tests.simulation.home import Home
from tests.simulation.life import Life
from tests.store.builders import EVER, Model
from wattledger.energy.booking_entry import Entry
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.energy.spans import merged
from wattledger.store.store import Store

Records = Mapping[int, MinuteRecord]
Days = dict[Netting, dict[int, Energies]]


async def differences(home: Home, life: Life, store: Store) -> list[str]:
    """In words; none when all is as it should be."""
    model = _counted(home)
    days = _days(home)
    found = [words async for words in _books(home, store, model)]
    for netting, true in days.items():
        own = dict(await store.books.days(min(true) - 9, max(true) + 9, netting))
        found += _unlike(f"books: days by {netting}", {o: own.get(o) for o in true}, true)
    found += [words async for words in _answers(life, days)]
    if waiting := store.outbox.waiting():
        found.append(f"outbox: {waiting} wait")
    if late := await store.outbox.days(9):
        found.append(f"outbox: days {[day.ordinal for day in late]} wait")
    return [*found, *_copy(home, model, days)]


def _counted(home: Home) -> Model:
    """Everything that is in the meters' memories."""
    model = Model()
    for device in home.devices:
        records = (record for _, record in sorted(device.memory.items()))
        model.book(Entry(device.meter, record, Origin.FETCHED) for record in records)
    return model


def _days(home: Home) -> Days:
    """The local days that are over and have a minute, by their ordinals."""
    calendar, found = home.site.calendar, Days()
    first = min(min(device.memory) for device in home.devices)
    day = calendar.day_of(first)
    while (end := calendar.start_of(day + timedelta(days=1))) <= home.world.now:
        start = calendar.start_of(day)
        grid, solar = (
            {s: record for s, record in device.memory.items() if start <= s < end}
            for device in home.devices
        )
        for netting in Netting if grid or solar else ():
            energies = day_energies(grid, solar, start, netting.value)
            found.setdefault(netting, {})[day.toordinal()] = energies
        day += timedelta(days=1)
    return found


async def _books(home: Home, store: Store, model: Model) -> AsyncIterator[str]:
    for device in home.devices:
        meter = device.meter
        own = {record.start: record for record in await store.books.minutes([meter], EVER)}
        for words in _minutes("books", meter, own, model.records[meter]):
            yield words
        gaps = merged(gap.span for gap in await store.books.gaps(meter))
        if gaps != model.gaps(meter):
            yield f"books: gaps of {device.label.name} are {gaps}, not {model.gaps(meter)}"
    quarters = {window.start: window for window in await store.books.quarters(EVER)}
    true = {window.start: window for window in model.quarters()}
    for words in _unlike("books: quarters", quarters, true):
        yield words


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


def _copy(home: Home, model: Model, days: Days) -> Iterator[str]:
    for device in home.devices:
        stored = home.cloud.state.records.get(device.meter, {})
        if twice := [start for start, records in stored.items() if len(records) > 1]:
            yield f"copy: {device.label.name} has {len(twice)} twice, such as {twice[0]}"
        there = {start: records[0] for start, records in stored.items() if records}
        yield from _minutes("copy", device.meter, there, model.records[device.meter])
    for netting, true in days.items():
        own = {o: day.energies[netting] for o, day in home.cloud.state.days.items()}
        yield from _unlike(f"copy: days by {netting}", {o: own.get(o) for o in true}, true)


def _minutes(where: str, meter: MeterId, own: Records, true: Records) -> Iterator[str]:
    if lacking := sorted(true.keys() - own.keys()):
        yield f"{where}: {meter} lacks {len(lacking)}, such as {lacking[0]}"
    if more := sorted(own.keys() - true.keys()):
        yield f"{where}: {meter} has {len(more)} that were never counted, such as {more[0]}"
    if unlike := [start for start in own.keys() & true.keys() if own[start] != true[start]]:
        yield f"{where}: {meter} has other values for {len(unlike)}, such as {min(unlike)}"


def _unlike(where: str, own: Mapping[int, object], true: Mapping[int, object]) -> Iterator[str]:
    """The first key whose values differ, and how many there are."""
    keys = sorted(key for key in own.keys() | true.keys() if own.get(key) != true.get(key))
    if keys:
        at = keys[0]
        yield f"{where}: {len(keys)} differ, such as {at}: {own.get(at)} for {true.get(at)}"
