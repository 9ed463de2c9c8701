"""Stores of earlier formats, brought up with what is in them: every number is as it was."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.store.builders import EVER, MAINS, PLANT, T0, Model, both, home_store, settle
from tests.store.harm import assert_heals, assert_true_or_not_there, change
from tests.store.whole import untold
from wattledger.energy.spans import Span
from wattledger.store import migrate
from wattledger.store.codec import minute_key, minute_row
from wattledger.store.connection import connect_writer
from wattledger.store.verify import verify

ZONE = "Europe/Helsinki"
NOW = T0 + 86_400 + 7_200
ENTRIES = [*both(T0, 150), *both(T0 + 210 * 60, 700)]
HOLE = Span(T0 + 150 * 60, T0 + 210 * 60)


def of_format(path: Path, format_: int) -> Model:
    """As a server of that format left it: minutes, the gap between them, counters, a binding."""
    model = Model()
    model.book(ENTRIES)
    with closing(connect_writer(path)) as file:
        migrate.migrate(file, migrate.steps()[:format_])
        numbers = {MAINS: 0, PLANT: 1}
        end = ENTRIES[-1].record.end
        file.executemany(
            "INSERT INTO meters (number, meter, model, first_start, last_end) "
            "VALUES (?, ?, 'SPEM-003CEBEU', ?, ?)",
            [(number, meter, T0, end) for meter, number in numbers.items()],
        )
        file.executemany(
            "INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            sorted(minute_row(e.record, numbers[e.meter], e.origin) for e in ENTRIES),
        )
        file.executemany("INSERT INTO gaps VALUES (?, ?, ?, 0)", [(n, *HOLE) for n in (0, 1)])
        file.execute("INSERT INTO bindings VALUES (0, 'mains', '10.0.0.7', ?)", (MAINS,))
        file.execute(
            "INSERT INTO counters (meter, at, imported_a_dmwh, imported_b_dmwh, imported_c_dmwh, "
            "exported_a_dmwh, exported_b_dmwh, exported_c_dmwh) VALUES (0, ?, 1, 2, 3, 4, 5, 6)",
            (T0 + 3_600,),
        )
    return model


@pytest.mark.slow
@pytest.mark.parametrize("format_", range(1, migrate.CHECKED_SINCE))
async def test_all_that_was_booked_is_there_and_has_its_checksums(
    tmp_path: Path, format_: int
) -> None:
    path = tmp_path / "books"
    model = of_format(path, format_)
    async with home_store(path) as store:
        await settle(store, NOW)
        await assert_true_or_not_there(store, model, ZONE, NOW)
        for meter in (MAINS, PLANT):
            assert await store.books.minutes([meter], EVER) == model.minutes(meter)
            assert [gap.span for gap in await store.books.gaps(meter)] == [HOLE]
        assert [c.values_dmwh for c in await store.books.counters(MAINS, EVER)] == [
            (1, 2, 3, 4, 5, 6)
        ]
        assert [one.name for one in await store.books.bindings()] == ["mains"]
        await assert_heals(store, model, ENTRIES, ZONE, NOW)
    assert verify(path, untold).is_sound
    change(path, f"UPDATE minutes SET imported_a_dmwh = 7 WHERE key = {minute_key(T0 + 60, 0)}")
    async with home_store(path) as store:
        await assert_true_or_not_there(store, model, ZONE, NOW)
        await assert_heals(store, model, ENTRIES, ZONE, NOW)


@pytest.mark.slow
@pytest.mark.parametrize("format_", range(1, migrate.CHECKED_SINCE))
async def test_what_no_meter_can_have_counted_is_damage_of_before(
    tmp_path: Path, format_: int
) -> None:
    path = tmp_path / "books"
    model = of_format(path, format_)
    change(path, f"UPDATE minutes SET imported_a_dmwh = 1 << 50 WHERE key = {minute_key(T0, 0)}")
    async with home_store(path) as store:
        await settle(store, NOW)
        await assert_true_or_not_there(store, model, ZONE, NOW)
        await assert_heals(store, model, ENTRIES, ZONE, NOW)
