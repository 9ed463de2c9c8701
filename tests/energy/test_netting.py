from itertools import product

import pytest
from hypothesis import given

from tests.energy.making import (
    MIDNIGHT,
    energies_of,
    meter_records,
    minutes,
    record,
    sums_of,
)
from wattledger.energy.netting import (
    NOTHING,
    MeterSums,
    Netting,
    added,
    netting_of_buckets,
    set_off,
)
from wattledger.energy.period import Resolution
from wattledger.energy.record import MinuteRecord


def net_of(records: list[MinuteRecord]) -> int:
    return sum(sum(r[2:5]) - sum(r[5:8]) for r in records)


@given(meter_records())
def test_all_nettings_share_one_balance(records: list[MinuteRecord]) -> None:
    for netting in Netting:
        energies = energies_of(records, [], netting)
        balance = (energies.flows_dmwh[0] or 0) - (energies.flows_dmwh[1] or 0)
        assert balance == net_of(records)


def test_the_smallest_difference_is_left_on_its_side() -> None:
    assert [set_off(*both) for both in ((1, 0), (5, 4), (4, 5), (3, 3))] == [
        (1, 0),
        (1, 0),
        (0, 1),
        (0, 0),
    ]


@given(meter_records(length_s=900))
def test_a_window_is_netted_as_written(records: list[MinuteRecord]) -> None:
    sums, net = sums_of(records), net_of(records)
    assert sums.imported_dmwh - sums.exported_dmwh == net
    assert sums.netted(Netting.PHASE) == (
        sum(sum(r[2:5]) for r in records),
        sum(sum(r[5:8]) for r in records),
    )
    assert sums.netted(Netting.MINUTE) == (
        sum(max(net_of([r]), 0) for r in records),
        sum(max(-net_of([r]), 0) for r in records),
    )
    for netting in (Netting.QUARTER, Netting.HOUR):
        assert sums.netted(netting) == (max(net, 0), max(-net, 0))


@given(meter_records())
def test_a_longer_window_nets_more(records: list[MinuteRecord]) -> None:
    imports = [energies_of(records, [], netting).flows_dmwh[0] or 0 for netting in Netting]
    assert imports == sorted(imports, reverse=True)


@given(meter_records(), meter_records(start=MIDNIGHT + 3_600))
def test_sums_side_by_side_are_the_sums_of_all(
    one: list[MinuteRecord], other: list[MinuteRecord]
) -> None:
    assert added(sums_of(one), sums_of(other)) == sums_of(one + other)


def test_nothing_sums_to_nothing() -> None:
    assert sums_of([]) == NOTHING == MeterSums(0, 0, 0, 0)


def test_a_quarter_is_netted_across_phases_and_minutes() -> None:
    """A plant on phase a and a stove on phase b: the app of the meter shows both, the bill one."""
    both = MinuteRecord(MIDNIGHT, 60, 0, 300, 0, 500, 0, 0)
    records = [both, record(MIDNIGHT + 60, 60, imported=900)]
    shown = {n: energies_of(records, [], n).flows_dmwh[:2] for n in Netting}
    assert shown == {
        Netting.PHASE: (1_200, 500),
        Netting.MINUTE: (900, 200),
        Netting.QUARTER: (700, 0),
        Netting.HOUR: (700, 0),
    }


def test_an_hour_nets_what_its_quarters_cannot() -> None:
    records = minutes(MIDNIGHT, 15, imported=100) + minutes(MIDNIGHT + 900, 15, exported=60)
    assert energies_of(records, [], Netting.QUARTER).flows_dmwh[:2] == (1_500, 900)
    assert energies_of(records, [], Netting.HOUR).flows_dmwh[:2] == (600, 0)


@pytest.mark.parametrize(("netting", "resolution"), list(product(Netting, Resolution)))
def test_a_bucket_shorter_than_the_window_is_netted_by_its_own_length(
    netting: Netting, resolution: Resolution
) -> None:
    window_s = {Netting.PHASE: 0, Netting.MINUTE: 60, Netting.QUARTER: 900, Netting.HOUR: 3_600}
    by = netting_of_buckets(netting, resolution)
    assert window_s[by] == min(window_s[netting], resolution.length_s)
