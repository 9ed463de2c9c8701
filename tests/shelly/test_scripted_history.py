"""Pages and blocks of history that no sound meter gives: no endless loop, no minute twice."""

from typing import Any

import pytest

from tests.shelly.kit import NOON, captured, fetched, linked
from tests.shelly.scripted import Raw, Script, scripted
from wattledger.energy.daily_limit import MOST_STORED_S
from wattledger.energy.errors import ProtocolError
from wattledger.energy.fault import FaultKind
from wattledger.energy.spans import Span, merged, total_s, without

SPAN = Span(NOON - 600, NOON)
KEYS = captured("keys.json")["EMData"]


def row(energy_wh: object = 0.0) -> list[Any]:
    return [energy_wh if key.endswith("_total_act_energy") else 0 for key in KEYS]


def page(start: int, rows: list[Any], next_ts: int | None = None, **extra: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "keys": KEYS,
        "data": [{"ts": start, "period": 60, "values": rows}],
        **extra,
    }
    return answer if next_ts is None else answer | {"next_record_ts": next_ts}


async def test_absurd_records_are_a_fault_and_not_handed_on() -> None:
    rows = [row(1.0), row(-1.0), row(2.0), row()[:-1], row(3.0)]
    script = Script(EMData_GetData=lambda _: page(NOON - 300, rows))
    async with scripted(script) as meter, linked(meter):
        entries = await fetched(meter, SPAN)
        assert [entry.record.imported_a_dmwh for entry in entries] == [10_000, 20_000, 30_000]
        assert any(
            fault.kind is FaultKind.ABSURD_RECORDS and fault.detail.startswith("2 absurd records")
            for fault in meter.faults
        )


@pytest.mark.parametrize(
    "answer",
    [
        {"data": None},
        {"data": [], "next_record_ts": 0},
        {"data": [], "next_record_ts": -5},
        {"data": [], "next_record_ts": NOON - 600},
        {"data": [], "next_record_ts": "later"},
        page(NOON - 900, [row()], next_ts=NOON - 600),
        page(NOON - 900, [row()]),
    ],
)
async def test_what_does_not_get_ahead_ends(answer: dict[str, Any]) -> None:
    script = Script(EMData_GetData=lambda _: answer)
    async with scripted(script) as meter, linked(meter):
        script.asked.clear()
        assert await fetched(meter, SPAN) == []
        assert [call["method"] for call in script.asked].count("EMData.GetData") <= 2


async def test_the_same_page_for_ever_is_taken_once() -> None:
    script = Script(EMData_GetData=lambda _: page(NOON - 600, [row(), row()]))
    async with scripted(script) as meter, linked(meter):
        assert len(await fetched(meter, SPAN)) == 2


async def test_pages_that_creep_without_a_record_end_in_an_error() -> None:
    def creeping(params: dict[str, Any]) -> Any:
        return {"keys": KEYS, "data": [], "next_record_ts": params["ts"] + 1}

    script = Script(EMData_GetData=creeping)
    async with scripted(script) as meter, linked(meter):
        with pytest.raises(ProtocolError):
            await fetched(meter, SPAN)
        script.answers.clear()
        assert await fetched(meter, SPAN) == []


async def test_a_missing_next_ts_is_made_up_for() -> None:
    """A page that says it is the last although more is stored."""

    def forgetful(params: dict[str, Any]) -> Any:
        start = max(params["ts"], SPAN.start)
        rows = [row() for at in range(start, min(start + 180, SPAN.end), 60)]
        return page(start, rows)

    script = Script(EMData_GetData=forgetful)
    async with scripted(script) as meter, linked(meter):
        assert len(await fetched(meter, SPAN)) == 10


