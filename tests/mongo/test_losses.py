"""Minutes and days deleted, doubled or changed in MongoDB by somebody: found, and mended."""

import asyncio
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from tests.mongo.kit import PostingHome, posting_home, until
from tests.mongo.server import ReplicaSet
from tests.mongo.test_posting import assert_same
from tests.store.builders import HOME, MAINS, PLANT, T0, both, record
from tests.variant import apart_from
from wattledger.energy.energy_result import EnergyResult
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.spans import Span
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replication_state import replica_faults, replica_health, replica_status
from wattledger.flow.status import ReplicaState
from wattledger.mongo.connection import Address
from wattledger.mongo.documents import minute_document

Documents = Any
DAY = "2026-03-29"
"""Of 23 hours, the second of three that are booked."""
APRIL = T0 + 95 * 3_600
QUESTIONS = (
    (DAY, Resolution.QUARTER),
    (DAY, Resolution.MINUTE),
    ("2026-03", Resolution.DAY),
    ("2026-03", Resolution.HOUR),
    ("2026", Resolution.MONTH),
    ("all", Resolution.YEAR),
)


def delete_minutes(documents: Documents, start: int, end: int, *meters: MeterId) -> None:
    """A time series of this version deletes no stretch: what stays is put in anew."""
    kept = [
        one
        for one in documents["minutes"].find({}, {"_id": 0})
        if one["meter"]["meter"] not in meters
        or not start <= one["t"].replace(tzinfo=UTC).timestamp() < end
    ]
    documents["minutes"].delete_many({"meter.site": "home"})
    documents["minutes"].insert_many(kept)


def delete_six_quarters(documents: Documents) -> None:
    noon = T0 + 86_400 + 12 * 3_600
    delete_minutes(documents, noon, noon + 6 * 900, MAINS, PLANT)


def delete_one_minute(documents: Documents) -> None:
    delete_minutes(documents, T0 + 90_000, T0 + 90_060, PLANT)


def delete_a_meter_of_a_month(documents: Documents) -> None:
    delete_minutes(documents, T0, APRIL, PLANT)


def delete_a_month(documents: Documents) -> None:
    delete_minutes(documents, T0, APRIL, MAINS, PLANT)


def delete_days(documents: Documents) -> None:
    documents["days"].delete_many({})


def delete_a_day(documents: Documents) -> None:
    documents["days"].delete_one({"_id.day": DAY})


def change_a_day(documents: Documents) -> None:
    documents["days"].update_one({"_id.day": DAY}, {"$inc": {"quarter.imported_dmwh": 1}})


def puff_a_day_up(documents: Documents) -> None:
    change = {"grid_minutes": 1_440, "quarter.imported_dmwh": 1}
    documents["days"].update_one({"_id.day": DAY}, {"$set": change})


def break_a_day(documents: Documents) -> None:
    documents["days"].update_one({"_id.day": DAY}, {"$set": {"grid_minutes": "many"}})


def poison_a_day(documents: Documents) -> None:
    documents["days"].update_one({"_id.day": DAY}, {"$set": {"minute.imported_dmwh": float("nan")}})


def put_text_for_sums(documents: Documents) -> None:
    documents["days"].update_many({}, {"$set": {"quarter": "none"}})


def put_lists_for_sums(documents: Documents) -> None:
    documents["days"].update_many({}, {"$set": {"minute": [{}], "phase": []}})


def put_days_that_are_none(documents: Documents) -> None:
    """Their keys lie between those of days."""
    day = documents["days"].find_one({"_id.day": DAY})
    keys = ({"day": f"{DAY}x"}, {"day": "2026-03-3"}, {"day": DAY, "of": 1})
    documents["days"].insert_many([{**day, "_id": {"site": "home", **key}} for key in keys])


def lose_and_double(documents: Documents) -> None:
    """As many as before."""
    delete_one_minute(documents)
    double_a_minute(documents)


def put_a_minute_that_is_none(documents: Documents) -> None:
    one = documents["minutes"].find_one({"meter.meter": MAINS}, {"_id": 0})
    documents["minutes"].insert_one({**one, "imported_a_dmwh": "much"})


def put_one_instead(documents: Documents) -> None:
    delete_one_minute(documents)
    put_a_minute_that_is_none(documents)


def double_a_minute(documents: Documents) -> None:
    one = documents["minutes"].find_one({"meter.meter": MAINS}, {"_id": 0})
    documents["minutes"].insert_one(one)


LOSSES: tuple[Callable[[Documents], None], ...] = (
    delete_six_quarters,
    delete_one_minute,
    delete_a_meter_of_a_month,
    delete_a_month,
    delete_days,
    delete_a_day,
    change_a_day,
    puff_a_day_up,
    break_a_day,
    poison_a_day,
    put_text_for_sums,
    put_lists_for_sums,
    put_days_that_are_none,
    lose_and_double,
    double_a_minute,
    put_a_minute_that_is_none,
    put_one_instead,
)
USUAL = {delete_six_quarters, delete_a_month, delete_days, puff_a_day_up, lose_and_double}
SURPLUS = {lose_and_double, double_a_minute, put_a_minute_that_is_none, put_one_instead}
"""What can't be taken out again."""


