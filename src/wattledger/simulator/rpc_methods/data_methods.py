"""EMData and EM1Data: the registers, and the stored intervals in their pages and periods."""

from collections.abc import Iterator

from wattledger.simulator.hardware import Hardware
from wattledger.simulator.identity import JsonObject
from wattledger.simulator.memory.core import Core
from wattledger.simulator.memory.history import Record, joined_runs, record_of
from wattledger.simulator.memory.state_changes import forget_history, reset_counters
from wattledger.simulator.quirks import Quirks
from wattledger.simulator.rpc_methods.arguments import component_id, flag, whole_number
from wattledger.simulator.rpc_methods.data_rows import (
    Row,
    csv_line,
    monophase_row,
    net_keys,
    net_row,
    row_keys,
    triphase_row,
)
from wattledger.simulator.rpc_methods.errors import bad_argument
from wattledger.simulator.rpc_methods.paging import contiguous, earlier_start, page_of

_FAR_FUTURE = 2**32 - 1
_NET_PERIODS_S = (300, 900, 1800, 3600)
_NET_PAGE_ROWS = 96


class DataMethods:
    """What EMData answers in triphase, and EM1Data in monophase, where `id` is the channel."""

    def __init__(self, core: Core, hardware: Hardware, quirks: Quirks, page_records: int) -> None:
        self._core = core
        self._hardware = hardware
        self._quirks = quirks
        self._page_records = page_records

    @property
    def is_triphase(self) -> bool:
        """Whether one component stands for all clamps."""
        return self._core.profile == "triphase"

    @property
    def channels(self) -> int:
        return 1 if self.is_triphase else self._hardware.clamps

    def get_records(self, params: JsonObject) -> JsonObject:
        component_id(params, self.channels)
        ts = whole_number(params, "ts", 0)
        runs = [run for run in (run.since(ts) for run in self._core.runs()) if run.count]
        blocks = [
            {
                "ts": block[0].first,
                "period": block[0].era.period_s,
                "records": sum(run.count for run in block),
            }
            for block in joined_runs(runs)
        ]
        return {"data_blocks": blocks}

    def get_data(self, params: JsonObject) -> JsonObject:
        channel = component_id(params, self.channels)
        ts = whole_number(params, "ts")
        end_ts = whole_number(params, "end_ts", _FAR_FUTURE)
        runs = self._core.runs()
        start = earlier_start(
            runs, ts, min(self._quirks.begins_before_records, self._page_size - 1)
        )
        page = page_of(runs, start, end_ts, self._page_size)
        blocks: list[JsonObject] = [
            self._block(
                channel, [record_of(self._core.feed, entry.era, entry.stamp) for entry in part]
            )
            for part in contiguous(page.entries)
        ]
        if self._quirks.shows_running_minute and page.next_ts is None:
            blocks += self._running_block(channel, ts, end_ts)
        reply: JsonObject = {}
        if flag(params, "add_keys", default=True):
            reply["keys"] = self._keys()
        reply["data"] = blocks
        if page.next_ts is not None:
            reply["next_record_ts"] = page.next_ts
        elif self._quirks.zero_when_done:
            reply["next_record_ts"] = 0
        return reply

    def get_net_energies(self, params: JsonObject) -> JsonObject:
        """Consumed minus returned of each phase in whole periods, Wh."""
        channel = component_id(params, self.channels)
        ts, period_s = whole_number(params, "ts"), whole_number(params, "period")
        if period_s not in _NET_PERIODS_S:
            raise bad_argument("period", "one of 300, 900, 1800, 3600")
        if ts % period_s:
            raise bad_argument("ts", "aligned to the period")
        end_ts = whole_number(params, "end_ts", _FAR_FUTURE)
        rows, next_ts = self._net_page(channel, (ts, end_ts), period_s)
        reply: JsonObject = {}
        if flag(params, "add_keys", default=True):
            reply["keys"] = net_keys(self._core.profile)
        reply["data"] = _net_blocks(rows, period_s)
        if next_ts is not None:
            reply["next_record_ts"] = next_ts
        return reply

    def reset_counters(self, params: JsonObject) -> None:
        component_id(params, self.channels)
        reset_counters(self._core)

    def delete_all_data(self, params: JsonObject) -> None:
        component_id(params, self.channels)
        forget_history(self._core, 0, _FAR_FUTURE)

    def event_values(self, channel: int, record: Record) -> Row:
        """The row of a record, as the push of a minute carries it."""
        unwired = self._quirks.unwired
        if not self.is_triphase:
            return monophase_row(record, channel, unwired, one_line=self._hardware.one_line)
        return triphase_row(record, unwired, has_neutral=self._hardware.has_neutral_columns)

    def csv_lines(self, params: JsonObject) -> Iterator[str]:
        """The lines of data.csv, the header only where keys are asked for."""
        channel = component_id(params, self.channels)
        ts = whole_number(params, "ts", 0)
        end_ts = whole_number(params, "end_ts", _FAR_FUTURE)
        keys = self._keys()
        if flag(params, "add_keys", default=False):
            yield ",".join(["timestamp", *keys])
        for run in self._core.runs():
            for record in self._core.records_of(run.since(ts).until(end_ts + 1)):
                yield csv_line(record.stamp, self.event_values(channel, record), keys)

    def _keys(self) -> list[str]:
        return row_keys(self._core.profile, has_neutral=self._hardware.has_neutral_columns)

    @property
    def _page_size(self) -> int:
        """A reply is limited in size: more of the shorter rows of EM1Data fit into it."""
        if self.is_triphase:
            return self._page_records
        return self._page_records * len(row_keys("triphase")) // len(row_keys("monophase"))

    def _block(self, channel: int, records: list[Record]) -> JsonObject:
        return {
            "ts": records[0].stamp,
            "period": records[0].period_s,
            "values": [self.event_values(channel, record) for record in records],
        }

    def _running_block(self, channel: int, ts: int, end_ts: int) -> list[JsonObject]:
        running = self._core.running_record()
        return [self._block(channel, [running])] if ts <= running.stamp <= end_ts else []

    def _net_page(
        self, channel: int, ts_range: tuple[int, int], period_s: int
    ) -> tuple[list[tuple[int, Row]], int | None]:
        phases = range(3) if self.is_triphase else range(channel, channel + 1)
        rows: list[tuple[int, Row]] = []
        for stamp, records in self._periods(ts_range, period_s):
            if len(rows) == _NET_PAGE_ROWS:
                return rows, stamp
            rows.append((stamp, net_row(records, phases)))
        return rows, None

    def _periods(
        self, ts_range: tuple[int, int], period_s: int
    ) -> Iterator[tuple[int, list[Record]]]:
        """Periods that are over and hold a record, each with what was recorded in it."""
        ts, end_ts = ts_range
        runs = self._core.runs()
        next_ts: int | None = ts
        while next_ts is not None:
            head = page_of(runs, next_ts, end_ts, 1).entries
            if not head:
                return
            stamp = head[0].stamp - head[0].stamp % period_s
            if stamp + period_s > self._core.next_stamp:
                return
            held = page_of(runs, stamp, stamp + period_s - 1, period_s).entries
            yield stamp, [record_of(self._core.feed, entry.era, entry.stamp) for entry in held]
            next_ts = stamp + period_s


def _net_blocks(rows: list[tuple[int, Row]], period_s: int) -> list[JsonObject]:
    blocks: list[JsonObject] = []
    values: list[Row] = []
    expected: int | None = None
    for stamp, row in rows:
        if stamp != expected:
            values = []
            blocks.append({"ts": stamp, "period": period_s, "values": values})
        values.append(row)
        expected = stamp + period_s
    return blocks
