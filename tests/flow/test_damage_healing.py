"""What was damaged: from the meter, from the copy, or given up."""

from collections.abc import Sequence

import pytest
from typing_extensions import override

from tests.fakes.books import MemoryBooks
from tests.flow.keeping import HOUR, MAINS, NOON, RECORD, SOLAR, Stage
from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.errors import ReplicaUnreachable
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span, merged
from wattledger.flow.damage_healing import METER_FIRST_S, FromCopy
from wattledger.flow.replica_reader import Replica
from wattledger.flow.store_integrity import DAY_S, GIVEN_UP_AGAIN_S, TOLD_S
from wattledger.flow.store_integrity_ports import Mended


async def test_the_copy_is_asked_in_time_though_the_clock_is_set_back() -> None:
    asked: list[Span] = []

    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        asked.append(span)
        return None

    stage = Stage(from_copy)
    stage.integrity.lost = {MAINS: [HOUR]}
    await stage.tick()
    await stage.set_clock(NOON - 6 * 3_600.0)
    assert asked == []
    await stage.tick(METER_FIRST_S)
    assert asked == [HOUR]


async def test_what_the_meter_does_not_give_comes_from_the_copy() -> None:
    answers: list[Sequence[MinuteRecord] | None] = [None, [RECORD]]

    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        assert (meter, span) == (MAINS, HOUR)
        return answers.pop(0)

    stage = Stage(from_copy)
    stage.integrity.lost = {MAINS: [HOUR]}
    async with stage.booking():
        await stage.tick()
        assert len(answers) == 2
        await stage.tick(METER_FIRST_S)
        assert stage.journal.commits == []
        await stage.tick(METER_FIRST_S)
        assert [entry.record for entry in stage.journal.commits[-1]] == [RECORD]


LOST = {MAINS: [HOUR]}


def lacking(asked: list[Span]) -> FromCopy:
    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        asked.append(span)
        return []

    return from_copy


async def test_the_copy_is_asked_ever_more_seldom_for_what_it_lacks() -> None:
    asked: list[Span] = []
    stage = Stage(lacking(asked))
    midnight = NOON // 86_400 * 86_400
    hours = [Span(midnight - 7_200 * n, midnight - 7_200 * n + 3_600) for n in range(200, 0, -1)]
    stage.integrity.lost = {MAINS: hours}
    for _ in range(41):
        await stage.tick(15.0)
    assert len(asked) <= 3 * 200
    asked.clear()
    for _ in range(31):
        await stage.tick(DAY_S)
    assert len(asked) <= 31 * 200
    assert not stage.keeping.health().ok


class SlowCopy(MemoryBooks):
    """Takes too long for what is longer than an hour; `asked` is what it was really asked for."""

    asked: list[Span]

    @override
    async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
        self.asked.append(span)
        if span.length_s > HOUR.length_s:
            raise ReplicaUnreachable("no answer in time")
        return await super().minutes(meters, span)


@pytest.mark.parametrize("every_s", [14.0, 15.0])
async def test_what_the_copy_does_not_answer_holds_nothing_else_up(every_s: float) -> None:
    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        return await replica.minutes(meter, span)

    stage = Stage(from_copy)
    copy = SlowCopy(stage.books.site)
    copy.asked = []
    copy.put(MAINS, RECORD)
    replica = Replica(copy, None, stage.clock)
    days = [Span(NOON - 86_400 * n, NOON - 86_400 * n + 7_200) for n in range(20, 0, -1)]
    stage.integrity.lost = {MAINS: [*days, HOUR]}
    async with stage.booking():
        for _ in range(80):
            await stage.tick(every_s)
        assert [entry.record for entry in stage.journal.commits[0]] == [RECORD]
    assert {*copy.asked} == {*days, HOUR}


