"""Rows to entries by the columns the meter itself has named, and a tally of what was absurd."""

import logging
from collections.abc import Mapping

from wattledger.energy.booking_entry import Entry
from wattledger.energy.errors import BadRecord, ProtocolError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import PHASES, MeterId
from wattledger.energy.plausibility import WIDEST, Limits
from wattledger.energy.record import EARLIEST_S, MINUTE_S, Origin
from wattledger.shelly.decode_records import (
    ABSENT,
    PhaseRow,
    Row,
    columns_from,
    known_columns,
    record_of,
    rows_of,
)
from wattledger.shelly.json_values import Fields
from wattledger.shelly.measured_phases import MeasuredPhases
from wattledger.shelly.profile import Vocabulary

logger = logging.getLogger(__name__)

_REMEMBERED = 1000
_MOST_LINES = 100
"""In the log, of one meter; the fault goes on."""


class RowReader:
    """For one meter in one profile, kept over reconnects; the names of its columns are not.

    `period_s` is that of the latest rows, and before there are any what the model has.
    """

    def __init__(
        self,
        name: str,
        meter: MeterId,
        words: Vocabulary,
        limits: Limits = WIDEST,
        period_s: int = MINUTE_S,
    ) -> None:
        self.meter = meter
        self.words = words
        self.limits = limits
        self.measured_phases = MeasuredPhases(words.without_channel)
        self.period_s = period_s
        self.knows_keys = False
        self._name = name
        self._keys: object = None
        self._columns = known_columns(words.profile)
        self._absurd: dict[int, str] = {}
        self._lines_left = _MOST_LINES

    @property
    def fault(self) -> Fault | None:
        """How many stored or pushed records were no meter's, and what the last of them was."""
        if not self._absurd:
            return None
        reason = next(reversed(self._absurd.values()))
        many = f"{len(self._absurd)}{' or more' if len(self._absurd) == _REMEMBERED else ''}"
        return Fault(
            FaultKind.ABSURD_RECORDS,
            f"{many} absurd records were skipped, the last one for {reason}",
        )

    def forget_keys(self) -> None:
        """Whoever answers from now on may order its columns otherwise: another firmware."""
        self.knows_keys = False
        self._keys = None
        self._columns = known_columns(self.words.profile)

    def page(self, answer: Fields, channel: int) -> list[Row]:
        """The rows of an answer of GetData, whose keys count from now on. Raises ProtocolError."""
        try:
            keys = answer.get("keys")
            if keys and keys != self._keys:
                self._columns = columns_from(keys, self.words.profile)
                self._keys = keys
            self.knows_keys = self.knows_keys or bool(keys)
            rows = list(rows_of(answer.get("data"), self._columns))
        except BadRecord as error:
            raise ProtocolError(f"a page of {error}") from error
        # One that gives rows and names no columns never does; an empty page says nothing.
        self.knows_keys = self.knows_keys or bool(rows)
        self._look_at(rows, channel)
        return rows

    def pushed(self, block: object, channel: int) -> list[Row]:
        """The rows of a pushed block, in the columns that are known. Raises BadRecord.

        Rows of another length are of other columns: these are doubtful until they are named anew.
        """
        rows = list(rows_of([block], self._columns))
        if all(row.columns.fits(row.values) for row in rows):
            self._look_at(rows, channel)
        else:
            self.knows_keys = False
        return rows

    def _look_at(self, rows: list[Row], channel: int) -> None:
        """A phase that has a value in one record is measured, and not 0 in its neighbour."""
        for row in rows:
            for place, measured in enumerate(row.columns.measured(row.values)):
                if measured:
                    self.measured_phases.stored(place if self.words.of_one_channel else channel)

    def lacks(self, row: Row, channel: int) -> bool:
        """Whether the row has no energy of a phase that counts as measured."""
        absent = self.measured_phases.absent
        return any(
            not measured and (place if self.words.of_one_channel else channel) not in absent
            for place, measured in enumerate(row.columns.measured(row.values))
        )

    def trust_known_order(self) -> None:
        """For a meter that does not name its columns: its pushes are taken as the vendor orders
        them.
        """
        self.knows_keys = True

    def phases(self, row: Row, channel: int) -> list[PhaseRow] | None:
        """The numbers of a row; None for one without a time, and for an absurd one: tallied."""
        if row.start < EARLIEST_S:
            return None
        absent = self.measured_phases.absent
        if not self.words.of_one_channel:
            absent = frozenset({0}) if channel in absent else frozenset()
        try:
            return row.columns.phases(row.values, row.period_s, self.limits, absent)
        except BadRecord as error:
            self.skip(row.start, str(error))
            return None

    def entry(
        self, start: int, period_s: int, parts: Mapping[int, list[PhaseRow]], origin: Origin
    ) -> Entry | None:
        """From what its channels counted; None for an absurd record, which is tallied."""
        if self.words.of_one_channel:
            phases = parts[0]
        else:
            phases = [parts.get(place, [ABSENT])[0] for place in range(len(PHASES))]
        try:
            record, detail = record_of(start, period_s, phases)
        except BadRecord as error:
            self.skip(start, str(error))
            return None
        self.period_s = period_s
        self._absurd.pop(start, None)
        return Entry(self.meter, record, origin, detail)

    def skip(self, start: int, reason: str) -> None:
        """Tallies an absurd record; logged the first time only, and so many in all."""
        if start in self._absurd:
            return
        if len(self._absurd) >= _REMEMBERED:
            del self._absurd[next(iter(self._absurd))]
        self._absurd[start] = reason
        if self._lines_left == 0:
            return
        self._lines_left -= 1
        last = "" if self._lines_left else "; of what is skipped from now on there is no line"
        logger.warning("%s: skipped the record of %d: %s%s", self._name, start, reason, last)
