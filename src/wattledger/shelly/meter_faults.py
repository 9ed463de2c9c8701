"""What is wrong with what a meter says, as it stands: what it reports of itself, and what of its
values can't be.
"""

from collections.abc import Mapping

from wattledger.energy.clock import Clock
from wattledger.energy.fault import Fault, FaultKind
from wattledger.shelly.json_values import Fields, texts

_KEYS = tuple(
    f"{part}{kind}" for part in ("", "a_", "b_", "c_", "n_") for kind in ("errors", "flags")
)
"""`flags` (firmware 2.x) say `count_disabled`, which is as bad as an error."""
_MOST_ERRORS = 8
_NO_TYPE = "ct_type_not_set"
_NO_ERRORS = frozenset({"no_load"})
"""Nothing flows, which is not wrong."""


def errors_of(status: Mapping[str, object]) -> tuple[str, ...]:
    """All that a component reports, with the phase where it is of one."""
    return tuple(text for key in _KEYS for text in _under(key, status.get(key)))


def _under(key: str, value: object) -> tuple[str, ...]:
    part, _, _ = key.rpartition("_")
    return tuple(f"{part}: {text}" if part else text for text in texts(value, _MOST_ERRORS))


class MeterFaults:
    """Of one meter, kept over reconnects, so that it is known since when something stands."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._reported: dict[str, dict[str, tuple[str, ...]]] = {}
        self._faults: dict[tuple[FaultKind, str], Fault] = {}

    @property
    def faults(self) -> list[Fault]:
        return list(self._faults.values())

    def shows(self, component: str, status: Fields) -> None:
        """All that a component has to say of itself: what it does not report is over."""
        self._reported[component] = {key: _under(key, status.get(key)) for key in _KEYS}
        self._tell_errors()

    def changed(self, component: str, changes: Fields) -> None:
        """A part of a component's status: what it does not speak of stays as it was."""
        reported = {key: _under(key, changes[key]) for key in _KEYS if key in changes}
        if reported:
            self._reported[component] = self._reported.get(component, {}) | reported
            self._tell_errors()

    def forget(self) -> None:
        """A new connection: the meter says anew what stands."""
        self._reported = {}

    def note(self, kind: FaultKind, source: str, detail: str | None) -> None:
        """What stands by one source, in words, None for nothing; the first words stay."""
        known = self._faults.get((kind, source))
        if detail is None:
            self._faults.pop((kind, source), None)
        elif known is None or (kind in _TOLD_ANEW and known.detail != detail):
            since = self._clock.now_s() if known is None else known.since
            self._faults[kind, source] = Fault(kind, detail, since)

    def _tell_errors(self) -> None:
        errors = [
            f"{text} ({component})"
            for component, reported in self._reported.items()
            for named in reported.values()
            for text in named
            if text not in _NO_ERRORS
        ]
        typeless = [error for error in errors if _NO_TYPE in error]
        others = [error for error in errors if _NO_TYPE not in error]
        self.note(
            FaultKind.CT_TYPE_NOT_SET,
            "meter",
            "no type of current transformer is set in the meter, so that it counts nothing: "
            f"set it in the meter's own pages; it reports {', '.join(typeless)}"
            if typeless
            else None,
        )
        reports = f"the meter reports {', '.join(others[:_MOST_ERRORS])}" if others else None
        self.note(FaultKind.METER_ERROR, "meter", reports)


_TOLD_ANEW = frozenset({FaultKind.METER_ERROR, FaultKind.CT_TYPE_NOT_SET})
"""Whose words are few; a value that can't be is another one each second."""
