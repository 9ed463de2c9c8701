"""What the online copy has lost, or has otherwise than the store, month by month."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from wattledger.energy.clock import Clock
from wattledger.energy.fault import Fault, FaultKind

log = logging.getLogger(__name__)

MENDED_TOLD_S = 60.0
NOT_AS_HERE = "it does not answer as the store does, and is compared with it"


@dataclass(frozen=True, slots=True)
class Loss:
    """Of one month: so many records are lacking, so many have other values, and so many are there
    twice, or are none that a meter can have counted.
    """

    lacking_minutes: int = 0
    differing_minutes: int = 0
    surplus_records: int = 0

    @property
    def is_worse(self) -> bool:
        """Whether answers are; who reads leaves out what is too much."""
        return bool(self.lacking_minutes or self.differing_minutes)


@dataclass(frozen=True, slots=True)
class ReplicaLosses:
    """Months, by their first day, of which the copy is not what was posted, or may not be; never
    empty.
    """

    months: Mapping[date, Loss]
    since: float
    """When it was noticed, UTC epoch seconds."""
    doubts: Mapping[date, str] = field(default_factory=dict)
    """Months that have still to be compared, and why."""
    mended: str = ""
    """What was put right a moment ago."""

    @property
    def is_worse(self) -> bool:
        return bool(self.doubts) or any(loss.is_worse for loss in self.months.values())

    @property
    def words(self) -> str:
        parts = [*self._losses(), *self._doubts(), *filter(None, [self.mended])]
        if self.is_worse:
            parts.append("meanwhile the store answers")
        return "; ".join(parts)

    def _losses(self) -> Iterable[str]:
        months = self.months
        yield from _said(
            {month: loss.lacking_minutes for month, loss in months.items()},
            "minute",
            "it lacks {} that were posted: they are posted again",
        )
        yield from _said(
            {month: loss.differing_minutes for month, loss in months.items()},
            "minute",
            "it has {} with other values than the store: 'wattledger mongodb verify' names the "
            "days",
        )
        yield from _said(
            {month: loss.surplus_records for month, loss in months.items()},
            "record",
            "it has {} twice, or of somebody else's making: whoever reads leaves them out",
        )

    def _doubts(self) -> Iterable[str]:
        for why in sorted({*self.doubts.values()}):
            months = [month for month, said in self.doubts.items() if said == why]
            yield f"{why} ({_when(months)})"

    @property
    def fault(self) -> Fault:
        return Fault(FaultKind.COPY_LACKS, f"MongoDB: {self.words}", self.since)


class Lacks:
    """What is known of it now: written by who counts, read by who is asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._losses: dict[date, Loss] = {}
        self._doubts: dict[date, str] = {}
        self._mended = ""
        self._mended_s = 0.0
        self._since = 0.0

    @property
    def now(self) -> ReplicaLosses | None:
        told = self._clock.monotonic_s() - self._mended_s < MENDED_TOLD_S
        mended = self._mended if told else ""
        if not self._losses and not self._doubts and not mended:
            return None
        return ReplicaLosses(dict(self._losses), self._since, dict(self._doubts), mended)

    def doubt(self, month: date, why: str) -> None:
        """Told until the month is counted; logged where it can't be."""
        if self._doubts.get(month) == why:
            return
        self._begin()
        self._doubts[month] = why
        log.warning("mongodb: %s (%s)", why, f"{month:%Y-%m}")

    def counted(self, month: date, loss: Loss) -> None:
        """What was found; news of it are logged."""
        self._doubts.pop(month, None)
        before = self._losses.pop(month, None)
        if loss != Loss():
            self._begin()
            self._losses[month] = loss
        now = self.now
        if now and loss not in {before, Loss()}:
            log.warning("mongodb: %s", now.words)
        elif before and not self._losses:
            log.info("mongodb: it has again what was lacking")

    def mended(self, month: date, days: int) -> None:
        """Roll-ups of so many days were replaced: told for a while, since nothing else is seen."""
        self._begin()
        count = "1 day" if days == 1 else f"{days} days"
        self._mended = f"the sums of {count} of {month:%Y-%m} were put right"
        self._mended_s = self._clock.monotonic_s()
        log.warning("mongodb: %s", self._mended)

    def has_of(self, months: Iterable[date]) -> bool:
        """Whether an answer of these months may be worse than the store's."""
        return any(m in self._doubts or self.is_known(m) for m in months)

    def is_known(self, month: date) -> bool:
        """Whether it was found to be worse than the store."""
        return self._losses.get(month, Loss()).is_worse

    def answers_otherwise(self, month: date) -> bool:
        """Whether it was asked and did not answer as the store does, or is known to have other
        values.
        """
        loss = self._losses.get(month, Loss())
        return self._doubts.get(month) == NOT_AS_HERE or loss.differing_minutes > 0

    def is_odd(self, month: date) -> bool:
        """Whether it was found to be otherwise than the store, be it worse or not."""
        return month in self._losses

    def _begin(self) -> None:
        if self.now is None:
            self._since = self._clock.now_s()


def _said(counts: Mapping[date, int], thing: str, words: str) -> Iterable[str]:
    """With how many, and of which months; nothing where there are none."""
    found = {month: count for month, count in counts.items() if count}
    if found:
        count = sum(found.values())
        yield words.format(f"{count} {thing}{'' if count == 1 else 's'} of {_when(found)}")


def _when(months: Iterable[date]) -> str:
    months = sorted(months)
    first, last = months[0], months[-1]
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"
