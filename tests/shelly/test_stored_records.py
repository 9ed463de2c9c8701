"""The meter's memory: every stored minute once, whatever the pages and the holes."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.shelly.kit import NOON, PASSWORD, eventually, fetched, linked, ours, pretend
from wattledger.energy.booking_entry import Entry
from wattledger.energy.errors import MeterUnreachable
from wattledger.energy.spans import Span, merged, within
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.quirks import Quirks

HOUR = Span(NOON - 3600, NOON)


def starts(entries: list[Entry]) -> list[int]:
    return [entry.record.start for entry in entries]


def minutes(*spans: tuple[int, int]) -> list[int]:
    return [start for first, end in spans for start in range(first, end, 60)]


@pytest.mark.parametrize("profile", ["triphase", "monophase"])
@pytest.mark.parametrize("page_records", [1, 5, 6, 60, 1000])
async def test_every_page_size_gives_every_minute(profile: str, page_records: int) -> None:
    feed = SineFeed()
    async with pretend(profile=profile, page_records=page_records, feed=feed) as device:
        meter = ours(device)
        async with linked(meter):
            entries = await fetched(meter, HOUR)
    assert starts(entries) == minutes(HOUR)
    for entry in entries:
        truth = feed.minute(entry.record.start)
        assert entry.record[2:5] == tuple(phase.imported_dmwh for phase in truth)
        assert entry.record[5:8] == tuple(phase.exported_dmwh for phase in truth)


QUIRKS: dict[str, Quirks] = {
    "blocks begin earlier": Quirks(begins_before_records=4),
    "blocks begin a page earlier": Quirks(begins_before_records=6),
    "zero when done": Quirks(zero_when_done=True),
    "mixed numbers": Quirks(number_style="mixed"),
    "all": Quirks(
        begins_before_records=3,
        zero_when_done=True,
        shows_running_minute=True,
        number_style="mixed",
    ),
}


@pytest.mark.parametrize("profile", ["triphase", "monophase"])
@pytest.mark.parametrize("quirk", QUIRKS)
async def test_habits_of_a_meter_cost_no_minute(profile: str, quirk: str) -> None:
    async with pretend(profile=profile, quirks=QUIRKS[quirk]) as device:
        device.lose_history(NOON - 1800, NOON - 1200)
        meter = ours(device)
        async with linked(meter):
            entries = await fetched(meter, Span(NOON - 3600, NOON + 600))
    assert starts(entries) == minutes((NOON - 3600, NOON - 1800), (NOON - 1200, NOON))


async def test_the_running_minute_is_not_handed_on() -> None:
    async with pretend(quirks=Quirks(shows_running_minute=True)) as device:
        meter = ours(device)
        async with linked(meter):
            assert starts(await fetched(meter, Span(NOON - 120, NOON + 600))) == [
                NOON - 120,
                NOON - 60,
            ]


@pytest.mark.parametrize("off_s", [-45.0, 45.0, 3000.0])
async def test_whether_a_minute_is_over_goes_by_the_meters_clock(off_s: float) -> None:
    quirks = Quirks(shows_running_minute=True)
    async with pretend(clock_off_s=off_s, quirks=quirks) as device:
        meter = ours(device)
        async with linked(meter):
            assert meter.clock_offset_s == pytest.approx(off_s, abs=1.0)
            entries = await fetched(meter, Span(NOON - 600, NOON + 6000))
            shown_s = device.clock.now() + off_s
    assert entries
    assert max(starts(entries)) + 60 == int(shown_s) // 60 * 60


async def test_an_empty_span_asks_nothing() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter):
            assert await fetched(meter, Span(NOON, NOON)) == []
            assert await fetched(meter, Span(NOON - 90_000, NOON - 80_000)) == []


async def test_longer_periods_are_kept() -> None:
    world = SimClock(NOON + 480 + 30, rate=0.0)
    start = (NOON + 480) // 300 * 300
    async with pretend(world, period_s=300, history_from=start - 3600) as device:
        meter = ours(device)
        async with linked(meter):
            entries = await fetched(meter, Span(start - 3600, start))
    assert [(e.record.start, e.record.period_s) for e in entries] == [
        (at, 300) for at in range(start - 3600, start, 300)
    ]


@pytest.mark.parametrize("profile", ["triphase", "monophase"])
async def test_stored_spans_are_what_the_meter_has(profile: str) -> None:
    async with pretend(profile=profile) as device:
        device.lose_history(NOON - 3000, NOON - 2400)
        device.lose_history(NOON - 600, NOON - 540)
        meter = ours(device)
        async with linked(meter):
            spans = await meter.stored_spans()
    assert spans == [
        Span(NOON - 7200, NOON - 3000),
        Span(NOON - 2400, NOON - 600),
        Span(NOON - 540, NOON),
    ]


async def test_records_without_a_time_are_left_out() -> None:
    async with pretend() as device:
        device.lose_time()
        device.clock.advance(300)
        device.find_time()
        device.clock.advance(60)
        meter = ours(device)
        async with linked(meter):
            spans = await meter.stored_spans()
            entries = await fetched(meter, Span(0, NOON + 600))
    assert spans[0].start == NOON - 7200
    assert all(span.start >= NOON - 7200 for span in spans)
    assert min(starts(entries)) == NOON - 7200
    assert len(set(starts(entries))) == len(entries)


async def test_one_reader_at_a_time() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter):
            async with asyncio.TaskGroup() as group:
                first = group.create_task(fetched(meter, HOUR))
                second = group.create_task(fetched(meter, HOUR))
            assert starts(first.result()) == starts(second.result()) == minutes(HOUR)


async def test_a_reader_that_leaves_early_frees_the_memory() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter):
            pages: Any = meter.records([HOUR])
            await anext(pages)
            await pages.aclose()
            async with asyncio.timeout(300):
                assert starts(await fetched(meter, HOUR)) == minutes(HOUR)


async def test_a_meter_that_breaks_off_says_so_and_can_be_asked_again() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            got: list[Entry] = []

            async def read_until_cut() -> None:
                async for page in meter.records([HOUR]):
                    got.extend(page)
                    if len(got) == 12:
                        device.drop_connections()

            with pytest.raises(MeterUnreachable):
                await read_until_cut()
            await heard.until_connected(2)
            got += await fetched(meter, Span(got[-1].record.end, HOUR.end))
    assert starts(got) == minutes(HOUR)


@pytest.mark.parametrize("code", [-108, 503])
async def test_a_busy_meter_is_unreachable_for_now(code: int) -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            device.fail_calls(code, method="EMData.GetData")
            with pytest.raises(MeterUnreachable):
                await fetched(meter, HOUR)
            assert starts(await fetched(meter, HOUR)) == minutes(HOUR)
            assert heard.reasons == []


async def test_a_slow_page_has_its_deadline() -> None:
    async with pretend() as device:
        meter = ours(device, page_s=0.1)
        async with linked(meter) as heard:
            device.answer_slowly(5.0, "EMData.GetData")
            with pytest.raises(MeterUnreachable, match=r"within 0\.1 s"):
                await fetched(meter, HOUR)
            assert heard.reasons == []


async def test_firmware_without_get_records_shows_one_span() -> None:
    async with pretend(firmware="1.7.5") as device:
        meter = ours(device)
        device.fail_calls(404, times=1, method="EMData.GetRecords")
        async with linked(meter):
            (span,) = await meter.stored_spans()
    assert span == Span(NOON - 7200, NOON)


@given(
    holes=st.lists(st.tuples(st.integers(0, 110), st.integers(1, 30)), max_size=5),
    page_records=st.integers(1, 40),
    quirks=st.builds(
        Quirks,
        begins_before_records=st.integers(0, 3),
        zero_when_done=st.booleans(),
        shows_running_minute=st.booleans(),
    ),
    asked=st.lists(st.tuples(st.integers(-5, 125), st.integers(1, 60)), min_size=1, max_size=4),
    profile=st.sampled_from(["triphase", "monophase"]),
    protected=st.booleans(),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_each_stored_minute_in_the_spans_is_given_exactly_once(
    holes: list[tuple[int, int]],
    page_records: int,
    quirks: Quirks,
    asked: list[tuple[int, int]],
    profile: str,
    protected: bool,
) -> None:
    async def ask() -> list[int]:
        password = PASSWORD if protected else None
        async with pretend(
            profile=profile, page_records=page_records, quirks=quirks, password=password
        ) as device:
            for first, length in holes:
                begin = NOON - 7200 + first * 60
                device.lose_history(begin, begin + length * 60)
            meter = ours(device, password, page_pause_most_s=0.0)
            async with linked(meter):
                return starts(await fetched(meter, *spans))

    begin = NOON - 7200
    spans = merged(Span(begin + at * 60, begin + (at + length) * 60) for at, length in asked)
    lost = {at for begin, length in holes for at in range(begin, begin + length)}
    kept = [begin + at * 60 for at in range(120) if at not in lost]
    assert asyncio.run(ask()) == [at for at in kept if within(spans, Span(at, at + 1))]


async def test_pages_end_with_the_live_link_that_knows_the_clock() -> None:
    """Else the running minute might be taken for one that is over."""
    async with pretend(quirks=Quirks(shows_running_minute=True), page_records=60) as device:
        meter = ours(device, reconnect_least_s=5.0, reconnect_most_s=5.0)
        async with linked(meter) as heard:
            await eventually(lambda: len(device._listener.sessions) == 1)
            (live,) = device._listener.sessions
            pages: Any = meter.records([Span(NOON - 7200, NOON + 600)])
            await anext(pages)
            live._door.abort()
            await heard.until_disconnected()
            with pytest.raises(MeterUnreachable, match="not connected"):
                await anext(pages)