async def test_of_a_long_span_a_day_at_a_time_is_asked_for() -> None:
    """All at once it would take longer than a question may."""
    asked: list[Span] = []
    stage = Stage(lacking(asked))
    month = Span(NOON - 30 * 86_400, NOON)
    stage.integrity.lost = {MAINS: [month]}
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        await stage.tick(METER_FIRST_S)
        assert merged(asked) == [month]
        assert {span.length_s for span in asked[1:-1]} == {86_400}
        await stage.tick()
        assert stage.given_up == {MAINS: [month]}


async def test_the_pause_before_the_next_question_begins_with_the_answer() -> None:
    asked: list[Span] = []

    async def slowly(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        asked.append(span)
        stage.clock.advance(METER_FIRST_S + 10.0)
        return []

    stage = Stage(slowly)
    stage.integrity.lost = {MAINS: [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.tick(METER_FIRST_S)
        await stage.tick(METER_FIRST_S - 1.0)
        assert asked == [HOUR]
        await stage.tick(1.0)
        assert asked == [HOUR, HOUR]


async def test_what_the_copy_does_not_answer_it_is_asked_again_after_a_pause() -> None:
    asked: list[Span] = []

    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        asked.append(span)
        return None

    stage = Stage(from_copy)
    stage.integrity.lost = {MAINS: [HOUR]}
    for _ in range(4 * 60):
        await stage.tick(15.0)
    assert len(asked) == 3_600 // METER_FIRST_S - 1


async def test_what_neither_the_meter_nor_the_copy_has_is_given_up_and_told_for_a_day() -> None:
    asked: list[Span] = []
    stage = Stage(lacking(asked))
    stage.integrity.harm(MAINS, HOUR)
    await stage.integrity.check(HOUR)
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        await stage.tick()
        assert stage.given_up == {}
        await stage.tick(METER_FIRST_S)
        await stage.tick()
        assert stage.given_up == LOST
    assert asked == [HOUR]
    assert stage.keeping.health().ok
    assert stage.keeping.damage(MAINS, [Gap(HOUR, GapReason.DAMAGED)]) == []
    (fault,) = stage.keeping.standing()
    assert fault.kind is FaultKind.STORE_DAMAGED
    gone = "60 minutes stay null: neither the meter nor MongoDB has them any more"
    assert fault.detail == f"damage on the disk was found: an hour of a meter was set aside; {gone}"
    await stage.tick(TOLD_S)
    assert stage.told == []
    stage.integrity.lost = {}
    await stage.tick()
    assert stage.given_up == {}


async def test_without_a_copy_what_the_meter_lists_no_more_is_given_up() -> None:
    stage = Stage()
    stage.integrity.mended = Mended("1 hour of a meter was set aside", fetchable=True)
    stage.integrity.lost = {MAINS: [HOUR]}
    async with stage.booking():
        await stage.meter_lists()
        stage.clock.advance(1.0)
        await stage.tick()
        await stage.tick(METER_FIRST_S)
        assert stage.given_up == {}  # it was listed before the damage was known
        half = Span(HOUR.start, HOUR.start + 1_800)
        await stage.meter_lists(half)
        await stage.tick()
        rest = Span(half.end, HOUR.end)
        assert stage.given_up == {MAINS: [rest]}
        assert not stage.keeping.health().ok
        stage.integrity.lost = {MAINS: [rest]}
        await stage.tick()
        assert stage.keeping.health().ok
    (fault,) = stage.keeping.standing()
    assert fault.detail.endswith("30 minutes stay null: no meter has them any more")


async def test_nothing_is_given_up_while_the_meter_is_away_or_the_copy_does_not_answer() -> None:
    answers: list[Sequence[MinuteRecord] | None] = []

    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        return answers.pop()

    stage = Stage(from_copy)
    stage.integrity.lost = {MAINS: [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        answers.append(None)
        await stage.tick(METER_FIRST_S)
        stage.backfill.disconnected()
        answers.append([])
        await stage.tick(METER_FIRST_S)
        await stage.tick()
        assert answers == []
        assert stage.given_up == {}
        await stage.meter_lists()
        await stage.tick()
        assert stage.given_up == LOST


async def test_a_meter_that_was_replaced_lists_nothing() -> None:
    stage = Stage()
    stage.integrity.lost = {MeterId("A0DD6CA0C2FF"): [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.tick(METER_FIRST_S)
        assert stage.given_up == {}  # it may be the one that is away
        await stage.meter_lists(HOUR)
        await stage.tick()
        assert [*stage.given_up] == [MeterId("A0DD6CA0C2FF")]


async def test_what_was_given_up_before_the_start_is_no_news() -> None:
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        await stage.tick(METER_FIRST_S - 1.0)
        assert stage.told == [FaultKind.STORE_DAMAGED]
        await stage.tick(1.0)
        assert stage.given_up == LOST
        assert stage.told == []
        assert stage.keeping.health().ok


async def test_what_was_found_within_a_day_before_the_start_is_told_on() -> None:
    """A restart between the finding and the giving up ends no fault as if all were mended."""
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    stage.integrity.found = round(stage.clock.now_s()) - 3_600
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        await stage.tick(METER_FIRST_S)
        assert stage.given_up == LOST
    (fault,) = stage.keeping.standing()
    gone = "60 minutes stay null: no meter has them any more"
    assert fault.detail == f"damage on the disk was found before the last start; {gone}"
    assert fault.since == stage.integrity.found
    await stage.tick(TOLD_S - 1.0)
    assert stage.told == [FaultKind.STORE_DAMAGED]
    await stage.tick(1.0)
    assert stage.told == []


@pytest.mark.parametrize("ago_s", [-60, round(TOLD_S), 90 * 86_400])
async def test_what_was_found_earlier_or_by_another_clock_is_not(ago_s: int) -> None:
    stage = Stage()
    stage.integrity.found = round(stage.clock.now_s()) - ago_s
    await stage.tick()
    assert stage.told == []


@pytest.mark.parametrize("behind_s", [60.0, 900.0, 90 * 86_400.0])
async def test_what_was_found_before_a_start_with_a_clock_behind_is_told_once_it_is_set(
    behind_s: float,
) -> None:
    """A machine without a battery clock goes on where it last wrote the time down, or long ago."""
    stage = Stage()
    now_s = stage.clock.now_s()
    stage.integrity.found = round(now_s) - 30
    stage.clock.wall_s -= behind_s
    stage.steps.look()
    await stage.tick()
    assert stage.told == []
    await stage.set_clock(now_s)
    (fault,) = stage.keeping.standing()
    assert fault.detail.startswith("damage on the disk was found before the last start")
    assert fault.since == stage.integrity.found
    await stage.tick(TOLD_S)
    assert stage.told == []


async def test_what_is_found_while_the_clock_is_behind_is_told_as_found_now() -> None:
    stage = Stage()
    stage.integrity.found = round(stage.clock.now_s())
    stage.clock.wall_s -= 900.0
    stage.steps.look()
    stage.integrity.mended = Mended("an hour of a meter was set aside")
    await stage.tick()
    await stage.set_clock(stage.integrity.found + 5.0)
    (fault,) = stage.keeping.standing()
    assert fault.detail.startswith("damage on the disk was found: an hour of a meter was set aside")


async def test_what_its_meter_kept_waiting_for_long_is_told_once_it_is_given_up() -> None:
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.tick(GIVEN_UP_AGAIN_S + 1.0)
        assert stage.given_up == {}
        await stage.meter_lists()
        await stage.tick()
        assert stage.given_up == LOST
    (fault,) = stage.keeping.standing()
    gone = "60 minutes stay null: no meter has them any more"
    assert fault.detail == f"damage on the disk is known; {gone}"


async def test_another_meter_that_is_away_keeps_nothing_from_being_given_up() -> None:
    stage = Stage()
    solar = stage.add_solar()
    stage.integrity.lost = {MAINS: [HOUR], SOLAR: [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        await stage.tick(METER_FIRST_S)
        await stage.tick()
        assert solar.meter_id is None
        assert stage.given_up == {MAINS: [HOUR]}