@pytest.mark.parametrize("nonsense", [NOON + 10**6, NOON - 120])
async def test_a_next_ts_beyond_what_was_given_skips_nothing(nonsense: int) -> None:
    """One page of two records says that it goes on much later; all of them are there."""

    def leaping(params: dict[str, Any]) -> Any:
        start = max(params["ts"], SPAN.start)
        rows = [row() for at in range(start, min(start + 120, SPAN.end), 60)]
        return page(start, rows, next_ts=nonsense if start == SPAN.start else start + 120)

    script = Script(EMData_GetData=leaping)
    async with scripted(script) as meter, linked(meter):
        assert len(await fetched(meter, SPAN)) == 10


async def test_where_nothing_is_given_the_next_ts_is_believed() -> None:
    """A hole of four minutes that was listed costs one page."""
    stored = [*range(SPAN.start, NOON - 480, 60), *range(NOON - 240, NOON, 60), 0]

    def leaping(params: dict[str, Any]) -> Any:
        given = [at for at in stored if at == params["ts"]]
        next_ts = next(at for at in stored if at == 0 or at > params["ts"])
        return page(params["ts"], [row() for _ in given], next_ts)

    script = Script(EMData_GetData=leaping)
    async with scripted(script) as meter, linked(meter):
        script.asked.clear()
        assert len(await fetched(meter, SPAN)) == 6
        assert script.times_asked("EMData.GetData") == 7


HOLES = 450
PIECES = [Span(at, at + 180) for at in range(NOON - HOLES * 300, NOON, 300)]
"""Three minutes each, two are missing after them."""


def memory(params: dict[str, Any]) -> Any:
    """Pages of six records, whatever the holes between them."""
    stored = [at for piece in PIECES for at in range(*piece, 60)]
    ahead = [at for at in stored if params["ts"] <= at < params["end_ts"]]
    blocks = [{"ts": at, "period": 60, "values": [row()]} for at in ahead[:6]]
    return {"keys": KEYS, "data": blocks, "next_record_ts": [*ahead[6:7], 0][0]}


def one_piece_a_page(params: dict[str, Any]) -> Any:
    """Says that it is done where a piece ends."""
    asked = [piece for piece in PIECES if piece.start <= params["ts"] < piece.end]
    return page(asked[0].start, [row()] * 3) if asked else {"keys": KEYS, "data": []}


