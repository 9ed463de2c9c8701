"""A meter is met, at the beginning of each connection: who it is, and how it orders its columns.

Nothing of the columns is taken over from an earlier connection: between the two the firmware may
have changed.
"""

import logging

from wattledger.energy.errors import MeterUnreachable, ProtocolError
from wattledger.energy.meter_model import model_of
from wattledger.energy.plausibility import limits_of
from wattledger.energy.record import LATEST_S, MINUTE_S
from wattledger.shelly.connection import Connection
from wattledger.shelly.identify import get_acquainted
from wattledger.shelly.json_values import fields_or_none
from wattledger.shelly.meter_clock import MeterClock
from wattledger.shelly.meter_faults import MeterFaults
from wattledger.shelly.power_reading import decoded
from wattledger.shelly.profile import Acquaintance
from wattledger.shelly.row_reader import RowReader
from wattledger.shelly.rpc_frame import Declined
from wattledger.shelly.status_queries import StatusQueries
from wattledger.shelly.stored_records import Known, page_asker
from wattledger.shelly.timeouts import Timing

log = logging.getLogger(__name__)

_LATEST_S = 120


class Handshake:
    """Meets one meter, again and again; what it skipped and which phases it measures is kept."""

    def __init__(self, name: str, meter_faults: MeterFaults, timing: Timing) -> None:
        self._name = name
        self._meter_faults = meter_faults
        self._timing = timing
        self._unlearned: str | None = None
        """Why the columns were not told when they were asked for last; logged once."""
        self.reader: RowReader | None = None

    async def met(self, link: Connection, meter_clock: MeterClock) -> Known:
        """Asks the first questions. Raises MeterError."""
        meter = await get_acquainted(link, meter_clock)
        reader = self.reader = self._reader_of(meter)
        reader.measured_phases.hinted(decoded(meter.statuses(), meter, 0.0, 0.0))
        self._meter_faults.forget()
        words = meter.words
        for component in (*words.live_components(), *words.components()):
            self._meter_faults.shows(component, fields_or_none(meter.status.get(component)) or {})
        return Known(meter, reader, self._meter_faults)

    def _reader_of(self, meter: Acquaintance) -> RowReader:
        limits = limits_of(meter.identity.model)
        reader, same = self.reader, (meter.identity.meter, meter.words, limits)
        if reader is None or (reader.meter, reader.words, reader.limits) != same:
            model = model_of(meter.identity.model)
            return RowReader(self._name, *same, model.period_s if model else MINUTE_S)
        reader.forget_keys()
        return reader

    async def learn_columns(self, live: StatusQueries, device_s: float | None) -> bool:
        """The names of the columns of its records, which a push does not tell.

        Whether it was answered: a meter may have no record to name them for. Raises MeterRefused.
        """
        known = live.known
        try:
            await self._ask_for_columns(live.link, known, int(device_s or LATEST_S))
        except Declined as declined:
            if declined.is_unknown:
                known.reader.trust_known_order()
        except (MeterUnreachable, ProtocolError) as error:
            self._note_unlearned(str(error))
            return False
        self._unlearned = None
        return True

    def _note_unlearned(self, why: str) -> None:
        if why != self._unlearned:
            log.info("%s: the keys of its records can't be had: %s", self._name, why)
        self._unlearned = why

    async def _ask_for_columns(self, link: Connection, known: Known, now_s: int) -> None:
        """Asks for the latest records; where there are none for the oldest.

        For both where a phase shows no live values: what is null just now may have been measured
        before.
        """
        ask, reader = page_asker(link, known, self._timing.call_s), known.reader
        latest_s = max(0, now_s - _LATEST_S)
        await ask(reader.words.channels[0], latest_s, now_s)
        if not reader.knows_keys:
            await ask(reader.words.channels[0], 0, now_s)
        for place in sorted(reader.measured_phases.doubtful):
            channel = 0 if reader.words.of_one_channel else place
            for from_s in (latest_s, 0):
                await ask(channel, from_s, now_s)
