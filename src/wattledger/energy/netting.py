"""Netting: one meter's energy over a window.

In a window W, net = sum over phases p and records in W of (imported_p - exported_p); then
imported = max(net, 0), exported = max(-net, 0). Under `phase` nothing is netted: the registers as
the meter shows them. The balance imported - exported is the same under every netting, and net over
a window is linear, so minute records give the billed quantity exactly, also after a gap was filled.
"""

from enum import StrEnum
from typing import NamedTuple

from wattledger.energy.period import Resolution
from wattledger.energy.record_columns import Series


class Netting(StrEnum):
    """Over what a home's import and export are set off against each other."""

    PHASE = "phase"
    MINUTE = "minute"
    QUARTER = "quarter"
    HOUR = "hour"


def set_off(imported_dmwh: int, exported_dmwh: int) -> tuple[int, int]:
    """The rule itself: of what went both ways in a window the difference is left, on its side."""
    net_dmwh = imported_dmwh - exported_dmwh
    return (net_dmwh, 0) if net_dmwh > 0 else (0, -net_dmwh)


class MeterSums(NamedTuple):
    """One meter over a window made of whole records, in 0.1 mWh.

    `imported` and `exported` are sums of the phases (netting `phase`); `minute_imported` is the
    import left when each record is netted by itself. Everything else follows:
    net = imported - exported, and minute_exported = minute_imported - net.
    """

    covered_s: int
    imported_dmwh: int
    exported_dmwh: int
    minute_imported_dmwh: int

    def netted(self, netting: Netting) -> tuple[int, int]:
        """(imported, exported) with this window as the netting window of `quarter` and `hour`."""
        _, imported, exported, minute_imported = self
        if netting is Netting.PHASE:
            return imported, exported
        if netting is Netting.MINUTE:
            return minute_imported, minute_imported - (imported - exported)
        return set_off(imported, exported)


NOTHING = MeterSums(0, 0, 0, 0)


def added(one: MeterSums, other: MeterSums) -> MeterSums:
    """Two windows of one meter, side by side."""
    return MeterSums(
        one.covered_s + other.covered_s,
        one.imported_dmwh + other.imported_dmwh,
        one.exported_dmwh + other.exported_dmwh,
        one.minute_imported_dmwh + other.minute_imported_dmwh,
    )


def meter_sums(series: Series) -> MeterSums:
    """The sums of a meter's records."""
    _, periods_s, imported, exported = series
    # `set_off` of each, without a Python call for each of a year's minutes.
    left = [own - other for own, other in zip(imported, exported, strict=True) if own > other]
    return MeterSums(sum(periods_s), sum(imported), sum(exported), sum(left))


def netting_of_buckets(netting: Netting, resolution: Resolution) -> Netting:
    """By what a bucket is netted: its own length where that is shorter than the netting window."""
    if netting is Netting.PHASE or netting is Netting.MINUTE:
        return netting
    if resolution is Resolution.MINUTE:
        return Netting.MINUTE
    return Netting.QUARTER if resolution is Resolution.QUARTER else netting