@pytest.mark.parametrize(("answer", "pages"), [(memory, HOLES * 3 // 6), (one_piece_a_page, HOLES)])
async def test_a_memory_in_pieces_is_asked_by_pages(answer: Any, pages: int) -> None:
    script = Script(EMData_GetData=answer)
    async with scripted(script) as meter, linked(meter):
        script.asked.clear()
        entries = await fetched(meter, *PIECES)
        assert [e.record.start for e in entries] == [at for p in PIECES for at in range(*p, 60)]
        assert script.times_asked("EMData.GetData") == pages


async def test_pieces_that_are_listed_and_not_given_hold_up_none_of_the_others() -> None:
    def gives(params: dict[str, Any]) -> Any:
        return memory(params) if params["ts"] == PIECES[-1].start else {"keys": KEYS, "data": []}

    script = Script(EMData_GetData=gives)
    async with scripted(script) as meter, linked(meter):
        assert len(await fetched(meter, *PIECES)) == 3


@pytest.mark.parametrize("data", ["text", [{"ts": 1}], [5], [{"ts": NOON, "period": 60}]])
async def test_a_page_that_is_none_is_babble(data: Any) -> None:
    script = Script(EMData_GetData=lambda _: {"keys": KEYS, "data": data})
    async with scripted(script) as meter, linked(meter):
        with pytest.raises(ProtocolError):
            await fetched(meter, SPAN)


async def test_columns_go_by_the_meters_own_keys() -> None:
    keys = [*reversed(KEYS), "a_new_one"]
    values = [7.5 if key == "c_total_act_ret_energy" else 0 for key in keys]
    answer = {"keys": keys, "data": [{"ts": NOON - 600, "period": 60, "values": [values]}]}
    script = Script(EMData_GetData=lambda _: answer)
    async with scripted(script) as meter, linked(meter):
        (entry,) = await fetched(meter, SPAN)
        assert entry.record[2:] == (0, 0, 0, 0, 0, 75_000)


async def test_implausible_blocks_are_dropped_and_paged_over() -> None:
    pages = {
        0: [{"ts": 60, "period": 60, "records": 5}],
        360: [
            {"ts": NOON - 6000, "period": 60, "records": 10},
            {"ts": 4_100_000_000, "period": 60, "records": 1},
            {"ts": 2_000_000_000, "period": 60, "records": 10_000_000},
        ],
        NOON - 5400: [
            {"ts": NOON - 5400, "period": 60, "records": 2},
            {"ts": NOON - 900, "period": 300, "records": 3},
        ],
    }
    script = Script(EMData_GetRecords=lambda params: {"data_blocks": pages.get(params["ts"], [])})
    async with scripted(script) as meter, linked(meter):
        assert await meter.stored_spans() == [
            Span(NOON - 6000, NOON - 5280),
            Span(NOON - 900, NOON),
        ]


@pytest.mark.parametrize(
    ("odd", "sound"),
    [
        ({"ts": NOON - 6000, "period": 60, "records": 10**9}, [Span(NOON - 6000, NOON)]),
        ({"ts": 1_999_999_980, "period": 60, "records": 5}, []),
        ({"ts": 60, "period": 60, "records": NOON // 60 - 100}, [Span(NOON - 9000, NOON - 5940)]),
    ],
)
async def test_an_implausible_block_hides_nothing_sound(
    odd: dict[str, int], sound: list[Span]
) -> None:
    """Neither of itself nor of the others, also on the pages that follow."""
    others = [{"ts": NOON - at, "period": 60, "records": 2} for at in (3000, 1200)]
    pages = {0: [odd, others[0]], NOON - 2880: [others[1]]}
    script = Script(EMData_GetRecords=lambda params: {"data_blocks": pages.get(params["ts"], [])})
    async with scripted(script) as meter, linked(meter):
        spans = await meter.stored_spans()
        wanted = [*sound, Span(NOON - 3000, NOON - 2880), Span(NOON - 1200, NOON - 1080)]
        assert without(merged(wanted), spans) == []
        assert spans[-1].end <= NOON + 3_660


async def test_without_get_records_what_was_counted_without_a_time_hides_nothing() -> None:
    """GetData gives the oldest first, and these bear the seconds since the meter's start."""

    def oldest_first(params: dict[str, Any]) -> Any:
        return page(60 if params["ts"] <= 60 else NOON - 6000, [row()])

    script = Script(
        Shelly_ListMethods=lambda _: {"methods": ["EMData.GetData"]},
        EMData_GetData=oldest_first,
    )
    async with scripted(script) as meter, linked(meter):
        assert await meter.stored_spans() == [Span(NOON - 6000, NOON)]


async def test_without_get_records_no_more_is_asked_for_than_a_meter_can_hold() -> None:
    script = Script(
        Shelly_ListMethods=lambda _: {"methods": ["EMData.GetData"]},
        EMData_GetData=lambda _: page(1_600_000_020, [row()]),
    )
    async with scripted(script) as meter, linked(meter):
        assert total_s(await meter.stored_spans()) == MOST_STORED_S


async def test_without_get_records_the_oldest_record_is_asked_for() -> None:
    script = Script(
        Shelly_ListMethods=lambda _: {"methods": ["EMData.GetData"]},
        EMData_GetRecords=lambda _: Raw(error=(404, "No handler for EMData.GetRecords")),
        EMData_GetData=lambda _: page(NOON - 6000, [row()], next_ts=NOON - 5940),
    )
    async with scripted(script) as meter, linked(meter):
        assert await meter.stored_spans() == [Span(NOON - 6000, NOON)]
        assert "EMData.GetRecords" not in [call["method"] for call in script.asked]
