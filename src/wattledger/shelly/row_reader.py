"""Rows to entries by the columns the meter itself has named, and a tally of what was absurd."""

import logging
from collections.abc import Sequence

from wattledger.energy.entry import Entry
from wattledger.energy.errors import BadRecord, MeterBabble
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.record import EARLIEST_S, Origin
from wattledger.shelly.decode_records import (
    Columns,
    PhaseRow,
    Row,
    columns_from,
    known_columns,
    record_of,
    rows_of,
)
from wattledger.shelly.payload import Fields
from wattledger.shelly.profile import Vocabulary

logger = logging.getLogger(__name__)

_REMEMBERED = 1000


class RowReader:
    """For one meter in one profile, kept over reconnects. `period_s` is that of the latest rows."""

    def __init__(self, name: str, meter: MeterId, words: Vocabulary) -> None:
        self.meter = meter
        self.words = words
        self.period_s = 60
        self.knows_keys = False
        self._name = name
        self._keys: object = None
        self._columns = known_columns(words.profile)
        self._absurd: dict[int, str] = {}

    @property
    def fault(self) -> Fault | None:
        """How many stored or pushed records were no meter's, and what the last of them was."""
        if not self._absurd:
            return None
        reason = next(reversed(self._absurd.values()))
        return Fault(
            FaultKind.ABSURD_RECORDS,
            f"{len(self._absurd)} absurd records were skipped, the last one for {reason}",
        )

    def page(self, answer: Fields) -> list[Row]:
        """The rows of an answer of GetData, whose keys count from now on. Raises MeterBabble."""
        try:
            keys = answer.get("keys")
            if not keys:
                self.trust_known_order()
            elif keys != self._keys:
                self._learn(columns_from(answer, self.words.profile), keys)
            return list(rows_of(answer.get("data")))
        except BadRecord as error:
            raise MeterBabble(f"a page of {error}") from error

    def _learn(self, columns: Columns | None, keys: object) -> None:
        if columns is not None:
            self._columns, self._keys, self.knows_keys = columns, keys, True

    def trust_known_order(self) -> None:
        """For a meter that does not name its columns: its pushes are taken as the vendor orders
        them.
        """
        self.knows_keys = True

    def phases(self, row: Row) -> list[PhaseRow] | None:
        """The numbers of a row; None for one without a time, and for an absurd one: tallied."""
        if row.start < EARLIEST_S:
            return None
        try:
            return self._columns.phases(row.values)
        except BadRecord as error:
            self.skip(row.start, str(error))
            return None

    def entry(
        self, start: int, period_s: int, phases: Sequence[PhaseRow], origin: Origin
    ) -> Entry | None:
        """From the three phases; None for an absurd record, which is tallied."""
        try:
            record, detail = record_of(start, period_s, phases)
        except BadRecord as error:
            self.skip(start, str(error))
            return None
        self.period_s = period_s
        return Entry(self.meter, record, origin, detail)

    def skip(self, start: int, reason: str) -> None:
        """Tallies an absurd record; logged the first time only."""
        if start in self._absurd or len(self._absurd) >= _REMEMBERED:
            return
        self._absurd[start] = reason
        logger.warning("%s: skipped the record of %d: %s", self._name, start, reason)