class Asked:
    """The questions of a home with a store, and the answers that its store alone would give."""

    def __init__(self, home: PostingHome) -> None:
        self._home, site = home, home.site
        books = home.books(home.replica_check.met)
        copy = Replica(books, home.store.outbox.holds, home.clock, home.replica_check)
        self.copy = copy
        self.history = EnergyService(site, home.store.books, home.clock, lambda: HOME, copy)
        self.alone = EnergyService(site, home.store.books, home.clock, lambda: HOME)
        there = Replica(home.books(), None, home.clock)
        self.elsewhere = EnergyService(site, None, home.clock, lambda: HOME, there)

    async def is_never_worse(self) -> None:
        for text, resolution in QUESTIONS:
            for netting in Netting:
                answer = await self.history.of_period(text, resolution, netting)
                own = await self.alone.of_period(text, resolution, netting)
                assert answer.parts == own.parts, (text, resolution, netting, answer.source)

    async def until_mongodb_answers(self) -> None:
        """A question may find a month to be otherwise, or come when MongoDB is slow."""
        while {(await self._ask(self.history, *one)).source for one in QUESTIONS} != {"mongodb"}:
            self.copy.ask_again()
            await counted(self._home)

    async def is_the_same_elsewhere(self) -> None:
        for one in QUESTIONS:
            there, own = await self._ask(self.elsewhere, *one), await self._ask(self.alone, *one)
            assert there.parts == own.parts, one

    async def _ask(self, history: EnergyService, text: str, resolution: Resolution) -> EnergyResult:
        return await history.of_period(text, resolution, None)


async def fill(home: PostingHome) -> None:
    """Six days over the end of a month, with a hole."""
    await home.book(both(T0, 1_000))
    await home.book(both(T0 + 60 * 1_090, 6 * 1_440 - 1_090))
    await home.maintain()
    await home.posted()
    await counted(home)


async def counted(home: PostingHome) -> None:
    """Until every month was found to be the same."""

    def is_counted() -> bool:
        home.booked.ring()
        span, lack = Span(T0, T0 + 6 * 86_400), home.replica_check.lack
        return home.replica_check.confirms(span) and not (lack and lack.is_worse)

    try:
        await until(is_counted)
    except TimeoutError:
        raise AssertionError(f"{home.replicator.state} {home.replica_check.lack}") from None


@pytest.mark.parametrize(
    "lose", apart_from(LOSSES, USUAL), ids=lambda lose: lose.__name__.replace("_", " ")
)
async def test_what_was_lost_makes_no_answer_worse_and_is_mended(
    tmp_path: Path,
    mongod: ReplicaSet,
    address: Address,
    lose: Callable[[Documents], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await fill(home)
        asked = Asked(home)
        await asked.until_mongodb_answers()
        with mongod.client() as client:
            await asyncio.to_thread(lose, client[address.database])
        await asked.is_never_worse()
        while lose is not put_days_that_are_none and "is compared with" not in caplog.text:
            asked.copy.ask_again()  # it was slow, and then not asked for a while
            await asked.is_never_worse()
        await counted(home)
        await asked.until_mongodb_answers()
        await home.posted()
        await asked.is_the_same_elsewhere()
        await counted(home)
        lack = home.replicator.state.lack
        assert (lack is not None and "1 record of 2026-03 twice" in lack.words) == (lose in SURPLUS)
        if lose not in SURPLUS:
            await assert_same(home.store, mongod, address)


async def test_days_lost_right_after_minutes_were_posted_again_are_posted_too(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    """No minute is booked meanwhile, so that acknowledgements are known by heart only."""
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await fill(home)
        asked = Asked(home)
        for lose in (delete_one_minute, delete_days):
            with mongod.client() as client:
                await asyncio.to_thread(lose, client[address.database])
            await asked.is_never_worse()
            await counted(home)
            await home.posted()
        assert home.acknowledged
        await asked.is_the_same_elsewhere()
        await assert_same(home.store, mongod, address)


@pytest.mark.parametrize("lose", [delete_six_quarters, delete_days], ids=["minutes", "days"])
@pytest.mark.parametrize("when", ["at night", "at a start"])
async def test_it_is_found_where_nobody_asks(
    tmp_path: Path,
    mongod: ReplicaSet,
    address: Address,
    lose: Callable[[Documents], None],
    when: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    minutes = "it lacks 180 minutes"
    said = minutes if lose is delete_six_quarters else "4 days of 2026-03 were put right"
    async with posting_home(tmp_path / "books", address) as home:
        async with home.posting():
            await fill(home)
            with mongod.client() as client:
                await asyncio.to_thread(lose, client[address.database])
            if when == "at night":
                home.clock.advance(86_400)
                await mended(home, said, caplog)
        if when == "at a start":
            async with home.posting():
                await mended(home, said, caplog)


async def mended(home: PostingHome, said: str, caplog: pytest.LogCaptureFixture) -> None:
    """Until it was noticed, and a server elsewhere answers what this one does."""
    asked = Asked(home)

    def is_said() -> bool:
        home.booked.ring()
        return said in caplog.text

    await until(is_said)
    await counted(home)
    await home.posted()
    await asked.is_the_same_elsewhere()


async def test_while_it_lacks_it_is_told_with_its_kind_and_since_when(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await fill(home)
        with mongod.client() as client:
            await asyncio.to_thread(change_a_minute, client[address.database])
        await Asked(home).is_never_worse()
        state = home.replicator.state
        await until(lambda: state.lack is not None and bool(state.lack.months))
        (fault,) = replica_faults(state)
        assert (fault.kind, fault.since) == (FaultKind.COPY_LACKS, home.clock.now_s())
        assert "1 minute of 2026-03 with other values" in fault.detail
        assert replica_status(state, {}).state is ReplicaState.LACKING
        assert not replica_health(state).ok
        status = replica_status(state, {})
        assert (status.ok, status.failing_since) == (False, fault.since)
        await Asked(home).is_never_worse()


def change_a_minute(documents: Documents) -> None:
    """There is no such update of a time series: it is taken out and put in otherwise."""
    delete_one_minute(documents)
    changed = minute_document("home", PLANT, record(T0 + 90_000, 1)._replace(imported_a_dmwh=7))
    documents["minutes"].insert_one(changed)
