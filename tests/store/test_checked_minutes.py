"""Minutes held against their tallies: what one bad hour costs."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.builders import MAINS, T0, entry, home_store
from tests.store.harm import change
from wattledger.energy.spans import Span
from wattledger.store import checked_minutes
from wattledger.store.codec import hour_key, minute_key
from wattledger.store.connection import connect_reader
from wattledger.store.noticed_damage import NoticedDamage

DAYS = 128
PERIOD_S = 900
SPAN = Span(T0, T0 + DAYS * 86_400)
BAD = T0 + 50 * 86_400
STEPS = 1_000

Ask = Callable[..., object]


async def filled(path: Path) -> None:
    entries = [entry(MAINS, at, period_s=PERIOD_S) for at in range(*SPAN, PERIOD_S)]
    async with home_store(path) as store:
        await store.journal.book(entries, SPAN.end)


def steps_of(path: Path, ask: Ask, noticed: NoticedDamage) -> int:
    """How much SQLite had to do for it, in thousands of its own steps."""
    steps = 0

    def one_more() -> int:
        nonlocal steps
        steps += 1
        return 0

    with closing(connect_reader(path)) as file:
        file.set_progress_handler(one_more, STEPS)
        ask(file, [0], SPAN, noticed)
    return steps


@pytest.mark.parametrize("ask", [checked_minutes.series_of, checked_minutes.minutes_of])
@pytest.mark.parametrize(
    "harm",
    [
        f"UPDATE minutes SET imported_a_dmwh = 1 WHERE key = {minute_key(BAD, 0)}",
        f"DELETE FROM minutes WHERE key = {minute_key(BAD, 0)}",
        f"DELETE FROM hours WHERE key = {hour_key(BAD, 0)}",
    ],
)
async def test_a_bad_hour_costs_its_days_and_not_the_whole_span(
    tmp_path: Path, ask: Ask, harm: str
) -> None:
    path = tmp_path / "books"
    await filled(path)
    noticed = NoticedDamage()
    sound = steps_of(path, ask, noticed)
    assert not noticed
    change(path, harm)
    damaged = steps_of(path, ask, noticed)
    assert noticed.take().hours == {hour_key(BAD, 0)}
    assert sound < damaged < 1.4 * sound
