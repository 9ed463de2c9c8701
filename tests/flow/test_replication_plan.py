"""What is posted next."""

from tests.fakes.home import GRID, SOLAR
from tests.flow.posting import T0, record
from wattledger.energy.spans import Span
from wattledger.flow.replication_plan import (
    LATE_BATCH,
    LATE_WAITS_S,
    MOST_SPAN_S,
    Backlog,
    batch_of,
    choose,
)


def test_nothing_is_chosen_where_nothing_is_due() -> None:
    few = Backlog(GRID, 0, LATE_BATCH - 1, T0)
    assert choose([], {}, 0.0) is None
    assert choose([few], {GRID: 0.0}, LATE_WAITS_S - 1) is None
    due = choose([few], {GRID: 0.0}, LATE_WAITS_S)
    assert due is not None
    assert (due.span, due.late) == (Span(0, T0 + 1), True)
    enough = choose([Backlog(SOLAR, 0, LATE_BATCH, T0)], {}, 0.0)
    assert enough is not None
    assert Backlog(GRID, 1, 0, None).late_span == Span(0, 0)


def test_a_batch_is_of_records_close_together() -> None:
    near, far = record(T0), record(T0 + MOST_SPAN_S)
    assert batch_of([near, far]) == [near]
    assert batch_of([]) == []
