"""A store from before there were roles is opened by this version."""

from pathlib import Path

from tests.house.before_roles import METERS, NOW, assert_answers_as_before, rows_of, store_at
from tests.house.inside import serving
from wattledger.simulator.clock import SimClock


async def test_every_answer_is_as_it_was_and_nothing_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite"
    store_at(path)
    tables = ("minutes", "hours", "quarters", "days", "gaps", "bindings")
    before = {table: rows_of(path, table) for table in tables}
    assert before["days"]
    async with serving(tmp_path, SimClock(NOW, rate=0), METERS) as url:
        await assert_answers_as_before(url, "local")
    assert {table: rows_of(path, table) for table in tables} == before
