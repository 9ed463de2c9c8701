"""The stored minutes: GetRecords, GetData, GetNetEnergies and data.csv."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.simulator.kit import DAY_S, FIXTURES, NOON, get, meter, result, standing_clock
from wattledger.simulator.feed import PhaseMinute
from wattledger.simulator.feeds.synthetic import ConstantFeed, SineFeed
from wattledger.simulator.meter import PretendMeter
from wattledger.simulator.quirks import Quirks

KEYS = json.loads((FIXTURES / "keys.json").read_text())


@pytest.fixture
async def device() -> AsyncIterator[PretendMeter]:
    """A meter with two hours of records, the last one just written."""
    clock = standing_clock(NOON + 1)
    async with meter(clock, history_from=NOON - 7200) as started:
        yield started


async def pages(device: PretendMeter, ts: int, kind: str = "EMData", **params: Any) -> list[Any]:
    found = []
    params = {"id": 0} | params
    while True:
        page = await result(device, f"{kind}.GetData", ts=ts, **params)
        found.append(page)
        if not page.get("next_record_ts"):
            return found
        assert page["next_record_ts"] > ts
        ts = page["next_record_ts"]


def rows_of(found: list[Any]) -> dict[int, list[float]]:
    rows: dict[int, list[float]] = {}
    for page in found:
        for block in page["data"]:
            for index, row in enumerate(block["values"]):
                stamp = block["ts"] + index * block["period"]
                assert stamp not in rows
                rows[stamp] = row
    return rows


async def test_the_keys_are_those_of_the_real_meter(device: PretendMeter) -> None:
    page = await result(device, "EMData.GetData", id=0, ts=NOON - 120)
    assert page["keys"] == KEYS["EMData"]
    net = await result(device, "EMData.GetNetEnergies", id=0, ts=NOON - NOON % 300, period=300)
    assert net["keys"] == KEYS["EMData.GetNetEnergies"]
    async with meter(profile="monophase") as other:
        assert (await result(other, "EM1Data.GetData", id=2, ts=0))["keys"] == KEYS["EM1Data"]
        net = await result(other, "EM1Data.GetNetEnergies", id=2, ts=0, period=300)
        assert net["keys"] == KEYS["EM1Data.GetNetEnergies"]


async def test_six_records_to_a_page(device: PretendMeter) -> None:
    page = await result(device, "EMData.GetData", id=0, ts=NOON - 7200)
    assert list(page) == ["keys", "data", "next_record_ts"]
    [block] = page["data"]
    assert list(block) == ["ts", "period", "values"]
    assert (block["ts"], block["period"], len(block["values"])) == (NOON - 7200, 60, 6)
    assert page["next_record_ts"] == NOON - 7200 + 360


async def test_pages_bring_every_minute_once_and_agree_with_the_feed(
    device: PretendMeter,
) -> None:
    found = await pages(device, NOON - 7200, add_keys=False)
    assert all("keys" not in page for page in found)
    rows = rows_of(found)
    assert list(rows) == [*range(NOON - 7200, NOON, 60)]
    feed = SineFeed()
    for stamp, row in rows.items():
        named = dict(zip(KEYS["EMData"], row, strict=True))
        for phase, minute in zip("abc", feed.minute(stamp), strict=True):
            assert named[f"{phase}_total_act_energy"] == minute.imported_dmwh / 10_000
            assert named[f"{phase}_total_act_ret_energy"] == minute.exported_dmwh / 10_000
            assert named[f"{phase}_max_act_power"] == round(minute.max_power_w, 1)
            assert named[f"{phase}_min_act_power"] == round(minute.min_power_w, 1)


async def test_extremes_frame_the_means(device: PretendMeter) -> None:
    for row in rows_of(await pages(device, NOON - 3600)).values():
        named = dict(zip(KEYS["EMData"], row, strict=True))
        for phase in "abc":
            for quantity in ("voltage", "current"):
                low, high = named[f"{phase}_min_{quantity}"], named[f"{phase}_max_{quantity}"]
                assert low <= named[f"{phase}_avg_{quantity}"] <= high
            assert 0 <= named[f"{phase}_min_aprt_power"] <= named[f"{phase}_max_aprt_power"]
            assert named[f"{phase}_fund_act_energy"] <= named[f"{phase}_total_act_energy"]


async def test_end_ts_is_the_last_record_shown(device: PretendMeter) -> None:
    rows = rows_of(await pages(device, NOON - 600, end_ts=NOON - 300))
    assert list(rows) == [*range(NOON - 600, NOON - 299, 60)]


async def test_nothing_to_show_is_no_block(device: PretendMeter) -> None:
    page = await result(device, "EMData.GetData", id=0, ts=NOON + 60)
    assert page["data"] == []
    assert "next_record_ts" not in page


async def test_a_record_appears_when_it_was_written(device: PretendMeter) -> None:
    device.clock.advance(59.6)
    assert (await result(device, "EMData.GetData", id=0, ts=NOON))["data"] == []
    device.clock.advance(0.1)
    [block] = (await result(device, "EMData.GetData", id=0, ts=NOON))["data"]
    assert (block["ts"], len(block["values"])) == (NOON, 1)


async def test_the_running_minute_may_be_shown() -> None:
    clock = standing_clock(NOON + 30)
    feed = ConstantFeed((3600.0, 0.0, 0.0))
    quirks = Quirks(shows_running_minute=True)
    async with meter(clock, feed=feed, quirks=quirks, history_from=NOON - 600) as device:
        page = await result(device, "EMData.GetData", id=0, ts=NOON - 60)
        before, running = page["data"]
        assert (running["ts"], running["values"][0][0]) == (NOON, 30)
        assert (before["ts"], before["values"][0][0]) == (NOON - 60, 60)
        first = await result(device, "EMData.GetData", id=0, ts=NOON - 600)
        assert len(first["data"]) == 1


async def test_a_block_may_begin_before_the_asked_ts() -> None:
    quirks = Quirks(begins_before_records=2, zero_when_done=True)
    async with meter(standing_clock(NOON + 1), history_from=NOON - 600, quirks=quirks) as device:
        page = await result(device, "EMData.GetData", id=0, ts=NOON - 300)
        assert page["data"][0]["ts"] == NOON - 420
        assert page["next_record_ts"] == NOON - 60
        page = await result(device, "EMData.GetData", id=0, ts=NOON - 60)
        assert page["data"][0]["ts"] == NOON - 180
        assert page["next_record_ts"] == 0


async def test_the_first_minute_after_a_boot_is_a_part() -> None:
    clock = standing_clock(NOON + 54)
    async with meter(clock, feed=ConstantFeed((127.0, 0.0, 0.0))) as device:
        clock.advance(7.0)
        page = await result(device, "EMData.GetData", id=0, ts=0)
        [[row]] = [block["values"] for block in page["data"]]
        assert row[0] == pytest.approx(0.2117, abs=0.0001)
        assert row[6] == 127


async def test_records_say_where_the_gaps_are(device: PretendMeter) -> None:
    device.lose_history(NOON - 3600, NOON - 1800)
    device.lose_history(0, NOON - 6000)
    records = await result(device, "EMData.GetRecords", id=0, ts=0)
    assert records == {
        "data_blocks": [
            {"ts": NOON - 6000, "period": 60, "records": 40},
            {"ts": NOON - 1800, "period": 60, "records": 30},
        ]
    }
    later = await result(device, "EMData.GetRecords", id=0, ts=NOON - 90)
    assert later == {"data_blocks": [{"ts": NOON - 60, "period": 60, "records": 1}]}
    page = await result(device, "EMData.GetData", id=0, ts=NOON - 3780)
    assert [block["ts"] for block in page["data"]] == [NOON - 3780, NOON - 1800]
    assert [len(block["values"]) for block in page["data"]] == [3, 3]


async def test_the_oldest_records_are_overwritten() -> None:
    clock = standing_clock(NOON + 1)
    async with meter(clock, history_from=NOON - 3 * DAY_S, memory_days=1.0) as device:
        for _ in range(2):
            [block] = (await result(device, "EMData.GetRecords", id=0))["data_blocks"]
            now = int(clock.now())
            assert now - DAY_S - 60 <= block["ts"] <= now - DAY_S
            assert block["records"] in (1440, 1441)
            clock.advance(3600.0)


async def test_delete_all_data_leaves_the_counters(device: PretendMeter) -> None:
    before = await result(device, "EMData.GetStatus", id=0)
    await result(device, "EMData.DeleteAllData", id=0)
    assert await result(device, "EMData.GetRecords", id=0) == {"data_blocks": []}
    assert await result(device, "EMData.GetStatus", id=0) == before
    device.clock.advance(60.0)
    [block] = (await result(device, "EMData.GetRecords", id=0))["data_blocks"]
    assert block == {"ts": NOON, "period": 60, "records": 1}


async def test_shorter_rows_make_longer_pages() -> None:
    options: dict[str, Any] = {"profile": "monophase", "history_from": NOON - 7200}
    async with meter(standing_clock(NOON + 1), **options) as device:
        found = await pages(device, NOON - 7200, kind="EM1Data", id=1)
        assert [len(page["data"][0]["values"]) for page in found] == [21] * 5 + [15]
        rows = rows_of(found)
    feed = SineFeed()
    assert list(rows) == [*range(NOON - 7200, NOON, 60)]
    for stamp, row in rows.items():
        minute = feed.minute(stamp)[1]
        assert (row[0], row[1]) == (minute.imported_dmwh / 10_000, minute.exported_dmwh / 10_000)


async def test_a_gen3_meter_keeps_five_minutes() -> None:
    begin = NOON - NOON % 300 - 3600
    options: dict[str, Any] = {"model": "S3EM-003CXCEU63", "history_from": begin}
    clock = standing_clock(begin + 3601)
    feed = SineFeed()
    async with meter(clock, feed=feed, **options) as device:
        page = await result(device, "EMData.GetData", id=0, ts=begin)
        [block] = page["data"]
        assert (block["ts"], block["period"], len(block["values"])) == (begin, 300, 6)
        minutes = [feed.minute(begin + 60 * index)[0] for index in range(5)]
        assert block["values"][0][0] == sum(minute.imported_dmwh for minute in minutes) / 10_000
        clock.advance(299.0)
        assert await result(device, "EMData.GetRecords", id=0, ts=begin + 3600) == {
            "data_blocks": []
        }


@pytest.mark.parametrize("period_s", [300, 900, 1800, 3600])
async def test_net_energies_are_what_the_minutes_add_up_to(period_s: int) -> None:
    begin = NOON - NOON % 3600 - 7200
    async with meter(standing_clock(begin + 7201), history_from=begin) as device:
        rows = rows_of(await pages(device, begin))
        reply = await result(device, "EMData.GetNetEnergies", id=0, ts=begin, period=period_s)
        [block] = reply["data"]
        assert (block["ts"], block["period"]) == (begin, period_s)
        assert len(block["values"]) == 7200 // period_s
        for index, net in enumerate(block["values"]):
            stamps = range(begin + index * period_s, begin + (index + 1) * period_s, 60)
            for phase in range(3):
                expected = sum(rows[ts][16 * phase] - rows[ts][16 * phase + 2] for ts in stamps)
                assert net[phase] == pytest.approx(expected, abs=1e-6)


async def test_net_energies_of_a_day_fit_into_one_reply_those_of_a_week_do_not() -> None:
    begin = NOON - NOON % 3600 - 8 * DAY_S
    async with meter(standing_clock(begin + 8 * DAY_S), history_from=begin) as device:
        day = await result(
            device, "EMData.GetNetEnergies", id=0, ts=begin, period=900, end_ts=begin + DAY_S - 1
        )
        assert len(day["data"][0]["values"]) == 96
        assert "next_record_ts" not in day
        week = await result(device, "EMData.GetNetEnergies", id=0, ts=begin, period=300)
        assert week["next_record_ts"] == begin + 96 * 300


async def test_net_energies_wait_for_a_full_period(device: PretendMeter) -> None:
    ts = NOON - NOON % 3600
    reply = await result(device, "EMData.GetNetEnergies", id=0, ts=ts, period=3600)
    assert reply["data"] == []


@pytest.mark.parametrize("params", [{"ts": 60, "period": 300}, {"ts": 0, "period": 60}])
async def test_net_energies_refuse_other_periods(
    device: PretendMeter, params: dict[str, int]
) -> None:
    query = "&".join(f"{key}={value}" for key, value in params.items())
    response = await get(device, f"/rpc/EMData.GetNetEnergies?id=0&{query}")
    assert response.status_code == 500
    assert response.json()["code"] == -103


async def test_csv_has_the_header_and_the_numbers_of_the_capture(device: PretendMeter) -> None:
    real = (FIXTURES / "phasewatch/emdata_triphase_1row.csv").read_text().splitlines()
    response = await get(device, f"/emdata/0/data.csv?ts={NOON - 600}&add_keys=true")
    assert response.headers["content-type"] == "text/csv"
    header, *lines = response.text.splitlines()
    assert header == real[0]
    assert [int(line.split(",")[0]) for line in lines] == [*range(NOON - 600, NOON, 60)]
    decimals = [len(value.partition(".")[2]) for value in real[1].split(",")]
    assert [len(value.partition(".")[2]) for value in lines[0].split(",")] == decimals
    rows = rows_of(await pages(device, NOON - 600))
    assert [float(value) for value in lines[3].split(",")[1:]] == rows[NOON - 420]


async def test_csv_of_a_window_without_keys(device: PretendMeter) -> None:
    path = f"/emdata/0/data.csv?ts={NOON - 600}&end_ts={NOON - 540}"
    assert len((await get(device, path)).text.splitlines()) == 2


async def test_csv_of_a_monophase_meter() -> None:
    real = (FIXTURES / "phasewatch/em1data_monophase_1row.csv").read_text().splitlines()
    clock = standing_clock(NOON + 1)
    async with meter(clock, profile="monophase", history_from=NOON - 600) as device:
        response = await get(device, "/em1data/2/data.csv?add_keys=true")
        assert response.text.splitlines()[0] == real[0]
        assert len(response.text.splitlines()) == 11
        assert (await get(device, "/emdata/0/data.csv")).status_code == 404


async def test_some_firmware_has_no_csv() -> None:
    async with meter(quirks=Quirks(csv_missing=True)) as device:
        assert (await get(device, "/emdata/0/data.csv")).status_code == 404


class CountedFeed:
    """A feed that counts the minutes asked of it."""

    def __init__(self) -> None:
        self.minutes = 0
        self._feed = ConstantFeed()
        self.power_w = self._feed.power_w

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        self.minutes += 1
        return self._feed.minute(start)


async def test_a_long_memory_does_not_delay_the_start() -> None:
    feed = CountedFeed()
    clock = standing_clock(NOON + 1)
    async with meter(clock, feed=feed, history_from=NOON - 60 * DAY_S) as device:
        asked_at_the_start = feed.minutes
        [block] = (await result(device, "EMData.GetRecords", id=0))["data_blocks"]
    assert block["records"] >= 45 * 1440
    assert asked_at_the_start < 1440
