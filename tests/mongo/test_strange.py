"""What lies in MongoDB and is none of ours is never shown as live, and breaks nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import Decimal128

from tests.mongo.kit import home_card, posting_home, until
from tests.mongo.server import ReplicaSet
from tests.store.builders import HOME, MAINS, PLANT, T0, both
from wattledger.energy.balance import summed
from wattledger.energy.errors import ReplicaRefused
from wattledger.energy.fault import FaultKind
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.power import MeterNow, MeterState
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.energy.spans import Span
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.odd_replica_records import OddReplicaRecords
from wattledger.flow.replica_reader import Replica
from wattledger.mongo import live_power, site_manifest
from wattledger.mongo.books import BOUNDS_KEPT_S
from wattledger.mongo.connection import Address, connected
from wattledger.mongo.home_state_reader import MongoHomeStateReader

NAN = float("nan")
PHASE = PhaseReading(100.0, 110.0, 230.0, 0.5, 0.9, 50.0)
LABEL = home_card().site.meters[0]
READING = PowerReading(home_card().names["mains"], 1e9, 0.0, 300.0, (PHASE,) * 3)


async def told(mongod: ReplicaSet, address: Address, change: dict[str, Any]) -> MeterNow:
    async with connected(address) as database:
        await live_power.put(database, "home", [MeterNow(LABEL, MeterState.LIVE, 0.5, READING)])
        with mongod.client() as client:
            client[address.database]["live"].update_one({}, {"$set": change})
        power = await MongoHomeStateReader(database, "home").power(home_card())
    assert power is not None
    (meter,) = power.meters
    return meter


@pytest.mark.parametrize("value", ["much", NAN, 1e300, -9e9, {"a": 1}, True], ids=str)
async def test_a_power_that_is_none_is_unknown(
    mongod: ReplicaSet, address: Address, value: object
) -> None:
    change = {"meters.0.active_power_w": value, "meters.0.phases.1.voltage_v": value}
    meter = await told(mongod, address, change)
    assert meter.reading is not None
    assert meter.reading.active_power_w is None
    assert meter.reading.phases[1].voltage_v is None
    assert meter.reading.phases[0] == PHASE


@pytest.mark.parametrize(
    "change",
    [
        *({"age_s": value} for value in (-600, NAN, "old", None)),
        *({"state": value} for value in ("alive", 1, NAN)),
        {"state": ["live"]},
        {"phases": []},
        {"phases": "abc"},
        {"phases": None},
        {"at_s": NAN},
        {"at_s": 1e300},
        {"at_s": -1e15},
    ],
    ids=str,
)
async def test_a_meter_of_which_it_is_not_known_how_old_it_is_is_offline(
    mongod: ReplicaSet, address: Address, change: dict[str, Any]
) -> None:
    meter = await told(mongod, address, {f"meters.0.{k}": v for k, v in change.items()})
    assert (meter.state, meter.reading) == (MeterState.OFFLINE, None)


@pytest.mark.parametrize("change", [{"at": "now"}, {"at": None}, {"meters": 7}], ids=str)
async def test_what_is_no_power_at_all_is_refused(
    mongod: ReplicaSet, address: Address, change: dict[str, Any]
) -> None:
    with pytest.raises(ReplicaRefused, match="power"):
        await told(mongod, address, change)


async def test_what_is_told_from_the_future_is_refused(
    mongod: ReplicaSet, address: Address
) -> None:
    async with connected(address) as database:
        await live_power.put(database, "home", [MeterNow(LABEL, MeterState.LIVE, 0.5, READING)])
        with mongod.client() as client:
            documents = client[address.database]["live"]
            at = (documents.find_one() or {})["at"] + timedelta(days=400)
            documents.update_one({}, {"$set": {"at": at}})
        with pytest.raises(ReplicaRefused, match="power"):
            await MongoHomeStateReader(database, "home").power(home_card())


@pytest.mark.parametrize(
    "change",
    [
        {"meters.0.role": 7},
        {"meters.0.meters": "A0DD6CA0C27C"},
        {"meters.0.name": 7},
        {"meters": []},
        {"meters": "two"},
        {"name": None},
        {"time_zone": "Moon/Crater"},
        {"netting": NAN},
        {"poll_interval_s": NAN},
        {"poll_interval_s": 1e-300},
        {"meters.0.since": 2**53},
        {"meters.0.since": -(2**53)},
        {"main_fuse_a": -25},
    ],
    ids=str,
)
async def test_a_card_that_is_none_is_said_as_that(
    mongod: ReplicaSet, address: Address, change: dict[str, Any]
) -> None:
    async with connected(address) as database:
        await site_manifest.put(database, "home", home_card())
        with mongod.client() as client:
            sites = client[address.database]["sites"]
            sites.update_one({}, {"$set": {"from_tomorrow": 1}})
            manifest = await MongoHomeStateReader(database, "home").home()
            assert manifest is not None
            assert manifest == home_card()
            sites.update_one({}, {"$set": change})
        with pytest.raises(ReplicaRefused, match="another version"):
            await MongoHomeStateReader(database, "home").home()


@pytest.mark.parametrize("epoch", ["third", NAN, 1.5, None], ids=str)
async def test_a_lease_that_is_none_is_said_as_that(
    tmp_path: Path, mongod: ReplicaSet, address: Address, epoch: object
) -> None:
    async with posting_home(tmp_path / "books", address) as home_, home_.posting():
        await home_.book(both(T0, 3))
        await home_.posted()
        with mongod.client() as client:
            client[address.database]["writers"].update_one({}, {"$set": {"epoch": epoch}})
        await home_.book(both(T0 + 180, 1))
        await until(lambda: not home_.replicator.state.ok)
        assert "not of Wattledger's making" in home_.replicator.state.words


async def test_a_minute_that_is_none_is_told_elsewhere_until_it_is_gone(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    odd_records = OddReplicaRecords()
    async with posting_home(tmp_path / "books", address) as home_:
        async with home_.posting():
            await home_.book(both(T0, 30))
            await home_.posted()
        books, span = home_.books(odd_records.met), Span(T0, T0 + 1_800)
        whole = await books.series([MAINS], span)
        assert not [*odd_records.standing()]
        with mongod.client() as client:
            minutes = client[address.database]["minutes"]
            one = minutes.find_one({"meter.meter": MAINS}, {"_id": 0}) or {}
            for odd in ({"imported_a_dmwh": NAN}, {}):  # none, and one twice
                minutes.insert_one({**one, **odd})
                assert await books.series([MAINS], span) == whole
                await books.series([PLANT], span)
                (fault,) = odd_records.standing()
                assert fault.kind is FaultKind.COPY_LACKS
            minutes.delete_many({"meter.site": "home"})
        for meter, again in odd_records.to_read():
            await books.minutes([meter], again)
        assert not [*odd_records.standing()]


async def test_a_phase_below_zero_does_not_hide_in_a_sum(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home_:
        async with home_.posting():
            await home_.book(both(T0, 30))
            await home_.posted()
        books, span = home_.books(), Span(T0, T0 + 3_600)
        whole = await books.series([MAINS], span)
        with mongod.client() as client:
            minutes = client[address.database]["minutes"]
            one = minutes.find_one({"meter.meter": MAINS}, {"_id": 0}) or {}
            later = one["t"] + timedelta(seconds=1_800)
            minutes.insert_one({**one, "t": later, "exported_a_dmwh": 9, "exported_b_dmwh": -1})
        assert await books.series([MAINS], span) == whole


@pytest.mark.parametrize(
    "odd", [{"grid_minutes": NAN}, {"quarter.imported_dmwh": "much"}, {"quarter": []}], ids=str
)
async def test_a_day_that_is_none_is_told_elsewhere_until_it_is_put_right(
    tmp_path: Path, mongod: ReplicaSet, address: Address, odd: dict[str, Any]
) -> None:
    odd_records = OddReplicaRecords()
    async with posting_home(tmp_path / "books", address) as home_, home_.posting():
        await home_.book(both(T0, 3 * 1_440))
        await home_.maintain()
        await home_.posted()
        site, span = home_.site, Span(T0, T0 + 3 * 86_400)
        books = home_.books(odd_records.met, odd_records.met_days)
        there = EnergyService(
            site, None, home_.clock, lambda: HOME, Replica(books, None, home_.clock)
        )
        first, end = site.calendar.ordinal_at(T0), site.calendar.ordinal_at(span.end)
        right = await there.of_period("2026-03", Resolution.DAY, None)
        assert not [*odd_records.standing()]
        with mongod.client() as client:
            days = client[address.database]["days"]
            before = days.find_one({}) or {}
            days.update_one({"_id": before["_id"]}, {"$set": odd})
            answer = await there.of_period("2026-03", Resolution.DAY, None)
            assert answer.parts == right.parts
            (fault,) = odd_records.standing()
            assert fault.kind is FaultKind.COPY_LACKS
            assert before["_id"]["day"] in fault.detail
            days.replace_one({"_id": before["_id"]}, before)
        assert len(await books.days(first, end, Netting.QUARTER)) == 3
        assert not [*odd_records.standing()]


async def test_what_is_dated_in_the_future_has_not_begun(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home_:
        async with home_.posting():
            await home_.book(both(T0, 30))
            await home_.posted()
            with mongod.client() as client:
                minutes = client[address.database]["minutes"]
                one = minutes.find_one({"meter.meter": MAINS}, {"_id": 0}) or {}
                later = [one["t"] + timedelta(days=days) for days in (1, 400, 4_000)]
                minutes.insert_many([{**one, "t": at} for at in later])
                plant = {"meter": {"site": "home", "meter": PLANT}}
                minutes.insert_one({**one, **plant, "t": later[0]})
            booked = await home_.books().booked()
            assert booked == {meter: Span(T0, T0 + 1_800) for meter in (MAINS, PLANT)}
        # Nor is it any more, once a clock that was ahead is put right.
        books, clock = home_.books(), home_.clock
        clock.advance(2 * 86_400)
        ahead = await books.booked()
        assert ahead == {meter: Span(T0, T0 + 86_460) for meter in (MAINS, PLANT)}
        clock.wall_s -= 2 * 86_400
        clock.ran_s += BOUNDS_KEPT_S
        assert await books.booked() == booked


async def test_a_sum_of_days_has_none_that_is_no_day(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home_, home_.posting():
        await home_.book(both(T0, 3 * 1_440))
        await home_.maintain()
        await home_.posted()
        first = home_.site.calendar.ordinal_at(T0)
        books = home_.books()
        _, *rest = await books.days(first, first + 3, Netting.QUARTER)
        with mongod.client() as client:
            days = client[address.database]["days"]
            before = days.find_one({}, sort={"_id": 1}) or {}
            for odd in NO_DAYS:
                days.update_one({"_id": before["_id"]}, odd)
                (sums,) = await books.sum_days([first, first + 3], Netting.QUARTER)
                assert sums == (2, summed(energies for _, energies in rest)), odd
                days.replace_one({"_id": before["_id"]}, before)
        (sums,) = await books.sum_days([first, first + 3], Netting.QUARTER)
        assert sums[0] == 3


NO_NUMBERS: list[Any] = [NAN, 5.5, 7.0, "much", None, True, [], [5], {}, Decimal128("5"), -1, 2**62]
NO_SUMS: list[Any] = [[], 5, None, [{}], [{"imported_dmwh": 5}]]
NO_DAYS: list[dict[str, Any]] = [
    *({"$set": {"quarter.imported_dmwh": value}} for value in NO_NUMBERS),
    *({"$set": {"grid_minutes": value}} for value in NO_NUMBERS),
    *({"$set": {"quarter": value}} for value in NO_SUMS),
    {"$set": {"quarter.consumed_dmwh": -(2**62)}},
    {"$set": {"format": 2}},
    {"$unset": {"quarter": 1}},
    {"$unset": {"common_minutes": 1}},
]
