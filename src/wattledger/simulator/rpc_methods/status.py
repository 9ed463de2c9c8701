"""What EM, EM1, EMData and EM1Data show now, field by field as in the captures."""

import math

from wattledger.simulator.identity import Identity, JsonObject
from wattledger.simulator.memory.core import Core
from wattledger.simulator.memory.counters import shown_wh
from wattledger.simulator.quirks import Quirks
from wattledger.simulator.rpc_methods.phases import (
    PHASES,
    PhaseReading,
    reading_of,
    unwired_reading,
)


class Gauges:
    """The live values of one meter; they change once a second, as inside the real one."""

    def __init__(self, core: Core, identity: Identity, quirks: Quirks) -> None:
        self._core = core
        self._identity = identity
        self._unwired = quirks.unwired
        self.errors: dict[str, list[str]] = {}
        self.blank = False

    def em_status(self) -> JsonObject:
        """The answer of EM.GetStatus."""
        status = self._em_fields(_STATUS_ORDER)
        if self._identity.version >= (1, 0, 0):
            status["user_calibrated_phase"] = []
        return status

    def em_notification(self) -> JsonObject:
        """em:0 as it is pushed: the same values, sorted otherwise."""
        return self._em_fields(_NOTIFICATION_ORDER)

    def em1_status(self, phase: int) -> JsonObject:
        reading = self._readings()[phase]
        volts_and_amperes = {
            "voltage": round(reading.voltage_v, 1),
            "current": round(reading.current_a, 3),
        }
        if self._identity.version < (1, 6, 0):
            volts_and_amperes = dict(sorted(volts_and_amperes.items()))
        status: JsonObject = {
            "id": phase,
            **volts_and_amperes,
            "act_power": round(reading.act_power_w, 1),
            "aprt_power": round(reading.aprt_power_va, 1),
            "pf": round(reading.pf, 2),
            "freq": round(reading.freq_hz, 1),
            "calibration": "factory",
        }
        return self._measured(status) | self._errors_of(f"em1:{phase}")

    def em1_notification(self, phase: int) -> JsonObject:
        """em1 as it is pushed: without the calibration, and sorted otherwise."""
        status = self.em1_status(phase)
        return {name: status[name] for name in ("id", *_NOTIFICATION_ORDER)} | self._errors_of(
            f"em1:{phase}"
        )

    def emdata_status(self) -> JsonObject:
        self._core.settle()
        registers = self._core.registers
        status: JsonObject = {"id": 0}
        pairs = zip(registers.imported_dmwh, registers.exported_dmwh, strict=True)
        for phase, (imported_dmwh, exported_dmwh) in zip(PHASES, pairs, strict=True):
            status[f"{phase}_total_act_energy"] = shown_wh(imported_dmwh)
            status[f"{phase}_total_act_ret_energy"] = shown_wh(exported_dmwh)
        status["total_act"] = shown_wh(sum(registers.imported_dmwh))
        status["total_act_ret"] = shown_wh(sum(registers.exported_dmwh))
        return status | self._errors_of("emdata:0")

    def em1data_status(self, phase: int) -> JsonObject:
        self._core.settle()
        registers = self._core.registers
        status: JsonObject = {
            "id": phase,
            "total_act_energy": shown_wh(registers.imported_dmwh[phase]),
            "total_act_ret_energy": shown_wh(registers.exported_dmwh[phase]),
        }
        return status | self._errors_of(f"em1data:{phase}")

    def _em_fields(self, order: tuple[str, ...]) -> JsonObject:
        readings = self._readings()
        fields: JsonObject = {"id": 0}
        for index, (phase, reading) in enumerate(zip(PHASES, readings, strict=True)):
            shown = self._shown(reading, index)
            fields |= {f"{phase}_{name}": shown[name] for name in order if name in shown}
        fields["n_current"] = None
        totals = {
            "total_current": round(sum(reading.current_a for reading in readings), 3),
            "total_act_power": round(sum(reading.act_power_w for reading in readings), 3),
            "total_aprt_power": round(sum(reading.aprt_power_va for reading in readings), 3),
        }
        fields |= totals if order is _STATUS_ORDER else dict(sorted(totals.items()))
        return self._measured(fields) | self._errors_of("em:0")

    def _shown(self, reading: PhaseReading, index: int) -> JsonObject:
        shown: JsonObject = {
            "current": round(reading.current_a, 3),
            "voltage": round(reading.voltage_v, 1),
            "act_power": round(reading.act_power_w, 1),
            "aprt_power": round(reading.aprt_power_va, 1),
            "pf": self._shown_pf(reading, index),
        }
        if self._identity.version >= (1, 0, 0):
            shown["freq"] = round(reading.freq_hz, 1)
        return shown

    def _shown_pf(self, reading: PhaseReading, index: int) -> float:
        """Firmware 0.14 marks a capacitive load by a negative pf, whatever the direction."""
        pf = round(reading.pf, 2)
        return -pf if index and self._identity.version < (1, 0, 0) else pf

    def _readings(self) -> list[PhaseReading]:
        at = math.floor(self._core.clock.now())
        garbage = self._identity.version < (1, 7, 0)
        return [
            unwired_reading(index, shows_garbage=garbage)
            if PHASES[index] in self._unwired
            else reading_of(power_w, at, 0 if self._identity.hardware.one_line else index)
            for index, power_w in enumerate(self._core.feed.power_w(at))
        ]

    def _measured(self, fields: JsonObject) -> JsonObject:
        """The fields, or nulls instead of numbers while nothing was measured yet."""
        if not self.blank:
            return fields
        return {key: None if isinstance(value, float) else value for key, value in fields.items()}

    def _errors_of(self, component: str) -> JsonObject:
        """An `errors` list is there only while something is wrong."""
        errors = self.errors.get(component)
        return {"errors": [*errors]} if errors else {}


_STATUS_ORDER = ("current", "voltage", "act_power", "aprt_power", "pf", "freq")
_NOTIFICATION_ORDER = ("act_power", "aprt_power", "current", "freq", "pf", "voltage")
